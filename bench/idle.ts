// What does it cost to just be there? Processor time and memory of a headless node whose peers say nothing.

import { target, type Findings, type Table, type Target } from './support/report.ts';
import { LOOPBACK } from './support/loopback.ts';
import { usageOf, type Usage } from './support/process-usage.ts';
import { nowMicros } from './support/stamp.ts';
import type { Workshop } from './support/workshop.ts';
import type { NodeHost } from './processes/node-host.ts';

export interface IdleCounts {
  readonly peers: readonly number[];
  readonly settleMs: number;
  readonly measureMs: number;
}

export const IDLE_COUNTS: IdleCounts = { peers: [0, 10, 20, 50], settleMs: 8_000, measureMs: 30_000 };
export const IDLE_COUNTS_QUICK: IdleCounts = { peers: [0, 2], settleMs: 200, measureMs: 500 };

const BARE_SCRIPT = "setInterval(() => {}, 60_000); console.log('here')";
const LINK_DEADLINE_MS = 120_000;
const MIB = 2 ** 20;

interface Idle {
  readonly what: string;
  readonly peers: number | null;
  readonly cpuPercent: number;
  readonly memoryMiB: number;
  readonly peakMiB: number;
}

export async function askIdle(workshop: Workshop, counts: IdleCounts): Promise<Findings> {
  if ((await usageOf(process.pid)) === undefined)
    return {
      tables: [],
      targets: [],
      notes: ['There is no /proc here to read what a process uses: nothing was measured.'],
    };
  const rows: Idle[] = [await bare(workshop, counts)];
  for (const peers of counts.peers) rows.push(await withPeers(workshop, peers, counts));
  const table: Table = {
    title: `Nobody says anything for ${counts.measureMs / 1000} s`,
    columns: { what: 'what', peers: 'linked peers', cpuPercent: 'CPU %', memoryMiB: 'memory MiB', peakMiB: 'peak MiB' },
    rows: rows.map((row) => ({ ...row })),
  };
  const of = (peers: number, check: (row: Idle) => Target): Target[] => {
    const row = rows.find((one) => one.peers === peers);
    return row === undefined ? [] : [check(row)];
  };
  return {
    tables: [table],
    targets: [
      ...of(10, ({ memoryMiB }) => target('resident memory with 10 peers', (memoryMiB * MIB) / 1e6, 120, 'MB')),
      ...of(20, ({ cpuPercent }) => target('CPU with 20 peers', cpuPercent, 1, '% of a core')),
    ],
    notes: [
      'CPU and resident memory of one headless node, as /proc tells them; its peers are in one other process and are linked with each other as well.',
    ],
  };
}

async function bare(workshop: Workshop, counts: IdleCounts): Promise<Idle> {
  workshop.progress('a bare node');
  const child = workshop.spawn([process.execPath, '-e', BARE_SCRIPT], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  const idle = await measure(workshop, child.pid ?? 0, counts);
  await workshop.end(child);
  return { what: 'bare node', peers: null, ...idle };
}

async function withPeers(workshop: Workshop, peers: number, counts: IdleCounts): Promise<Idle> {
  workshop.progress(`${peers} peers: linking`);
  const node = await workshop.headless(['--name', 'alice', '--port', '0', '--no-mdns']);
  const { port } = await node.ready();
  const host = peers === 0 ? undefined : await workshop.process<NodeHost>('node-host');
  if (host !== undefined) {
    await host.call('start', { dataDir: await workshop.folder(), name: 'peer', count: peers, seedPort: port });
    // The measured one and all the others.
    const { least } = await host.call('linked', { count: peers, deadlineMs: LINK_DEADLINE_MS });
    if (least < peers) throw new Error(`Only ${least} of ${peers} links came up on ${LOOPBACK}.`);
  }
  workshop.progress(`${peers} peers: measuring`);
  const idle = await measure(workshop, node.process.pid ?? 0, counts);
  await workshop.end(node.process);
  if (host !== undefined) await workshop.end(host.process);
  return { what: 'mmchat headless', peers, ...idle };
}

async function measure(
  workshop: Workshop,
  pid: number,
  { settleMs, measureMs }: IdleCounts,
): Promise<Omit<Idle, 'what' | 'peers'>> {
  await workshop.sleep(settleMs);
  const before = await needed(pid);
  const beganMicros = nowMicros();
  await workshop.sleep(measureMs);
  const after = await needed(pid);
  const passedMicros = nowMicros() - beganMicros;
  return {
    cpuPercent: (100 * (after.cpuMicros - before.cpuMicros)) / passedMicros,
    memoryMiB: after.residentBytes / MIB,
    peakMiB: after.peakBytes / MIB,
  };
}

async function needed(pid: number): Promise<Usage> {
  const usage = await usageOf(pid);
  if (usage === undefined) throw new Error('A process that was measured has ended.');
  return usage;
}
