// How quickly does a file get from one process to another, durable and under its name, and what does it cost?

import { createHash, randomFillSync } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { LOOPBACK } from './support/loopback.ts';
import { usageOf } from './support/process-usage.ts';
import type { Remote } from './support/remote.ts';
import { atLeast, rounded, target, type Findings, type Table, type Target } from './support/report.ts';
import { childrenCpuSeconds, startSshDaemon, type SshDaemon } from './support/ssh-daemon.ts';
import { nowMicros } from './support/stamp.ts';
import { median, summarize } from './support/statistics.ts';
import type { Workshop } from './support/workshop.ts';
import { talkMeanwhile, type TalkMeanwhile } from './talk-meanwhile.ts';
import { putInPlace, type FileEnd } from './processes/file-end.ts';

export interface FileCounts {
  readonly fileBytes: readonly number[];
  readonly rounds: number;
  readonly folderFiles: number;
  /** Said while a file goes. */
  readonly texts: number;
}

export const FILE_COUNTS: FileCounts = { fileBytes: [2 ** 28, 2 ** 30], rounds: 3, folderFiles: 10_000, texts: 200 };
export const FILE_COUNTS_QUICK: FileCounts = { fileBytes: [2 ** 21 + 1], rounds: 1, folderFiles: 50, texts: 5 };

const SMALL_FILE_BYTES = 4096;
const FOLDER_FILES = 100;
const MIB = 2 ** 20;

const WAYS = {
  plain: 'node:net streams',
  program: 'mmchat',
  hashed: 'mmchat, hashes of pieces',
  scp: 'scp',
  copy: 'cp',
} as const;

interface Run {
  readonly way: string;
  readonly bytes: number;
  readonly seconds: number;
  readonly cpuSeconds: number | null;
}

interface Place {
  readonly workshop: Workshop;
  readonly near: Remote<FileEnd>;
  readonly far: Remote<FileEnd>;
  readonly daemon: SshDaemon | undefined;
  readonly into: string;
}

export async function askFile(workshop: Workshop, counts: FileCounts): Promise<Findings> {
  const daemon = await startSshDaemon(workshop);
  const ends = async (): Promise<Place> => {
    const [near, far] = [
      await workshop.process<FileEnd>('file-end'),
      await workshop.process<FileEnd>('file-end'),
    ] as const;
    for (const end of [near, far]) await end.call('start', {});
    return { workshop, near, far, daemon, into: await workshop.folder() };
  };
  const runs: Run[] = [];
  const memory: Memory[] = [];
  for (const bytes of counts.fileBytes) {
    const file = path.join(await workshop.folder(), 'random.bin');
    await writeRandom(file, bytes);
    const place = await ends();
    // Whatever moves a byte has to be started and compiled once.
    for (let round = 0; round < counts.rounds; round++) {
      workshop.progress(`${bytes / MIB} MiB, round ${round + 1} of ${counts.rounds}`);
      runs.push(await measured(place, bytes, WAYS.plain, () => plainCopy(place, file)));
      if (daemon !== undefined) runs.push(await measured(place, bytes, WAYS.scp, () => scp(place, daemon, file)));
      runs.push(await measured(place, bytes, WAYS.program, () => byEngine(place, file, false)));
      runs.push(await measured(place, bytes, WAYS.hashed, () => byEngine(place, file, true)));
      runs.push(await measured(place, bytes, WAYS.copy, () => copy(place, file)));
    }
    await endBoth(place);
    // Fresh processes: what the other ways use does not count.
    const alone = await ends();
    memory.push(...(await memoryOf(alone, file, bytes)));
    await endBoth(alone);
    await rm(file);
  }
  workshop.progress(`${counts.folderFiles} small files`);
  const folder = await smallFiles(workshop, counts.folderFiles);
  const place = await ends();
  const folders: Run[] = [];
  const folderBytes = counts.folderFiles * SMALL_FILE_BYTES;
  for (let round = 0; round < counts.rounds; round++) {
    folders.push(await measured(place, folderBytes, WAYS.program, () => byEngine(place, folder, false)));
    if (daemon !== undefined)
      folders.push(await measured(place, folderBytes, WAYS.scp, () => scp(place, daemon, folder)));
  }
  await endBoth(place);
  if (daemon !== undefined) await workshop.end(daemon.process);
  workshop.progress('texts while a file goes');
  const large = path.join(await workshop.folder(), 'random.bin');
  await writeRandom(large, Math.max(...counts.fileBytes));
  const talk = await talkMeanwhile(workshop, large, counts.texts);
  await rm(large);
  return findings(counts, { runs, memory, folders, talk, withScp: daemon !== undefined });
}

