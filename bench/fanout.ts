// How long until everybody in a room has what one of them said, and does everybody get linked in the first place?

import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { summarize } from './support/statistics.ts';
import { target, type Findings, type Table } from './support/report.ts';
import { LOOPBACK } from './support/loopback.ts';
import type { Remote } from './support/remote.ts';
import { nowMicros } from './support/stamp.ts';
import type { Workshop } from './support/workshop.ts';
import type { NodeHost, NodeHostOptions } from './processes/node-host.ts';
import type { SocketHost } from './processes/socket-host.ts';

export interface FanoutCounts {
  readonly rooms: readonly number[];
  /** Size of the one that also finds itself by discovery. */
  readonly discovered: number;
  readonly messages: number;
  /** Before that, so that V8 has compiled what it will: at least so many deliveries, within so many messages. */
  readonly warmUp: { readonly deliveries: number; readonly messages: number; readonly paceMs: number };
  readonly paceMs: number;
  /** How long nothing is done, to know what that costs. */
  readonly idleMs: number;
}

export const FANOUT_COUNTS: FanoutCounts = {
  rooms: [2, 10, 20, 50],
  discovered: 10,
  messages: 60,
  warmUp: { deliveries: 5_000, messages: 300, paceMs: 60 },
  paceMs: 220,
  idleMs: 5_000,
};
export const FANOUT_COUNTS_QUICK: FanoutCounts = {
  rooms: [2, 4],
  discovered: 3,
  messages: 4,
  warmUp: { deliveries: 10, messages: 2, paceMs: 50 },
  paceMs: 50,
  idleMs: 200,
};

const ROOM = 'bench';
const BYTES = 64;
const LINK_DEADLINE_MS = 120_000;
const TARGET_ROOM = 50;

interface LinkUp {
  readonly how: string;
  readonly nodes: number;
  readonly failedStarts: number;
  readonly leastLinks: number;
  readonly seconds: number | null;
  readonly cpuSeconds: number;
}

interface Delivery {
  readonly way: string;
  readonly nodes: number;
  readonly deliveries: number;
  readonly missing: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
  /** Milliseconds of processor time. */
  readonly cpuEach: number | null;
}

export async function askFanout(workshop: Workshop, counts: FanoutCounts): Promise<Findings> {
  const linkUps: LinkUp[] = [];
  const deliveries: Delivery[] = [];
  const notes: string[] = [];
  for (const size of counts.rooms) {
    deliveries.push(await ofSockets(workshop, size, counts));
    const { linkUp, delivery } = await ofNodes(workshop, size, counts);
    linkUps.push(linkUp);
    if (delivery === undefined) notes.push(`The ${size} nodes did not all get linked, so nothing was sent among them.`);
    else deliveries.push(delivery);
  }
  linkUps.push(await byDiscovery(workshop, counts.discovered));
  const links: Table = {
    title: 'From the start of all nodes at once until everybody is linked with everybody',
    columns: {
      how: 'they find each other by',
      nodes: 'nodes',
      failedStarts: 'failed starts',
      leastLinks: 'least links of a node',
      seconds: 'seconds',
      cpuSeconds: 'CPU seconds',
    },
    rows: linkUps.map((linkUp) => ({ ...linkUp })),
  };
  const latency: Table = {
    title: `From just before a text of ${BYTES} bytes is sent until a member of the room has it, milliseconds`,
    columns: {
      way: 'way',
      nodes: 'nodes',
      deliveries: 'deliveries',
      missing: 'missing',
      p50: 'p50',
      p90: 'p90',
      p99: 'p99',
      max: 'max',
      cpuEach: 'CPU each',
    },
    rows: deliveries.map((delivery) => ({ ...delivery })),
  };
  const big = deliveries.find(({ way, nodes }) => way === PROGRAM && nodes === TARGET_ROOM);
  const crowd = linkUps.find(({ nodes }) => nodes === TARGET_ROOM);
  return {
    tables: [links, latency],
    targets: [
      ...(big === undefined ? [] : [target(`room of ${TARGET_ROOM}, p50`, big.p50, 10, 'ms')]),
      ...(crowd === undefined
        ? []
        : [
            target(`${TARGET_ROOM} nodes at once, failed starts`, crowd.failedStarts, 0, 'nodes'),
            target(
              `${TARGET_ROOM} nodes at once, links that the least linked one lacks`,
              TARGET_ROOM - 1 - crowd.leastLinks,
              0,
              'links',
            ),
          ]),
    ],
    notes: [
      ...notes,
      `All nodes in two processes on ${LOOPBACK}; senders take turns, ${counts.paceMs} ms apart. Percentiles are over deliveries to members, in both processes.`,
      'CPU each: processor time of both processes for a delivery, without what the same nodes use when nobody says anything.',
      'Plain sockets: as many members in two processes, each connected with each by node:net.',
    ],
  };
}

