// What does the server for classic clients cost, beside the least that passes the same bytes on?

import type { ClassicCrowd } from './processes/classic-crowd.ts';
import type { ClassicHost } from './processes/classic-host.ts';
import type { PlainRelays } from './processes/plain-relays.ts';
import type { Remote } from './support/remote.ts';
import { atLeast, target, type Findings, type Table } from './support/report.ts';
import { median, summarize } from './support/statistics.ts';
import type { Workshop } from './support/workshop.ts';

export interface SuperPeerCounts {
  readonly joining: number;
  readonly idle: number;
  readonly listeners: number;
  readonly broadcasts: number;
  readonly pings: number;
  readonly warmUpPings: number;
  readonly packets: number;
  readonly roomRounds: number;
  readonly chunks: number;
  /** Each of the two ways of a row so often, in turns. */
  readonly rounds: number;
}

export const SUPERPEER_COUNTS: SuperPeerCounts = {
  joining: 1_000,
  idle: 5_000,
  listeners: 500,
  broadcasts: 200,
  pings: 400,
  warmUpPings: 3_000,
  packets: 60_000,
  roomRounds: 200,
  chunks: 100_000,
  rounds: 3,
};
export const SUPERPEER_COUNTS_QUICK: SuperPeerCounts = {
  joining: 20,
  idle: 40,
  listeners: 10,
  broadcasts: 10,
  pings: 5,
  warmUpPings: 5,
  packets: 200,
  roomRounds: 3,
  chunks: 200,
  rounds: 1,
};

const CHUNK_BYTES = 2_048;
const SPEAKERS = 10;
const PACE_MS = 20;
const WINDOW = 32;
const HOSTS = ['mmchat', 'plain relay'] as const;

/** One measurement of one way. */
interface Turn {
  readonly perSecond?: number;
  readonly p50?: number;
  readonly p99?: number;
  /** Microseconds of processor time of the server. */
  readonly cpuEach?: number;
}

interface Pair {
  readonly what: string;
  readonly ours: Turn;
  readonly plain: Turn;
}

interface Stage {
  readonly workshop: Workshop;
  readonly counts: SuperPeerCounts;
  readonly host: Remote<ClassicHost>;
  readonly relays: Remote<PlainRelays>;
  readonly tcpPort: number;
  readonly udpPort: number;
}

export async function askSuperPeer(workshop: Workshop, counts: SuperPeerCounts): Promise<Findings> {
  const joining = await crowd(workshop, counts.joining);
  const idle = await crowd(workshop, counts.idle);
  const pairs: Pair[] = [];
  for (const measure of [broadcasts, privateMessages, datagrams(200), datagrams(6_400), roomOfTen, files])
    pairs.push(await onStage(workshop, counts, measure));
  const [broadcast, pm, small, large, room, file] = pairs;
  const crowds: Table = {
    title: 'Clients that all join at once',
    columns: {
      clients: 'clients',
      seconds: 'seconds until all are welcomed',
      listMegabytes: 'MB of lists',
      residentMegabytes: 'MB of memory then',
    },
    rows: [joining, idle],
  };
  const ways: Table = {
    title: 'The server beside the least that passes the same bytes on',
    columns: {
      what: 'what',
      way: 'way',
      perSecond: 'a second',
      p50: 'p50, µs',
      p99: 'p99, µs',
      cpuEach: 'CPU each, µs',
    },
    rows: pairs.flatMap(({ what, ours, plain }) =>
      [ours, plain].map((turn, index) => ({
        what,
        way: HOSTS[index] ?? '',
        perSecond: turn.perSecond ?? null,
        p50: turn.p50 ?? null,
        p99: turn.p99 ?? null,
        cpuEach: turn.cpuEach ?? null,
      })),
    ),
  };
  return {
    tables: [crowds, ways],
    targets: [
      target(`${counts.joining} joining at once, all welcomed`, joining.seconds, 5, 's'),
      target(`${counts.joining} joining at once, lists`, joining.listMegabytes, 100, 'MB'),
      target(`${counts.idle} clients, memory`, idle.residentMegabytes, 400, 'MB'),
      target('broadcast, CPU a delivery to that of a plain fan-out', ratio(broadcast, 'cpuEach'), 1.2, 'times'),
      target('private message, p50 to that of a plain relay', ratio(pm, 'p50'), 1.3, 'times'),
      ...[small, large].flatMap((pair) => [
        atLeast(`${pair?.what ?? ''}, a second to a plain relay's`, ratio(pair, 'perSecond'), 0.8, 'times'),
        target(`${pair?.what ?? ''}, CPU each to that of a plain relay`, ratio(pair, 'cpuEach'), 1.3, 'times'),
      ]),
      target(`${room?.what ?? ''}, p99 to that of a plain relay`, ratio(room, 'p99'), 2, 'times'),
      atLeast('file bytes', ((file?.ours.perSecond ?? 0) * CHUNK_BYTES) / 1e6, 150, 'MB/s'),
    ],
    notes: [
      `All clients are in other processes than the server, on the same machine. Medians of ${counts.rounds} turns; the two ways alternate.`,
      `Datagrams: ${WINDOW} on their way at a time. The room: ${SPEAKERS} who each send 200 bytes about every ${PACE_MS} ms to the other ${SPEAKERS - 1}.`,
      `Files: chunks of ${CHUNK_BYTES} bytes as the classic client sends them, from one client to another.`,
    ],
  };
}