async function measured(place: Place, bytes: number, way: string, run: () => Promise<void>): Promise<Run> {
  const before = await cpuSecondsOf(place);
  const beganMicros = nowMicros();
  await run();
  const seconds = (nowMicros() - beganMicros) / 1e6;
  const after = await cpuSecondsOf(place);
  // What was received goes, so that no disk gets full.
  for (const name of await readdir(place.into)) await rm(path.join(place.into, name), { recursive: true });
  return { way, bytes, seconds, cpuSeconds: before === undefined || after === undefined ? null : after - before };
}

/** Of whoever may have had a part in it. */
async function cpuSecondsOf({ near, far, daemon }: Place): Promise<number | undefined> {
  const own = await childrenCpuSeconds('self');
  const ofDaemon = daemon?.process.pid === undefined ? 0 : await childrenCpuSeconds(daemon.process.pid);
  if (own === undefined || ofDaemon === undefined) return undefined;
  return own + ofDaemon + ((await near.call('cpu', {})) + (await far.call('cpu', {}))) / 1e6;
}

async function plainCopy({ near, far, into }: Place, file: string): Promise<void> {
  const { port } = await far.call('plainListen', { folder: into });
  await Promise.all([near.call('plainSend', { path: file, port }), far.call('plainTaken', {})]);
}

async function byEngine({ near, far, into }: Place, file: string, hashPieces: boolean): Promise<void> {
  const offer = await near.call('offer', { path: file, hashPieces });
  const { transferId } = offer;
  const received = await far.call('fetch', { offer, folder: into, hashPieces });
  // With hashes of pieces each was compared when it came.
  if (!hashPieces) {
    const sent = await near.call('seal', { transferId });
    if (sent.hash !== received.hash) throw new Error('What came is not what was sent.');
  }
  await far.call('finish', { transferId });
  await near.call('close', { transferId });
}

async function scp({ workshop, into }: Place, { options, host }: SshDaemon, file: string): Promise<void> {
  const part = path.join(into, 'scp.part');
  await run(workshop, ['scp', ...options, '-r', file, `${host}${part}`]);
  await settle(workshop, part);
}

async function copy({ workshop, into }: Place, file: string): Promise<void> {
  const part = path.join(into, 'cp.part');
  await run(workshop, ['cp', '-r', file, part]);
  await settle(workshop, part);
}

/** Of a folder everything in it. */
async function settle(workshop: Workshop, part: string): Promise<void> {
  const inside = await readdir(part).catch(() => undefined);
  if (inside === undefined) {
    await putInPlace(part);
    return;
  }
  // A sync of each file by name is what `sync FILE...` does; of all at once it is no slower than ours.
  await run(workshop, ['sync', '-f', part]);
  await rename(part, part.replace(/\.part$/u, ''));
}

