// How long does a text take from one process to another, and how many go through in a second? Through the library and
// through two headless nodes, beside the bare ways, in turns.

import { summarize, type Summary } from './support/statistics.ts';
import { onLines } from './support/headless.ts';
import { rounded, target, type Findings, type Table } from './support/report.ts';
import { LOOPBACK } from './support/loopback.ts';
import { microsSince, stampedText } from './support/stamp.ts';
import type { Workshop } from './support/workshop.ts';
import type { Relay } from './processes/relay.ts';
import type { TextReceiver } from './processes/text-receiver.ts';
import type { TextSender, Way } from './processes/text-sender.ts';

export interface TextCounts {
  /** Each way gets its turn in each of these. */
  readonly rounds: number;
  /** Of each size, by each way, in a round. */
  readonly textsPerRound: number;
  readonly warmUp: number;
  readonly paceMs: number;
  /** Texts of a flood; a flood of each way in each round. */
  readonly flood: number;
  /** Texts whose receipts are waited for, in each round. */
  readonly confirmed: number;
}

export const TEXT_COUNTS: TextCounts = {
  rounds: 6,
  textsPerRound: 200,
  warmUp: 300,
  paceMs: 5,
  flood: 4_000,
  confirmed: 20,
};
export const TEXT_COUNTS_QUICK: TextCounts = {
  rounds: 2,
  textsPerRound: 10,
  warmUp: 5,
  paceMs: 2,
  flood: 100,
  confirmed: 2,
};

const SIZES = [64, 1024] as const;
const FLOOD_BYTES = 64;

/** One way for a text to get from one process to another. */
interface Contender {
  readonly name: string;
  /** Microseconds of each of so many texts, sent one by one. */
  pace(bytes: number, count: number, paceMs: number): Promise<number[]>;
  /** Texts a second. */
  flood?(count: number): Promise<number>;
  /** Microseconds until it is durable at the sender, and until the sender knows that it is durable at the receiver. */
  confirm?(bytes: number, count: number): Promise<{ durable: number[]; receipted: number[] }>;
}

export async function askText(workshop: Workshop, counts: TextCounts): Promise<Findings> {
  workshop.progress('opening links');
  const contenders = [...(await libraryContenders(workshop)), ...(await programContenders(workshop))];
  workshop.progress('warming up');
  for (const contender of contenders)
    for (const bytes of SIZES) await contender.pace(bytes, counts.warmUp, Math.min(1, counts.paceMs));

  const micros = new Map<string, number[]>();
  const perSecond = new Map<string, number[]>();
  for (let round = 0; round < counts.rounds; round++) {
    workshop.progress(`round ${round + 1} of ${counts.rounds}`);
    // In another order each time, so that nobody always comes after the same one.
    for (const contender of rotated(contenders, round)) {
      for (const bytes of SIZES)
        put(micros, `${contender.name}/${bytes}`, await contender.pace(bytes, counts.textsPerRound, counts.paceMs));
      if (contender.confirm !== undefined) {
        const { durable, receipted } = await contender.confirm(SIZES[0], counts.confirmed);
        put(micros, 'durable', durable);
        put(micros, 'receipted', receipted);
      }
      if (contender.flood !== undefined) put(perSecond, contender.name, [await contender.flood(counts.flood)]);
    }
  }

  const p50 = (name: string, bytes: number): number => summarize(micros.get(`${name}/${bytes}`) ?? []).p50;
  const latency: Table = {
    title: 'One way, microseconds',
    columns: { way: 'way', bytes: 'bytes', count: 'texts', min: 'min', p50: 'p50', p90: 'p90', p99: 'p99', max: 'max' },
    rows: SIZES.flatMap((bytes) =>
      contenders.map(({ name }) => ({ way: name, bytes, ...summarize(micros.get(`${name}/${bytes}`) ?? []) })),
    ),
  };
  const confirmations: Table = {
    title: `A text of ${SIZES[0]} bytes through the library, milliseconds after it was sent`,
    columns: { what: 'what', count: 'texts', min: 'min', p50: 'p50', p90: 'p90', max: 'max' },
    rows: [
      { what: 'shown at the receiver', ...milliseconds(micros.get(`${LIBRARY}/${SIZES[0]}`)) },
      { what: 'durable at the sender', ...milliseconds(micros.get('durable')) },
      { what: 'known to be durable at the receiver', ...milliseconds(micros.get('receipted')) },
    ],
  };
  const floods: Table = {
    title: `As fast as it goes, texts of ${FLOOD_BYTES} bytes a second`,
    columns: { way: 'way', p50: 'median', min: 'min', max: 'max' },
    rows: contenders
      .filter(({ name }) => perSecond.has(name))
      .map(({ name }) => ({ way: name, ...summarize(perSecond.get(name) ?? []) })),
  };
  return {
    tables: [latency, confirmations, floods],
    targets: SIZES.flatMap((bytes) => [
      target(
        `library, ${bytes} B, p50 beside the bare libp2p stream`,
        rounded(p50(LIBRARY, bytes) / p50(WAYS.libp2p, bytes)),
        3,
        'times',
      ),
      target(`library, ${bytes} B, p50`, p50(LIBRARY, bytes) / 1000, 1, 'ms'),
    ]),
    notes: [
      `Two processes on ${LOOPBACK}, private messages; from just before it is sent until it has been taken in, read on the clock that both share.`,
      `Each text waits for the one before to arrive, and for ${counts.paceMs} ms; the ways take turns.`,
      'Nobody waits for the disk to see a text. Receipts are collected for 100 ms.',
    ],
  };
}