function ratio(pair: Pair | undefined, key: keyof Turn): number {
  return (pair?.ours[key] ?? Number.NaN) / (pair?.plain[key] ?? Number.NaN);
}

async function crowd(
  workshop: Workshop,
  clients: number,
): Promise<{ clients: number; seconds: number; listMegabytes: number; residentMegabytes: number }> {
  workshop.progress(`${clients} clients join`);
  const host = await workshop.process<ClassicHost>('classic-host');
  const crowds = [
    await workshop.process<ClassicCrowd>('classic-crowd'),
    await workshop.process<ClassicCrowd>('classic-crowd'),
  ];
  try {
    const { tcpPort: port } = await host.call('start', {});
    const halves = crowds.map((half, index) =>
      half.call('connect', { port, count: clients / 2, prefix: `guest${index}-` }),
    );
    const seconds = Math.max(...(await Promise.all(halves)).map((half) => half.seconds));
    await quiet(workshop, host);
    const { counters } = await host.call('status', {});
    return {
      clients,
      seconds,
      listMegabytes: (counters['list-bytes'] ?? 0) / 1e6,
      residentMegabytes: (await host.call('residentBytes', {})) / 1e6,
    };
  } finally {
    for (const { process } of [host, ...crowds]) await workshop.end(process);
  }
}

/** Until nothing is written any more: notices and lists are out. */
async function quiet(workshop: Workshop, host: Remote<ClassicHost>): Promise<void> {
  let before = -1;
  for (;;) {
    const { counters, outputBytes } = await host.call('status', {});
    const written = counters['bytes-out'] ?? 0;
    if (written === before && outputBytes === 0) return;
    before = written;
    await workshop.sleep(QUIET_MS);
  }
}
const QUIET_MS = 1_000;

async function onStage(
  workshop: Workshop,
  counts: SuperPeerCounts,
  measure: (stage: Stage) => Promise<Pair>,
): Promise<Pair> {
  const host = await workshop.process<ClassicHost>('classic-host');
  const relays = await workshop.process<PlainRelays>('plain-relays');
  try {
    return await measure({ workshop, counts, host, relays, ...(await host.call('start', {})) });
  } finally {
    for (const { process } of [host, relays]) await workshop.end(process);
  }
}

/** Both in turns, and the medians of what they gave. The first turn of each is only to warm up. */
async function inTurns(
  { workshop, counts }: Stage,
  what: string,
  ours: () => Promise<Turn>,
  plain: () => Promise<Turn>,
): Promise<Pair> {
  const turns: { ours: Turn[]; plain: Turn[] } = { ours: [], plain: [] };
  for (let round = 0; round <= counts.rounds; round++) {
    workshop.progress(`${what}, turn ${round}`);
    const pair = { ours: await ours(), plain: await plain() };
    if (round === 0) continue;
    turns.ours.push(pair.ours);
    turns.plain.push(pair.plain);
  }
  return { what, ours: middle(turns.ours), plain: middle(turns.plain) };
}

