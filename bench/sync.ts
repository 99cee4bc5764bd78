// How quickly does somebody who comes late have what was said, what does that do to the rest of their program, and how
// many bytes does it take two who have the same to find that out?

import type { LoopDelay } from './support/event-loop.ts';
import { LOOPBACK } from './support/loopback.ts';
import { atLeast, rounded, target, type Findings, type Table } from './support/report.ts';
import { median } from './support/statistics.ts';
import type { Remote } from './support/remote.ts';
import type { Workshop } from './support/workshop.ts';
import type { HistoryKeeper } from './processes/history-keeper.ts';
import type { PlainCopier } from './processes/plain-copier.ts';
import type { SyncNode } from './processes/sync-node.ts';

export interface SyncCounts {
  /** Messages that somebody who comes late gets; each way gets its turn in each of these. */
  readonly messages: number;
  readonly rounds: number;
  /** The same once more with so many, to see what lasts. */
  readonly manyMessages: number;
  readonly idleMs: number;
  /** How long nothing more has to come, for two to be done with each other. */
  readonly quietMs: number;
}

export const SYNC_COUNTS: SyncCounts = {
  messages: 10_000,
  rounds: 5,
  manyMessages: 50_000,
  idleMs: 5_000,
  quietMs: 3_000,
};
export const SYNC_COUNTS_QUICK: SyncCounts = {
  messages: 200,
  rounds: 1,
  manyMessages: 500,
  idleMs: 100,
  quietMs: 700,
};

const PEOPLE = 10;
const DAY_MS = 86_400_000;
const DEADLINE_MS = 120_000;
/** How many messages go into the database between two looks at whether somebody wants to stop. */
const MAKE_CHUNK = 10_000;

interface Copy {
  readonly way: string;
  readonly messages: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly delay: LoopDelay;
  /** Seconds until there is a link, and until the first ones are here. */
  readonly linked?: number;
  readonly first?: number;
}

const WAYS = {
  plain: 'bare libp2p stream, plain table',
  checked: 'the same, signatures checked',
  program: 'mmchat',
} as const;

export async function askSync(workshop: Workshop, counts: SyncCounts): Promise<Findings> {
  const idle = await idleDelay(workshop, counts.idleMs);
  const copies: Copy[] = [];
  const host = await startHost(workshop, counts.messages);
  const plain = await workshop.process<PlainCopier>('plain-copier');
  const { bytes } = await plain.call('prepare', { count: counts.messages });
  for (let round = 0; round < counts.rounds; round++) {
    workshop.progress(`${counts.messages} messages, round ${round + 1} of ${counts.rounds}`);
    for (const checked of [false, true]) copies.push(await plainCopy(workshop, plain, checked, counts.messages));
    const joiner = await workshop.process<SyncNode>('sync-node');
    copies.push(await lateJoiner(workshop, joiner, host.port, counts.messages));
    await joiner.call('stop', {});
    await workshop.end(joiner.process);
  }
  workshop.progress('two who have the same');
  const agreement = await agreementOf(workshop, host, counts);
  await workshop.end(host.node.process);
  await workshop.end(plain.process);

  const many = await lasting(workshop, counts.manyMessages);
  return findings(counts, { idle, copies, many, bytes, agreement });
}

interface Host {
  readonly node: Remote<SyncNode>;
  readonly port: number;
  readonly peerId: string;
}

/** A node that has so many messages of others. */
async function startHost(workshop: Workshop, messages: number): Promise<Host> {
  workshop.progress(`somebody with ${messages} messages`);
  const dataDir = await workshop.folder();
  const keeper = await workshop.process<HistoryKeeper>('history-keeper');
  const firstAt = Date.now() - DAY_MS;
  const stepMs = DAY_MS / 2 / messages;
  await keeper.call('make', { dataDir, people: PEOPLE, where: 'public', signed: true, firstAt, stepMs });
  for (let made = 0; made < messages; made += MAKE_CHUNK)
    await keeper.call('add', { count: Math.min(MAKE_CHUNK, messages - made) });
  await keeper.call('finish', {});
  await workshop.finish(keeper.process);
  const node = await workshop.process<SyncNode>('sync-node');
  return { node, ...(await node.call('start', { dataDir, name: 'alice' })) };
}