const PROGRAM = 'mmchat';

async function ofNodes(
  workshop: Workshop,
  size: number,
  counts: FanoutCounts,
): Promise<{ linkUp: LinkUp; delivery: Delivery | undefined }> {
  const hosts = [await workshop.process<NodeHost>('node-host'), await workshop.process<NodeHost>('node-host')] as const;
  try {
    const [near, far] = hosts;
    workshop.progress(`${size} nodes: linking`);
    const { port } = await near.call('start', { dataDir: await workshop.folder(), name: 'seed', count: 1 });
    const linkUp = await linkUpOf(workshop, hosts, size, 'one known node', { seedPort: port });
    if (linkUp.seconds === null) return { linkUp, delivery: undefined };
    workshop.progress(`${size} nodes: talking`);
    const all = { room: ROOM, others: size - 1, deadlineMs: LINK_DEADLINE_MS };
    await Promise.all(hosts.map((host) => host.call('join', all)));
    const here = halfOf(size);
    const say = (index: number): Promise<void> =>
      index < here
        ? near.call('say', { index, room: ROOM, bytes: BYTES })
        : far.call('say', { index: index - here, room: ROOM, bytes: BYTES });
    return { linkUp, delivery: await talk(workshop, PROGRAM, hosts, say, size, counts) };
  } finally {
    await Promise.all(hosts.map((host) => workshop.end(host.process)));
  }
}

/** Nobody knows an address: mDNS and beacons do it all. Closed, so that no node of anybody else can come in. */
async function byDiscovery(workshop: Workshop, size: number): Promise<LinkUp> {
  workshop.progress(`${size} nodes: discovering`);
  const hosts = [await workshop.process<NodeHost>('node-host'), await workshop.process<NodeHost>('node-host')] as const;
  try {
    const networkKeyFile = path.join(await workshop.folder(), 'network.key');
    await writeFile(networkKeyFile, `bench ${randomUUID()}`);
    const closed = { discovery: true, networkKeyFile };
    await hosts[0].call('start', { dataDir: await workshop.folder(), name: 'seed', count: 1, ...closed });
    return await linkUpOf(workshop, hosts, size, 'discovery', closed);
  } finally {
    await Promise.all(hosts.map((host) => workshop.end(host.process)));
  }
}

/** Starts all but the first node, which runs, at once. */
async function linkUpOf(
  workshop: Workshop,
  [near, far]: Hosts<NodeHost>,
  size: number,
  how: string,
  options: Partial<NodeHostOptions>,
): Promise<LinkUp> {
  const here = halfOf(size);
  const cpuBefore = await cpuOf([near, far]);
  const folders = [await workshop.folder(), await workshop.folder()] as const;
  const beganMicros = nowMicros();
  const started = await Promise.all([
    near.call('start', { dataDir: folders[0], name: 'near', count: here - 1, ...options }),
    far.call('start', { dataDir: folders[1], name: 'far', count: size - here, ...options }),
  ]);
  const failures = started.flatMap((half) => half.failures);
  for (const sentence of new Set(failures)) workshop.progress(`a start failed: ${sentence}`);
  const everybody = { count: size - 1, deadlineMs: LINK_DEADLINE_MS };
  const linked = await Promise.all([near.call('linked', everybody), far.call('linked', everybody)]);
  const ends = linked.map((half) => half.atMicros);
  return {
    how,
    nodes: size,
    failedStarts: failures.length,
    leastLinks: Math.min(...linked.map((half) => half.least)),
    seconds: ends.includes(null) ? null : (Math.max(...ends.map(Number)) - beganMicros) / 1e6,
    cpuSeconds: ((await cpuOf([near, far])) - cpuBefore) / 1e6,
  };
}

