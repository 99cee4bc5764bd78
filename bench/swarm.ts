// How much longer does a file take to all of a room than to one, when every computer hangs on a slow cable?

import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { Headless } from './support/headless.ts';
import { connectHosts, hostsUnavailable, type Host } from './support/hosts.ts';
import { target, type Findings, type Table } from './support/report.ts';
import { nowMicros } from './support/stamp.ts';
import { median } from './support/statistics.ts';
import type { Workshop } from './support/workshop.ts';

export interface SwarmCounts {
  readonly members: number;
  readonly mebibytes: number;
  readonly mbitPerSecond: number;
  /** Each of the two ways so often, in turns. */
  readonly rounds: number;
}

export const SWARM_COUNTS: SwarmCounts = { members: 8, mebibytes: 64, mbitPerSecond: 50, rounds: 3 };
export const SWARM_COUNTS_QUICK: SwarmCounts = { members: 2, mebibytes: 4, mbitPerSecond: 200, rounds: 1 };

const ROOM = 'bench';
const MIB = 2 ** 20;
const DEADLINE_MS = 5 * 60_000;

interface Node {
  readonly headless: Headless;
  readonly host: Host;
  readonly peerId: string;
}

/** One file on its way. */
interface Sending {
  /** Until the first, half of them and the last have it: whole, checked, on the disk. */
  readonly first: number;
  readonly middle: number;
  readonly last: number;
  /** What the sender put on its cable, in sizes of the file. */
  readonly left: number;
}

export async function askSwarm(workshop: Workshop, counts: SwarmCounts): Promise<Findings> {
  const why = await hostsUnavailable();
  if (why !== undefined) return { tables: [], targets: [], notes: [`Nothing was measured. ${why}`] };
  const { members, mebibytes, mbitPerSecond, rounds } = counts;
  workshop.progress(`${members + 1} hosts`);
  const hosts = await connectHosts(members + 1, mbitPerSecond);
  const nodes: Node[] = [];
  try {
    nodes.push(...(await startAll(workshop, hosts.all)));
    const [sender, ...others] = nodes;
    const [one] = others;
    if (sender === undefined || one === undefined) throw new Error('There are no hosts.');
    await gather(sender, others);
    const toOne: Sending[] = [];
    const toAll: Sending[] = [];
    // Once without counting: then the threads for files run, and everybody has code that V8 has compiled.
    await send(await newFile(workshop, MIB), sender, others, { room: ROOM });
    for (let round = 1; round <= rounds; round++) {
      workshop.progress(`to one, turn ${round}`);
      toOne.push(await send(await newFile(workshop, mebibytes * MIB), sender, [one], { to: one.peerId }));
      workshop.progress(`to ${members}, turn ${round}`);
      toAll.push(await send(await newFile(workshop, mebibytes * MIB), sender, others, { room: ROOM }));
    }
    return findings(counts, middleOf(toOne), middleOf(toAll));
  } finally {
    for (const { headless } of nodes) await workshop.end(headless.process);
    await hosts.close();
  }
}

function findings({ members, mebibytes, mbitPerSecond, rounds }: SwarmCounts, one: Sending, all: Sending): Findings {
  const cable: Sending = { first: 0, middle: 0, last: (mebibytes * MIB * 8) / (mbitPerSecond * 1e6), left: 1 };
  const row = (way: string, receivers: number, { first, middle, last, left }: Sending): Table['rows'][number] => ({
    way,
    receivers,
    first: first === 0 ? null : first,
    middle: middle === 0 ? null : middle,
    last,
    times: last / one.last,
    left,
  });
  const table: Table = {
    title: `${mebibytes} MiB, every host on a cable of ${mbitPerSecond} Mbit/s each way, seconds until it is there`,
    columns: {
      way: 'way',
      receivers: 'receivers',
      first: 'first',
      middle: 'median',
      last: 'all',
      times: 'times that of one',
      left: 'copies that left the sender',
    },
    rows: [row('to one person', 1, one), row('to a room', members, all), row('the bare cable, by its speed', 1, cable)],
  };
  return {
    tables: [table],
    targets: [
      target(`to ${members}, to the time of one`, all.last / one.last, 2, 'times'),
      target('copies that left the sender', all.left, 1.2, 'copies'),
    ],
    notes: [
      `Medians of ${rounds} turns, which alternate. Hosts are network namespaces of one machine, slowed down by tbf; their nodes share its processor and disk.`,
      'Until it is there: from the request to the sender until a receiver says that the file is whole, checked and under its name. All bytes of the sender count, also those of TCP, IP, and of what it tells.',
    ],
  };
}

async function startAll(workshop: Workshop, hosts: readonly Host[]): Promise<Node[]> {
  return Promise.all(
    hosts.map(async (host, index) => {
      const args = ['--name', `peer${index}`, '--data-dir', await workshop.folder(), '--interface', 'eth0'];
      const command = host.inside([...workshop.program, 'headless', ...args]);
      const headless = new Headless(workshop.spawn(command, { stdio: ['pipe', 'pipe', 'inherit'] }));
      return { headless, host, peerId: (await headless.ready()).peerId };
    }),
  );
}

/** Everybody is linked with everybody, and in the room. */
async function gather(sender: Node, others: readonly Node[]): Promise<void> {
  const all = [sender, ...others];
  await Promise.all(
    all.flatMap(({ headless, peerId: own }) =>
      all
        .filter(({ peerId }) => peerId !== own)
        .map(({ peerId }) =>
          headless.first(({ method, params }) => method === 'peer.online' && params?.['peerId'] === peerId),
        ),
    ),
  );
  await sender.headless.call('rooms.create', { room: ROOM });
  for (const { headless } of others) await headless.call('rooms.join', { room: ROOM });
  for (const { headless, peerId: own } of all)
    for (const { peerId } of others)
      if (peerId !== own)
        await headless.first(({ method, params }) => method === 'room.joined' && params?.['peerId'] === peerId);
}

/** Another one each time: nobody has any of it. */
async function newFile(workshop: Workshop, sizeBytes: number): Promise<{ path: string; sizeBytes: number }> {
  const file = path.join(await workshop.folder(), 'sample.bin');
  const handle = await open(file, 'wx');
  try {
    for (let written = 0; written < sizeBytes; written += MIB) await handle.write(randomBytes(MIB));
  } finally {
    await handle.close();
  }
  return { path: file, sizeBytes };
}

async function send(
  file: { path: string; sizeBytes: number },
  sender: Node,
  receivers: readonly Node[],
  where: { to?: string; room?: string },
): Promise<Sending> {
  const before = await sender.host.sentBytes();
  const beganMicros = nowMicros();
  const { transferId } = (await sender.headless.call('files.send', { path: file.path, ...where })) as {
    transferId: string;
  };
  const seconds = await Promise.all(
    receivers.map(async ({ headless }) => {
      const { method, params } = await headless.first(
        (line) =>
          (line.method === 'file.received' || line.method === 'file.failed') &&
          line.params?.['transferId'] === transferId,
        DEADLINE_MS,
      );
      if (method === 'file.failed') throw new Error(`A file did not arrive: ${String(params?.['reason'])}.`);
      return (nowMicros() - beganMicros) / 1e6;
    }),
  );
  return {
    first: Math.min(...seconds),
    middle: median(seconds),
    last: Math.max(...seconds),
    left: ((await sender.host.sentBytes()) - before) / file.sizeBytes,
  };
}

function middleOf(sendings: readonly Sending[]): Sending {
  const of = (key: keyof Sending): number => median(sendings.map((sending) => sending[key]));
  return { first: of('first'), middle: of('middle'), last: of('last'), left: of('left') };
}