async function lateJoiner(
  workshop: Workshop,
  joiner: Remote<SyncNode>,
  peer: number,
  messages: number,
  dataDir?: string,
): Promise<Copy> {
  const fetched = await joiner.call('fetch', {
    dataDir: dataDir ?? (await workshop.folder()),
    name: 'bob',
    peer,
    count: messages,
    historyMessages: messages,
    deadlineMs: DEADLINE_MS,
  });
  const { linked, first, last, delay } = fetched;
  return { way: WAYS.program, messages, seconds: last, perSecond: messages / (last - first), delay, linked, first };
}

async function plainCopy(
  workshop: Workshop,
  sender: Remote<PlainCopier>,
  checked: boolean,
  messages: number,
): Promise<Copy> {
  const receiver = await workshop.process<PlainCopier>('plain-copier');
  const listening = { dataDir: await workshop.folder(), checked, count: messages };
  await sender.call('send', await receiver.call('listen', listening));
  const { seconds, delay } = await receiver.call('taken', {});
  await workshop.end(receiver.process);
  return { way: checked ? WAYS.checked : WAYS.plain, messages, seconds, perSecond: messages / seconds, delay };
}

/** The same with many more, to see what lasts. */
async function lasting(workshop: Workshop, messages: number): Promise<Copy[]> {
  const host = await startHost(workshop, messages);
  workshop.progress(`${messages} messages`);
  const joiner = await workshop.process<SyncNode>('sync-node');
  const program = await lateJoiner(workshop, joiner, host.port, messages);
  await workshop.end(joiner.process);
  await workshop.end(host.node.process);
  const plain = await workshop.process<PlainCopier>('plain-copier');
  await plain.call('prepare', { count: messages });
  const checked = await plainCopy(workshop, plain, true, messages);
  await workshop.end(plain.process);
  return [checked, program];
}

async function idleDelay(workshop: Workshop, forMs: number): Promise<LoopDelay> {
  const node = await workshop.process<SyncNode>('sync-node');
  const delay = await node.call('idle', { forMs });
  await workshop.end(node.process);
  return delay;
}

type Agreement = ReadonlyMap<string, number>;

/** Bytes both ways, by kind of message, when somebody who has everything comes back. */
async function agreementOf(workshop: Workshop, host: Host, counts: SyncCounts): Promise<Agreement> {
  const dataDir = await workshop.folder();
  const first = await workshop.process<SyncNode>('sync-node');
  await lateJoiner(workshop, first, host.port, counts.messages, dataDir);
  // Both have logs of their own, and owe each other receipts.
  await first.call('say', { to: 'alice', text: 'hello' });
  await host.node.call('say', { to: 'bob', text: 'hello' });
  await quiet(workshop, [host.node, first], counts.quietMs);
  await first.call('stop', {});
  await workshop.end(first.process);

  const before = await host.node.call('traffic', {});
  const again = await workshop.process<SyncNode>('sync-node');
  await again.call('start', { dataDir, name: 'bob', peer: host.port, historyMessages: counts.messages });
  await quiet(workshop, [host.node, again], counts.quietMs);
  const bytes = new Map<string, number>();
  const add = (kind: string, more: number): void => void bytes.set(kind, (bytes.get(kind) ?? 0) + more);
  for (const [kind, sent] of Object.entries(await host.node.call('traffic', {}))) add(kind, sent - (before[kind] ?? 0));
  for (const [kind, sent] of Object.entries(await again.call('traffic', {}))) add(kind, sent);
  await again.call('stop', {});
  await workshop.end(again.process);
  return new Map([...bytes].filter(([, sent]) => sent > 0).sort(([left], [right]) => left.localeCompare(right)));
}