async function ofSockets(workshop: Workshop, size: number, counts: FanoutCounts): Promise<Delivery> {
  workshop.progress(`${size} members on plain sockets`);
  const hosts = [
    await workshop.process<SocketHost>('socket-host'),
    await workshop.process<SocketHost>('socket-host'),
  ] as const;
  try {
    const [near, far] = hosts;
    const here = halfOf(size);
    const { ports: nearPorts } = await near.call('start', { count: here, bytes: BYTES });
    const { ports: farPorts } = await far.call('start', { count: size - here, bytes: BYTES });
    for (const host of hosts) await host.call('connect', { ports: [...nearPorts, ...farPorts] });
    const say = (index: number): Promise<void> =>
      index < here ? near.call('say', { index, bytes: BYTES }) : far.call('say', { index: index - here, bytes: BYTES });
    return await talk(workshop, 'plain sockets', hosts, say, size, counts);
  } finally {
    await Promise.all(hosts.map((host) => workshop.end(host.process)));
  }
}

type Hosts<Host> = readonly [Remote<Host>, Remote<Host>];

async function talk<Host extends NodeHost | SocketHost>(
  workshop: Workshop,
  way: string,
  hosts: Hosts<Host>,
  say: (index: number) => Promise<void>,
  size: number,
  counts: FanoutCounts,
): Promise<Delivery> {
  const listeners = hosts as unknown as Hosts<SocketHost>;
  const round = async (messages: number, paceMs: number): Promise<void> => {
    for (let sent = 0; sent < messages; sent++) {
      // A step that has no factor in common with most sizes: senders of both processes, in turns.
      await say((sent * 7 + (sent % 2) * halfOf(size)) % size);
      await workshop.sleep(paceMs);
    }
  };
  const { warmUp } = counts;
  await round(Math.min(warmUp.messages, Math.ceil(warmUp.deliveries / (size - 1))), warmUp.paceMs);
  for (const host of listeners) await host.call('collect', {});
  const before = await cpuOf(listeners);
  const beganMicros = nowMicros();
  await round(counts.messages, counts.paceMs);
  const busy = (await cpuOf(listeners)) - before;
  const busyMicros = nowMicros() - beganMicros;
  const micros = (await Promise.all(listeners.map((host) => host.call('collect', {})))).flat();
  const quiet = await cpuOf(listeners);
  await workshop.sleep(counts.idleMs);
  const quietShare = ((await cpuOf(listeners)) - quiet) / (counts.idleMs * 1000);
  const { count, p50, p90, p99, max } = summarize(micros);
  return {
    way,
    nodes: size,
    deliveries: count,
    missing: counts.messages * (size - 1) - count,
    p50: p50 / 1000,
    p90: p90 / 1000,
    p99: p99 / 1000,
    max: max / 1000,
    cpuEach: Math.max(0, (busy - quietShare * busyMicros) / count / 1000),
  };
}

async function cpuOf(hosts: readonly Remote<SocketHost>[] | readonly Remote<NodeHost>[]): Promise<number> {
  let micros = 0;
  for (const host of hosts as readonly Remote<SocketHost>[]) micros += await host.call('cpu', {});
  return micros;
}

function halfOf(size: number): number {
  return Math.ceil(size / 2);
}
