// Does it stay as quick and as small when a million messages are kept? The start, the memory, the search, and taking in
// what others said.

import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { LoopDelay } from './support/event-loop.ts';
import { usageOf } from './support/process-usage.ts';
import { atLeast, rounded, target, type Findings, type Table } from './support/report.ts';
import type { Remote } from './support/remote.ts';
import { nowMicros } from './support/stamp.ts';
import { median, summarize } from './support/statistics.ts';
import type { Workshop } from './support/workshop.ts';
import type { HistoryKeeper } from './processes/history-keeper.ts';

export interface StoreCounts {
  readonly messages: number;
  readonly starts: number;
  readonly searches: number;
  /** Entries that are appended in one turn, and turns. */
  readonly append: number;
  readonly turns: number;
  /** After `ready`, before memory is read. */
  readonly settleMs: number;
}

export const STORE_COUNTS: StoreCounts = {
  messages: 1_000_000,
  starts: 15,
  searches: 30,
  append: 20_000,
  turns: 3,
  settleMs: 2_000,
};
export const STORE_COUNTS_QUICK: StoreCounts = {
  messages: 2_000,
  starts: 1,
  searches: 2,
  append: 200,
  turns: 1,
  settleMs: 100,
};

const HISTORY_FILE = 'history.db';
const PEOPLE = 50;
const YEAR_MS = 365 * 86_400_000;
/** How many messages go into the database between two looks at whether somebody wants to stop. */
const MAKE_CHUNK = 10_000;
const FIRST_PAGE = 50;
const MIB = 2 ** 20;

/** What is looked for; `rank`: the word that the full-text index is asked for by the book. */
const SEARCHES = [
  { what: 'the commonest word, in all', query: 'the', rank: 'the' },
  { what: 'one in eight', query: 'ka', rank: 'ka' },
  { what: 'two common words', query: 'the lo', rank: 'the' },
  { what: 'the beginning of many words', query: 'k', rank: 'k' },
  { what: 'a word in a few', query: 'zanzibar', rank: 'zanzibar' },
  { what: 'a word in none', query: 'xylophone', rank: 'xylophone' },
] as const;

interface Kept {
  readonly messages: number;
  readonly dataDir: string;
}

interface Start {
  readonly messages: number;
  readonly readyMs: number;
  readonly residentMiB: number | undefined;
}

interface Search {
  readonly what: string;
  readonly milliseconds: readonly number[];
  readonly rankedMs: number;
}

export async function askStore(workshop: Workshop, counts: StoreCounts): Promise<Findings> {
  const keeper = await workshop.process<HistoryKeeper>('history-keeper');
  const began = nowMicros();
  const many = await fill(workshop, keeper, counts.messages);
  const fillSeconds = (nowMicros() - began) / 1e6;
  const none = await fill(workshop, keeper, 0);
  // Not before its end are the databases closed for good.
  await workshop.finish(keeper.process);
  const megabytes = (await stat(path.join(many.dataDir, HISTORY_FILE))).size / 1e6;

  const starts: Start[] = [];
  for (let round = 0; round <= counts.starts; round++) {
    workshop.progress(`start ${round} of ${counts.starts}`);
    for (const kept of round % 2 === 0 ? [none, many] : [many, none]) {
      const start = await startOnce(workshop, kept, counts);
      // The first of each is to find its files in the memory of the system.
      if (round > 0) starts.push(start);
    }
  }
  workshop.progress('searching');
  const { searches, callMs } = await search(workshop, many, counts);
  workshop.progress('appending');
  const appended = await append(workshop, counts);
  return findings(counts, { starts, searches, callMs, appended, fillSeconds, megabytes });
}

async function fill(workshop: Workshop, keeper: Remote<HistoryKeeper>, messages: number): Promise<Kept> {
  const dataDir = await workshop.folder();
  const stepMs = YEAR_MS / Math.max(1, messages);
  const firstAt = Math.round(Date.now() - YEAR_MS);
  await keeper.call('make', { dataDir, people: PEOPLE, where: 'mixed', signed: false, firstAt, stepMs });
  for (let made = 0; made < messages; made += MAKE_CHUNK) {
    workshop.progress(`${made} of ${messages} messages`);
    await keeper.call('add', { count: Math.min(MAKE_CHUNK, messages - made) });
  }
  await keeper.call('finish', {});
  return { messages, dataDir };
}

async function startOnce(workshop: Workshop, { dataDir, messages }: Kept, { settleMs }: StoreCounts): Promise<Start> {
  const began = nowMicros();
  const node = workshop.headlessIn(dataDir, ['--name', 'alice', '--port', '0', '--no-mdns']);
  await node.ready();
  const readyMs = (nowMicros() - began) / 1000;
  await workshop.sleep(settleMs);
  const usage = await usageOf(node.process.pid ?? 0);
  await node.stop();
  return { messages, readyMs, residentMiB: usage === undefined ? undefined : usage.residentBytes / MIB };
}