/** Resolves when none of them has sent anything for so long. */
async function quiet(workshop: Workshop, nodes: readonly Remote<SyncNode>[], forMs: number): Promise<void> {
  for (let last = ''; ;) {
    const all = JSON.stringify(await Promise.all(nodes.map((node) => node.call('traffic', {}))));
    if (all === last) return;
    last = all;
    await workshop.sleep(forMs);
  }
}

interface Found {
  readonly idle: LoopDelay;
  readonly copies: readonly Copy[];
  readonly many: readonly Copy[];
  /** Of the entries of one copy, as they travel. */
  readonly bytes: number;
  readonly agreement: Agreement;
}

function findings(counts: SyncCounts, { idle, copies, many, bytes, agreement }: Found): Findings {
  const of = (way: string): Copy[] => copies.filter((copy) => copy.way === way);
  const secondsOf = (way: string): number => median(of(way).map(({ seconds }) => seconds));
  const late: Table = {
    title: `Late: ${counts.messages} messages of ${PEOPLE} people, ${rounded(bytes / 1e6)} MB, until all are durable`,
    columns: {
      way: 'way',
      runs: 'runs',
      linked: 'link, s',
      first: 'first, s',
      min: 'min, s',
      p50: 'p50, s',
      max: 'max, s',
    },
    rows: Object.values(WAYS).map((way) => ({
      way,
      runs: of(way).length,
      linked: medianOf(of(way).map(({ linked }) => linked)),
      first: medianOf(of(way).map(({ first }) => first)),
      min: Math.min(...of(way).map(({ seconds }) => seconds)),
      p50: secondsOf(way),
      max: Math.max(...of(way).map(({ seconds }) => seconds)),
    })),
  };
  const rates: Table = {
    title: 'Entries a second, and how late the event loop of the receiver was meanwhile',
    columns: {
      way: 'way',
      messages: 'messages',
      perSecond: 'a second',
      p50: 'p50, ms',
      p99: 'p99, ms',
      max: 'max, ms',
    },
    rows: [
      { way: 'nothing to do', messages: 0, perSecond: 0, ...idle },
      ...[...copies, ...many].map(({ way, messages, perSecond, delay }) => ({ way, messages, perSecond, ...delay })),
    ],
  };
  const traffic: Table = {
    title: 'Bytes both ways when two who have the same meet again (Noise and Yamux around them not counted)',
    columns: { what: 'stream and message', bytes: 'bytes' },
    rows: Array.from(agreement, ([what, sent]) => ({ what, bytes: sent })),
  };
  const sum = (prefix: string): number =>
    [...agreement].reduce((total, [kind, sent]) => (kind.startsWith(prefix) ? total + sent : total), 0);
  const lasted = many.find(({ way }) => way === WAYS.program);
  return {
    tables: [late, rates, traffic],
    targets: [
      target(`${counts.messages} messages for somebody who comes late, p50`, secondsOf(WAYS.program), 4, 's'),
      ...(lasted === undefined
        ? []
        : [
            atLeast(`entries a second, ${lasted.messages} of them`, lasted.perSecond, 5_000, 'a second'),
            target('event loop of the receiver meanwhile, p99', lasted.delay.p99, 10, 'ms'),
          ]),
      target('two who have the same, on /mmchat/sync/1', sum('sync '), 500, 'bytes'),
      target('the same with receipts and proofs', sum('sync ') + sum('link receipts') + sum('link room'), 500, 'bytes'),
    ],
    notes: [
      `Two processes on ${LOOPBACK}. mmchat: from the start of the receiving node, which has to find its link first; the bare ways: from the first byte.`,
      'Entries a second from the first ones that are here to the last. The event loop is watched in the receiving process, by a timer of 1 ms.',
      `Late beside the bare way: ${rounded(secondsOf(WAYS.program) / secondsOf(WAYS.checked))} times (signatures checked), ${rounded(secondsOf(WAYS.program) / secondsOf(WAYS.plain))} times (unchecked).`,
    ],
  };
}

function medianOf(values: readonly (number | undefined)[]): number | null {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? null : median(known);
}