function milliseconds(micros: readonly number[] = []): Summary {
  return summarize(micros.map((one) => one / 1000));
}

const LIBRARY = 'mmchat, library';
const WAYS: Readonly<Record<Way, string>> = {
  'node:net': 'node:net socket',
  libp2p: 'bare libp2p stream',
  mmchat: LIBRARY,
};

async function libraryContenders(workshop: Workshop): Promise<Contender[]> {
  const receiver = await workshop.process<TextReceiver>('text-receiver');
  const sender = await workshop.process<TextSender>('text-sender');
  const ports = await receiver.call('open', { dataDir: await workshop.folder() });
  const { peerId } = await sender.call('open', { dataDir: await workshop.folder(), receiver: ports });
  await receiver.call('greet', { peerId });
  return Object.entries(WAYS).map(([way, name]) => ({
    name,
    async pace(bytes, count, paceMs) {
      await receiver.call('expect', { bytes });
      await receiver.call('collect', {});
      await sender.call('pace', { way: way as Way, bytes, count, paceMs });
      return receiver.call('collect', {});
    },
    async flood(count) {
      await receiver.call('expect', { bytes: FLOOD_BYTES });
      const seconds = await sender.call('flood', { way: way as Way, bytes: FLOOD_BYTES, count });
      await receiver.call('collect', {});
      return count / seconds;
    },
    ...(way === 'mmchat' ? { confirm: (bytes, count) => sender.call('confirm', { bytes, count }) } : {}),
  }));
}

async function programContenders(workshop: Workshop): Promise<Contender[]> {
  const first = await workshop.process<Relay>('relay');
  const second = await workshop.process<Relay>('relay');
  await first.call('send', await second.call('listen', {}));
  const bare = textsBetween(
    workshop,
    (take) => onLines(second.process, take),
    (text) => first.process.stdin?.write(`${text}\n`),
  );

  const bob = await workshop.headless(['--name', 'bob', '--port', '0', '--no-mdns']);
  const { port, peerId } = await bob.ready();
  const alice = await workshop.headless([
    '--name',
    'alice',
    '--port',
    '0',
    '--no-mdns',
    '--peer',
    `${LOOPBACK}:${port}`,
  ]);
  await alice.first(({ method }) => method === 'peer.online');
  await bob.first(({ method }) => method === 'peer.online');
  // Somebody that one has written to may write a lot.
  await bob.call('chat.send', { to: 'alice', text: 'hello' });
  const program = textsBetween(
    workshop,
    (take) =>
      void bob.on(({ method, params }) => {
        if (method === 'message') take(String(params?.['text']));
      }),
    (text) => alice.request('chat.send', { to: peerId, text }),
  );
  return [
    { name: 'pipe, node:net, pipe', pace: bare },
    { name: 'mmchat, two headless', pace: program },
  ];
}

/** Texts that this process sends and gets back: their round through two others. */
function textsBetween(
  workshop: Workshop,
  listen: (take: (text: string) => void) => void,
  send: (text: string) => void,
): Contender['pace'] {
  let arrived: (micros: number) => void = () => undefined;
  listen((text) => {
    const took = microsSince(text);
    if (took !== undefined) arrived(took);
  });
  return async (bytes, count, paceMs) => {
    const all: number[] = [];
    for (let sent = 0; sent < count; sent++) {
      const arrival = new Promise<number>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('A text did not arrive.')), 20_000);
        arrived = (micros) => {
          clearTimeout(timer);
          resolve(micros);
        };
      });
      const next = workshop.sleep(paceMs);
      send(stampedText(bytes));
      all.push(await arrival);
      await next;
    }
    return all;
  };
}

function put(all: Map<string, number[]>, key: string, values: readonly number[]): void {
  all.set(key, [...(all.get(key) ?? []), ...values]);
}

function rotated<Item>(items: readonly Item[], by: number): Item[] {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}
