// What a history has confirmed is there: after kill -9 at any moment, and because the disk had it before it was confirmed.
import '../../src/base/platform.ts';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { StoredEntry } from '../../src/contracts/history.ts';
import { copyHistory, cutWal, walLength } from '../support/power-cut.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { startTraced, straceRuns } from '../support/strace.ts';
import { bundleProgram, freshPath, historyAt, useBundledWorker } from './history-files.ts';
import { conversations, SampleLog } from './sample-history.ts';

const bundle = useBundledWorker();
let appender: string;
beforeAll(async () => {
  const program = await bundleProgram(bundle().folder, new URL('./history-appender.ts', import.meta.url));
  appender = fileURLToPath(program);
});

const ROUNDS = 20;

/** Opens what is left and gives all entries of it, with what the opening says. */
async function whatIsLeft(path: string): Promise<StoredEntry[]> {
  const history = historyAt({ path, workerFile: bundle().workerFile });
  const { logs, warnings } = await history.open();
  expect(warnings).toEqual([]);
  const entries: StoredEntry[] = [];
  for (const log of logs) {
    const found = await history.entries(log, [{ first: 1, last: 1e9 }], { limit: 1e4, maxBytes: 1e9 });
    // One after another, each whole, as the log's state says.
    expect(found.map(({ sequence }) => sequence)).toEqual(found.map((_, index) => index + 1));
    expect(log.ranges).toEqual(found.length === 0 ? [] : [{ first: 1, last: found.length }]);
    expect(found.every(({ bodyState }) => bodyState === 'here')).toBe(true);
    entries.push(...found);
  }
  const texts = await history.search('text', { limit: 1e4 });
  expect(texts).toHaveLength(Math.min(1e4, entries.length));
  await history.close();
  return entries;
}

describe('a history', () => {
  it(`loses nothing that it confirmed, in ${ROUNDS} kills at any moment`, async () => {
    const path = await freshPath();
    const random = seededRandom(Number(process.env['FC_SEED']));
    const confirmed = new Set<string>();
    for (let round = 1; round <= ROUNDS; round++) {
      const child = spawn(process.execPath, [appender, path, fileURLToPath(bundle().workerFile), String(round)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      onTestFinished(() => {
        child.kill('SIGKILL');
      });
      let printed = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
      const exited = once(child, 'exit');
      const ended = once(child.stdout, 'close');
      // Sometimes while it opens the file, sometimes in the middle of much.
      const lines = round % 5 === 0 ? 0 : 1 + random.below(300);
      while (printed.split('\n').length <= lines) await once(child.stdout, 'data');
      await new Promise((resolve) => setTimeout(resolve, random.below(20)));
      child.kill('SIGKILL');
      await Promise.all([exited, ended]);
      for (const [, id] of printed.matchAll(/^kept (\w+)$/gm)) confirmed.add(id!);
      const entries = await whatIsLeft(path);
      const here = new Set(entries.map(({ id }) => id));
      expect([...confirmed].filter((id) => !here.has(id))).toEqual([]);
    }
    expect(confirmed.size).toBeGreaterThan(ROUNDS);
  }, 180_000);

  it('survives a log that is cut anywhere after the last confirmation', async () => {
    const path = await freshPath();
    const history = historyAt({ path, workerFile: bundle().workerFile });
    await history.open();
    for (const conversation of conversations) await history.putConversation(conversation);
    const alice = new SampleLog(1);
    const random = seededRandom(Number(process.env['FC_SEED']));
    for (let round = 0; round < 10; round++) {
      const kept = alice.text(`text ${round}`);
      await history.append([kept]);
      const synced = await walLength(path);
      const more = Array.from({ length: 20 }, (_, index) => alice.text(`text ${round} ${index}`.repeat(50)));
      const under = history.append(more);
      await Promise.race([under, new Promise((resolve) => setTimeout(resolve, random.below(10)))]);
      const copy = await freshPath();
      await copyHistory(path, copy);
      const length = await walLength(copy);
      await cutWal(copy, Math.max(Math.min(synced, length), random.below(length + 1)));
      await under;
      const here = (await whatIsLeft(copy)).map(({ id }) => id);
      expect(here).toContain(kept.id);
      // All of what was not confirmed, or none of it.
      expect([0, more.length]).toContain(more.filter(({ id }) => here.includes(id)).length);
    }
    await history.close();
  }, 60_000);

  it.runIf(straceRuns())(
    'syncs its log between being asked and confirming (strace)',
    async () => {
      const path = await freshPath();
      const output = join(bundle().folder, 'trace');
      const command = [process.execPath, appender, path, fileURLToPath(bundle().workerFile), '1', '20'];
      const traced = startTraced(command, ['fsync', 'fdatasync', 'write'], output);
      traced.child.stdout?.resume();
      expect(await once(traced.child, 'exit')).toEqual([0, null]);
      const events = (await traced.lines()).flatMap((line) => {
        if (/\bwrite\(1<.*"ask /.test(line)) return ['ask'];
        if (/\bwrite\(1<.*"kept /.test(line)) return ['kept'];
        // The end of the call, if another thread came in between.
        if (/\bf(?:data)?sync\(\d+<[^>]*history\.db-wal>/.test(line) || /<\.\.\. f(?:data)?sync resumed>/.test(line))
          return ['sync'];
        return [];
      });
      const asked = events.flatMap((event, index) => (event === 'ask' ? [index] : []));
      expect(asked).toHaveLength(20);
      for (const index of asked) {
        const confirmed = events.indexOf('kept', index);
        expect(events.slice(index, confirmed)).toContain('sync');
      }
    },
    60_000,
  );
});