async function run(workshop: Workshop, command: readonly [string, ...string[]]): Promise<void> {
  const child = workshop.spawn(command, { stdio: ['ignore', 'ignore', 'inherit'] });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${command[0]} ended with ${String(code)}.`);
}

interface Memory {
  readonly bytes: number;
  readonly end: string;
  readonly idleMiB: number;
  readonly peakMiB: number;
}

async function memoryOf(place: Place, file: string, bytes: number): Promise<Memory[]> {
  const ends = [
    ['sends', place.near.process.pid],
    ['receives', place.far.process.pid],
  ] as const;
  const idle = await Promise.all(ends.map(([, pid]) => usageOf(pid ?? 0)));
  await measured(place, bytes, WAYS.program, () => byEngine(place, file, false));
  const after = await Promise.all(ends.map(([, pid]) => usageOf(pid ?? 0)));
  return ends.flatMap(([end], index) => {
    const [before, then] = [idle[index], after[index]];
    if (before === undefined || then === undefined) return [];
    return [{ bytes, end, idleMiB: before.residentBytes / MIB, peakMiB: then.peakBytes / MIB }];
  });
}

async function endBoth({ workshop, near, far }: Place): Promise<void> {
  for (const end of [near, far]) await workshop.end(end.process);
}

async function writeRandom(file: string, bytes: number): Promise<void> {
  const handle = await open(file, 'w');
  const buffer = new Uint8Array(4 * MIB);
  for (let left = bytes; left > 0; left -= buffer.length)
    await handle.write(randomFillSync(buffer), 0, Math.min(left, buffer.length));
  await handle.sync();
  await handle.close();
  // All of it in the cache, as after it was written or looked at.
  await pipeline(createReadStream(file), createHash('sha256'));
}

async function smallFiles(workshop: Workshop, count: number): Promise<string> {
  const folder = path.join(await workshop.folder(), 'small');
  for (let index = 0; index < count; index++) {
    const inside = path.join(folder, String(Math.floor(index / FOLDER_FILES)));
    if (index % FOLDER_FILES === 0) await mkdir(inside, { recursive: true });
    await writeFile(path.join(inside, `${index}.bin`), randomFillSync(new Uint8Array(SMALL_FILE_BYTES)));
  }
  return folder;
}

interface Found {
  readonly runs: readonly Run[];
  readonly memory: readonly Memory[];
  readonly folders: readonly Run[];
  readonly talk: TalkMeanwhile;
  readonly withScp: boolean;
}

function findings(counts: FileCounts, { runs, memory, folders, talk, withScp }: Found): Findings {
  const files = counts.fileBytes.flatMap((bytes) =>
    Object.values(WAYS).flatMap((way) => rowOf(runs, way, bytes, `${rounded(bytes / MIB)} MiB`)),
  );
  const folderBytes = counts.folderFiles * SMALL_FILE_BYTES;
  const smalls = Object.values(WAYS).flatMap((way) =>
    rowOf(folders, way, folderBytes, `${counts.folderFiles} of 4 KiB`),
  );
  const columns = {
    way: 'way',
    what: 'what',
    runs: 'runs',
    min: 'min, s',
    p50: 'p50, s',
    max: 'max, s',
    rate: 'MB/s',
    cpu: 'CPU s/GB',
  };
  const tables: Table[] = [
    { title: 'From the request until it is durable and under its name', columns, rows: [...files, ...smalls] },
  ];
  if (memory.length > 0)
    tables.push({
      title: 'Memory of a process with the engine, MiB',
      columns: { end: 'it', mib: 'MiB of the file', idleMiB: 'idle', peakMiB: 'peak' },
      rows: memory.map(({ end, bytes, idleMiB, peakMiB }) => ({ end, mib: bytes / MIB, idleMiB, peakMiB })),
    });
  const texts = [
    { when: 'nothing else goes', ...summarize(talk.quiet) },
    { when: 'a file goes', ...summarize(talk.meanwhile) },
  ];
  tables.push({
    title: 'A text from one headless node to another, ms',
    columns: { when: 'while', count: 'texts', p50: 'p50', p90: 'p90', p99: 'p99', max: 'max' },
    rows: texts.map(({ when, count, p50, p90, p99, max }) => ({ when, count, p50, p90, p99, max })),
  });
  return {
    tables,
    targets: [
      ...counts.fileBytes.flatMap((bytes) => targetsOf(runs, bytes)),
      ...memory.map(({ end, bytes, idleMiB, peakMiB }) =>
        target(`memory above idle of what ${end} ${rounded(bytes / MIB)} MiB`, peakMiB - idleMiB, 100, 'MiB'),
      ),
      target('text while a file goes, p50', median(talk.meanwhile), 5, 'ms'),
      target(`${counts.folderFiles} files of 4 KiB`, secondsOf(folders, WAYS.program, folderBytes), 15, 's'),
    ],
    notes: [
      `Two processes on ${LOOPBACK}; every way syncs what came and renames it; of a folder everything in it.`,
      'mmchat: TLS 1.3, SHA-256 on both sides. The one who receives dials.',
      'CPU: of both processes with all their threads, or of scp, ssh and sshd.',
      ...(withScp ? [] : ['There is no sshd that could be used here: scp was left out.']),
    ],
  };
}

function targetsOf(runs: readonly Run[], bytes: number): Target[] {
  const what = `${rounded(bytes / MIB)} MiB`;
  const seconds = secondsOf(runs, WAYS.program, bytes);
  const ofScp = runs.filter(({ way, bytes: size }) => way === WAYS.scp && size === bytes);
  const cpu = cpuOf(runs, WAYS.program, bytes);
  const cpuOfScp = cpuOf(runs, WAYS.scp, bytes);
  return [
    atLeast(`${what}: rate as part of node:net streams`, secondsOf(runs, WAYS.plain, bytes) / seconds, 0.9, 'times'),
    ...(ofScp.length === 0
      ? []
      : [atLeast(`${what}: rate as part of scp`, secondsOf(runs, WAYS.scp, bytes) / seconds, 1.5, 'times')]),
    ...(cpu === null || cpuOfScp === null ? [] : [target(`${what}: CPU as part of scp's`, cpu / cpuOfScp, 1, 'times')]),
  ];
}

function rowOf(runs: readonly Run[], way: string, bytes: number, what: string): Table['rows'][number][] {
  const own = runs.filter((run) => run.way === way && run.bytes === bytes);
  if (own.length === 0) return [];
  const seconds = own.map((run) => run.seconds);
  const p50 = median(seconds);
  const cpu = cpuOf(runs, way, bytes);
  const row = { way, what, runs: own.length, min: Math.min(...seconds), p50, max: Math.max(...seconds) };
  return [{ ...row, rate: bytes / 1e6 / p50, cpu: cpu === null ? null : cpu / (bytes / 1e9) }];
}

function secondsOf(runs: readonly Run[], way: string, bytes: number): number {
  return median(runs.filter((run) => run.way === way && run.bytes === bytes).map(({ seconds }) => seconds));
}

function cpuOf(runs: readonly Run[], way: string, bytes: number): number | null {
  const known = runs
    .filter((run) => run.way === way && run.bytes === bytes)
    .flatMap(({ cpuSeconds }) => cpuSeconds ?? []);
  return known.length === 0 ? null : median(known);
}
