// `mmchat-p2p bench` answers each of its questions, with so few measurements that the numbers mean nothing.
import '../../src/base/platform.ts';
import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../bench/support/report.ts';
import { expectOneSentence, runProgram } from '../support/run-program.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

const LIMIT_MS = 120_000;

/** What the bench takes for the folder of temporary files. */
let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(async () => {
  await folder[Symbol.asyncDispose]();
});

async function ask(question: string): Promise<Report> {
  const { code, stdout, stderr } = await runProgram(['bench', question, '--quick', '--json'], {
    timeoutMs: LIMIT_MS,
    environment: { TMPDIR: folder.path },
  });
  expect(code, stderr).toBe(0);
  const report = JSON.parse(stdout) as Report;
  expect(report).toMatchObject({ question, machine: { node: process.version } });
  for (const { rows, columns } of report.tables) {
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) for (const key of Object.keys(columns)) expect(row).toHaveProperty([key]);
  }
  for (const { measured } of report.targets) expect(measured).toBeGreaterThanOrEqual(0);
  return report;
}

/** A column of a table. */
function column(report: Report, table: number, key: string): unknown[] {
  return (report.tables[table]?.rows ?? []).map((row) => row[key]);
}

/** All of them, in their order. */
const QUESTIONS = /text, fanout, start, idle, store, sync, file, swarm, superpeer, call, video/;

describe('bench', { timeout: LIMIT_MS }, () => {
  it('text measures the library and the program beside bare ways', async () => {
    const report = await ask('text');
    expect(column(report, 0, 'count')).toEqual(Array.from({ length: 10 }, () => 20));
    expect(column(report, 0, 'way')).toEqual(expect.arrayContaining(['mmchat, library', 'bare libp2p stream']));
    expect(column(report, 1, 'count')).toEqual([20, 4, 4]);
    expect(column(report, 2, 'way')).toEqual(['node:net socket', 'bare libp2p stream', 'mmchat, library']);
    expect(report.targets).toHaveLength(4);
  });

  it('fanout links everybody and misses nobody', async () => {
    const report = await ask('fanout');
    expect(column(report, 0, 'failedStarts')).toEqual([0, 0, 0]);
    expect(column(report, 0, 'leastLinks')).toEqual([1, 3, 2]);
    expect(column(report, 1, 'missing')).toEqual(column(report, 1, 'missing').map(() => 0));
  });

  it('start tells the times of each way to start', async () => {
    const report = await ask('start');
    expect(column(report, 0, 'what').length).toBeGreaterThanOrEqual(6);
    expect(column(report, 0, 'count')).toEqual(column(report, 0, 'count').map(() => 1));
  });

  it('idle tells processor and memory, or that this system does not tell them', async () => {
    const report = await ask('idle');
    if (process.platform === 'linux') expect(column(report, 0, 'peers')).toEqual([null, 0, 2]);
    else expect(report.notes).toHaveLength(1);
  });

  it('store starts, searches and appends with and without messages', async () => {
    const report = await ask('store');
    expect(column(report, 0, 'messages')).toEqual([0, 2_000]);
    expect(column(report, 1, 'what')).toHaveLength(7);
    expect(column(report, 2, 'way')).toHaveLength(2);
    expect(report.targets).toHaveLength(5);
  });

  it('sync brings everything to somebody who comes late, and counts what it takes to agree', async () => {
    const report = await ask('sync');
    expect(column(report, 0, 'way')).toHaveLength(3);
    expect(column(report, 1, 'messages')).toEqual([0, 200, 200, 200, 500, 500]);
    expect(column(report, 2, 'what')).toContain('sync offer');
    const [agreement] = report.targets.filter(({ unit }) => unit === 'bytes');
    expect(agreement?.measured).toBeLessThan(500);
  });

  it('swarm sends to one and to a room over slow cables, or says why it can not', async () => {
    const report = await ask('swarm');
    if (report.tables.length === 0) {
      expect(report.notes).toEqual([expect.stringMatching(/^Nothing was measured\. .*\.$/u)]);
      return;
    }
    expect(column(report, 0, 'receivers')).toEqual([1, 2, 1]);
    const [toOne, toAll] = column(report, 0, 'left') as number[];
    expect(toOne).toBeGreaterThan(0.99);
    expect(toAll).toBeGreaterThan(0.99);
    expect(toAll).toBeLessThan(2);
  });

  it('superpeer measures the classic server beside plain relays', async () => {
    const report = await ask('superpeer');
    expect(column(report, 0, 'clients')).toEqual([20, 40]);
    expect(column(report, 1, 'way')).toHaveLength(12);
    expect(report.targets.length).toBeGreaterThanOrEqual(10);
  });

  it('video measures codecs, losses, half blocks and a call with pictures', async () => {
    const report = await ask('video');
    expect(column(report, 0, 'way')).toEqual(
      expect.arrayContaining(['raw picture to another process and back', 'raw to jpeg to raw']),
    );
    for (const count of column(report, 0, 'count')) expect(count).toBeGreaterThan(5);
    for (const whole of column(report, 1, 'whole')) expect(whole).toBeGreaterThan(10);
    expect(column(report, 2, 'screen')).toEqual(['80 x 24', '160 x 50']);
  });

  it('call measures delay, losses and cost of calls, with PulseAudio or a line that says why not', async () => {
    const report = await ask('call');
    expect(column(report, 0, 'what')).toEqual(
      expect.arrayContaining(['UDP echo, there and back', 'tone to tone, in-process devices']),
    );
    expect(column(report, 2, 'right')).toEqual([100, expect.any(Number), expect.any(Number)]);
    expect(column(report, 2, 'recovered')[1]).toBeGreaterThan(0);
    expect(report.notes.filter((note) => note.startsWith('Through PulseAudio'))).toHaveLength(1);
  });

  it('file brings a file and a folder, by every way that there is here', async () => {
    const report = await ask('file');
    const ways = column(report, 0, 'way');
    expect(ways).toEqual(expect.arrayContaining(['node:net streams', 'mmchat', 'mmchat, hashes of pieces', 'cp']));
    expect(ways.filter((way) => way === 'mmchat')).toHaveLength(2);
    expect(report.notes.length).toBe(ways.includes('scp') ? 3 : 4);
    if (process.platform === 'linux') expect(column(report, 1, 'end')).toEqual(['sends', 'receives']);
  });

  it('refuses other questions in one sentence', async () => {
    expectOneSentence(await runProgram(['bench', 'everything']), QUESTIONS);
    // Its own processes are started with this one, and a channel.
    expectOneSentence(await runProgram(['bench', 'child']), QUESTIONS);
  });

  it('leaves nothing behind', async () => {
    expect(await readdir(folder.path)).toEqual([]);
  });
});