async function search(
  workshop: Workshop,
  { dataDir }: Kept,
  counts: StoreCounts,
): Promise<{ searches: Search[]; callMs: number[] }> {
  const node = workshop.headlessIn(dataDir, ['--name', 'alice', '--port', '0', '--no-mdns']);
  await node.ready();
  const timed = async (method: string, params: object): Promise<number> => {
    const began = nowMicros();
    await node.call(method, params);
    return (nowMicros() - began) / 1000;
  };
  const callMs: number[] = [];
  const times = SEARCHES.map((): number[] => []);
  for (let round = 0; round < counts.searches; round++) {
    callMs.push(await timed('status', {}));
    for (const [index, { query }] of SEARCHES.entries())
      times[index]?.push(await timed('chat.search', { query, limit: FIRST_PAGE }));
  }
  await node.stop();
  const keeper = await workshop.process<HistoryKeeper>('history-keeper');
  const searches: Search[] = [];
  for (const [index, { what, rank }] of SEARCHES.entries()) {
    const question = { path: path.join(dataDir, HISTORY_FILE), word: rank, limit: FIRST_PAGE };
    searches.push({ what, milliseconds: times[index] ?? [], rankedMs: await keeper.call('rankedSearch', question) });
  }
  await workshop.end(keeper.process);
  return { searches, callMs };
}

interface Appended {
  readonly way: string;
  readonly perSecond: number;
  readonly delay: LoopDelay;
}

const APPEND_WAYS = {
  plain: 'a plain table in the same thread',
  history: 'the history, in its worker',
} as const;

async function append(workshop: Workshop, { append: count, turns }: StoreCounts): Promise<Appended[]> {
  const keeper = await workshop.process<HistoryKeeper>('history-keeper');
  await keeper.call('prepare', { dataDir: await workshop.folder(), count: count * turns });
  const appended: Appended[] = [];
  for (let turn = 0; turn < turns; turn++) {
    for (const to of ['plain', 'history'] as const) {
      const { seconds, delay } = await keeper.call('append', { to, count });
      appended.push({ way: APPEND_WAYS[to], perSecond: count / seconds, delay });
    }
  }
  await workshop.end(keeper.process);
  return appended;
}

interface Found {
  readonly starts: readonly Start[];
  readonly searches: readonly Search[];
  readonly callMs: readonly number[];
  readonly appended: readonly Appended[];
  readonly fillSeconds: number;
  readonly megabytes: number;
}

function findings(counts: StoreCounts, found: Found): Findings {
  const { starts, searches, callMs, appended, fillSeconds, megabytes } = found;
  const readyWith = (messages: number): number[] =>
    starts.filter((start) => start.messages === messages).map(({ readyMs }) => readyMs);
  const memoryWith = (messages: number): number[] =>
    starts.flatMap((start) => (start.messages === messages ? (start.residentMiB ?? []) : []));
  const startTable: Table = {
    title: 'From the spawn of a headless node to `ready`, milliseconds, and its memory then',
    columns: { messages: 'messages', runs: 'runs', min: 'min', p50: 'p50', max: 'max', memory: 'memory p50, MiB' },
    rows: [0, counts.messages].map((messages) => ({
      messages,
      runs: readyWith(messages).length,
      ...summarize(readyWith(messages)),
      memory: memoryWith(messages).length === 0 ? null : median(memoryWith(messages)),
    })),
  };
  const searchTable: Table = {
    title: `The first ${FIRST_PAGE} hits among ${counts.messages} messages, by the headless interface, milliseconds`,
    columns: { what: 'what', p50: 'p50', p90: 'p90', max: 'max', ranked: 'FTS5 by rank' },
    rows: [
      { what: 'a call that asks for nothing (status)', ...summarize(callMs), ranked: null },
      ...searches.map(({ what, milliseconds, rankedMs }) => ({ what, ...summarize(milliseconds), ranked: rankedMs })),
    ],
  };
  const appendTable: Table = {
    title: 'Entries of others a second, signatures checked, durable; and how late the event loop was meanwhile',
    columns: { way: 'way', perSecond: 'a second', p50: 'p50, ms', p99: 'p99, ms', max: 'max, ms' },
    rows: appended.map(({ way, perSecond, delay }) => ({ way, perSecond, ...delay })),
  };
  const history = appended.filter(({ way }) => way === APPEND_WAYS.history);
  const slowest = Math.max(...searches.map(({ milliseconds }) => median(milliseconds)));
  const memory = [memoryWith(counts.messages), memoryWith(0)].map((all) => (all.length === 0 ? 0 : median(all)));
  return {
    tables: [startTable, searchTable, appendTable],
    targets: [
      target(
        'spawn to `ready`, slower by',
        Math.max(0, median(readyWith(counts.messages)) - median(readyWith(0))),
        100,
        'ms',
      ),
      target('memory after the start, more by', Math.max(0, (memory[0] ?? 0) - (memory[1] ?? 0)), 24, 'MiB'),
      target('first page of the slowest search, p50', slowest, 50, 'ms'),
      atLeast('entries of others a second', median(history.map(({ perSecond }) => perSecond)), 5_000, 'a second'),
      target('event loop meanwhile, p99', median(history.map(({ delay }) => delay.p99)), 10, 'ms'),
    ],
    notes: [
      `Half of the messages to everyone, by ${PEOPLE} people; half private with each of them, both ways. Made in ${rounded(fillSeconds)} s, ${rounded(megabytes)} MB on the disk.`,
      'Both data folders are old ones: nothing is made at the start. The program knows them by turns.',
      'The cache of the database has at most 16 MiB, and fills with a large one.',
      'FTS5 by rank: the same index asked for its best hits instead of the newest ones, once.',
    ],
  };
}