function middle(turns: readonly Turn[]): Turn {
  const result: Record<string, number> = {};
  for (const key of ['perSecond', 'p50', 'p99', 'cpuEach'] as const) {
    const values = turns.map((turn) => turn[key]).filter((value) => value !== undefined);
    if (values.length > 0) result[key] = median(values);
  }
  return result;
}

/** What a server's process took for each of these. */
async function cpuEach(
  server: Remote<ClassicHost> | Remote<PlainRelays>,
  times: number,
  act: () => Promise<unknown>,
): Promise<number> {
  const remote = server as Remote<PlainRelays>;
  const before = await remote.call('cpu', {});
  await act();
  return ((await remote.call('cpu', {})) - before) / times;
}

async function broadcasts(stage: Stage): Promise<Pair> {
  const { workshop, counts, host, relays, tcpPort } = stage;
  const guests = await workshop.process<ClassicCrowd>('classic-crowd');
  const sockets = await workshop.process<ClassicCrowd>('classic-crowd');
  try {
    const count = counts.listeners + 1;
    await guests.call('connect', { port: tcpPort, count, prefix: 'g' });
    await sockets.call('connect', { ...(await relays.call('fanOut', {})), count });
    await quiet(workshop, host);
    const msg = 'm'.repeat(64);
    const passed = `{"type":"broadcast","from":"g0","msg":"${msg}"}\n`;
    const deliveries = counts.broadcasts * counts.listeners;
    const load = { times: counts.broadcasts, paceMs: 10, expectBytes: deliveries * passed.length };
    return await inTurns(
      stage,
      `broadcast to ${counts.listeners}`,
      async () => ({
        cpuEach: await cpuEach(host, deliveries, () =>
          guests.call('broadcast', { ...load, line: `{"type": "broadcast", "from": "g0", "msg": "${msg}"}\n` }),
        ),
      }),
      async () => ({
        cpuEach: await cpuEach(relays, deliveries, () => sockets.call('broadcast', { ...load, line: passed })),
      }),
    );
  } finally {
    for (const { process } of [guests, sockets]) await workshop.end(process);
  }
}

async function privateMessages(stage: Stage): Promise<Pair> {
  const { workshop, counts, host, relays, tcpPort } = stage;
  const guests = await workshop.process<ClassicCrowd>('classic-crowd');
  const sockets = await workshop.process<ClassicCrowd>('classic-crowd');
  try {
    await guests.call('connect', { port: tcpPort, count: 1, prefix: 'p' });
    await guests.call('connect', { port: tcpPort, count: 1, prefix: 'p' });
    await sockets.call('connect', { ...(await relays.call('fanOut', {})), count: 2 });
    await quiet(workshop, host);
    const load = { line: '{"type": "pm", "from": "p0", "to": "p1", "msg": "@"}\n', times: counts.pings, paceMs: 3 };
    // So that V8 has compiled what it will.
    for (const clients of [guests, sockets])
      await clients.call('ping', { ...load, times: counts.warmUpPings, paceMs: 0 });
    const pinged = async (clients: Remote<ClassicCrowd>): Promise<Turn> => {
      const { p50, p99 } = summarize(await clients.call('ping', load));
      return { p50, p99 };
    };
    return await inTurns(
      stage,
      'private message',
      () => pinged(guests),
      () => pinged(sockets),
    );
  } finally {
    for (const { process } of [guests, sockets]) await workshop.end(process);
  }
}

function datagrams(bytes: number): (stage: Stage) => Promise<Pair> {
  return async (stage) => {
    const { workshop, counts, host, relays, tcpPort, udpPort } = stage;
    const guests = await workshop.process<ClassicCrowd>('classic-crowd');
    try {
      await guests.call('connect', { port: tcpPort, count: 2, prefix: 'u' });
      const { ports } = await guests.call('openUdp', { count: 2 });
      const { port } = await relays.call('datagrams', {});
      await relays.call('route', { from: ports[0] ?? 0, to: ports.slice(1) });
      await register(guests, udpPort, ['u0', 'u1']);
      const load = {
        header: '{"type":"audio_stream","from":"u0","to":"u1"}',
        bytes,
        packets: counts.packets,
        window: WINDOW,
      };
      const flooded = async (server: Remote<ClassicHost> | Remote<PlainRelays>, to: number): Promise<Turn> => {
        let perSecond = 0;
        const cpu = await cpuEach(server, counts.packets, async () => {
          const { seconds, lost } = await guests.call('flood', { ...load, port: to });
          perSecond = (counts.packets - lost) / seconds;
        });
        return { perSecond, cpuEach: cpu };
      };
      return await inTurns(
        stage,
        `datagrams of ${bytes} bytes`,
        () => flooded(host, udpPort),
        () => flooded(relays, port),
      );
    } finally {
      await workshop.end(guests.process);
    }
  };
}

/** A packet of each, so that the server knows where they take media. */
async function register(guests: Remote<ClassicCrowd>, port: number, names: readonly string[]): Promise<void> {
  for (const [index, name] of names.entries())
    await guests.call('stream', { port, index, header: `{"type":"audio_stream","from":"${name}"}` });
}

async function roomOfTen(stage: Stage): Promise<Pair> {
  const { workshop, counts, host, relays, tcpPort, udpPort } = stage;
  const guests = await workshop.process<ClassicCrowd>('classic-crowd');
  try {
    await guests.call('connect', { port: tcpPort, count: SPEAKERS, prefix: 'r' });
    await guests.call('writeAll', { line: '{"type": "join_room", "room": "lab"}\n' });
    const { ports } = await guests.call('openUdp', { count: SPEAKERS });
    const { port } = await relays.call('datagrams', {});
    for (const from of ports) await relays.call('route', { from, to: ports.filter((other) => other !== from) });
    const names = ports.map((_, index) => `r${index}`);
    await register(guests, udpPort, names);
    await quiet(workshop, host);
    const headers = names.map((name) => `{"type":"audio_stream","from":"${name}","room":"lab"}`);
    const load = { headers, bytes: 200, paceMs: PACE_MS, rounds: counts.roomRounds };
    const chattered = async (to: number): Promise<Turn> => {
      const { p50, p99 } = summarize(await guests.call('chatter', { ...load, port: to }));
      return { p50, p99 };
    };
    return await inTurns(
      stage,
      `room of ${SPEAKERS}`,
      () => chattered(udpPort),
      () => chattered(port),
    );
  } finally {
    await workshop.end(guests.process);
  }
}

async function files(stage: Stage): Promise<Pair> {
  const { workshop, counts, host, relays, tcpPort } = stage;
  const senders = await workshop.process<ClassicCrowd>('classic-crowd');
  const receivers = await workshop.process<ClassicCrowd>('classic-crowd');
  const plainSenders = await workshop.process<ClassicCrowd>('classic-crowd');
  const plainReceivers = await workshop.process<ClassicCrowd>('classic-crowd');
  try {
    await senders.call('connect', { port: tcpPort, count: 1, prefix: 's' });
    await receivers.call('connect', { port: tcpPort, count: 1, prefix: 't' });
    const fanOut = await relays.call('fanOut', {});
    await plainSenders.call('connect', { ...fanOut, count: 1 });
    await plainReceivers.call('connect', { ...fanOut, count: 1 });
    await quiet(workshop, host);
    const chunk = Buffer.alloc(CHUNK_BYTES, 0x5a).toString('base64');
    const passed = `{"type":"file_chunk","from":"s0","chunk":"${chunk}","to":"t0"}\n`;
    const line = `{"type": "file_chunk", "from": "s0", "chunk": "${chunk}", "to": "t0"}\n`;
    const poured = async (
      from: Remote<ClassicCrowd>,
      to: Remote<ClassicCrowd>,
      written: string,
      server: Remote<ClassicHost> | Remote<PlainRelays>,
    ): Promise<Turn> => {
      let seconds = 0;
      const cpu = await cpuEach(server, counts.chunks, async () => {
        const drinking = to.call('drink', { bytes: counts.chunks * passed.length });
        await from.call('pour', { line: written, times: counts.chunks });
        ({ seconds } = await drinking);
      });
      return { perSecond: counts.chunks / seconds, cpuEach: cpu };
    };
    return await inTurns(
      stage,
      'file chunks',
      () => poured(senders, receivers, line, host),
      () => poured(plainSenders, plainReceivers, passed, relays),
    );
  } finally {
    for (const { process } of [senders, receivers, plainSenders, plainReceivers]) await workshop.end(process);
  }
}
