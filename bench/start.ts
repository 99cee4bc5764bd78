// How long does somebody wait who starts it? From the spawn of a process until it paints, is ready, is linked.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { median, summarize } from './support/statistics.ts';
import { onLines } from './support/headless.ts';
import { target, type Findings, type Table, type Target } from './support/report.ts';
import { LOOPBACK } from './support/loopback.ts';
import { nowMicros } from './support/stamp.ts';
import { terminalCommand, type TerminalCommand } from './support/terminal.ts';
import type { Workshop } from './support/workshop.ts';

export interface StartCounts {
  readonly runs: number;
  readonly warmUp: number;
}

export const START_COUNTS: StartCounts = { runs: 20, warmUp: 2 };
export const START_COUNTS_QUICK: StartCounts = { runs: 1, warmUp: 0 };

const WHAT = {
  bare: 'bare node -e 0, until its end',
  server: 'bare node with a listening socket',
  version: 'mmchat --version, until its end',
  ready: 'headless, until `ready`',
  given: 'headless --peer, until linked',
  discovered: 'headless, until linked by discovery',
  paint: 'terminal, until the first screen is there',
  traced: 'terminal, first paint by its own clock',
  running: 'terminal, node ready by its own clock',
} as const;

type What = keyof typeof WHAT;
/** Milliseconds from the spawn. */
type Times = Partial<Record<What, number>>;

const SERVER_SCRIPT = "require('node:net').createServer().listen(0, '127.0.0.1', () => console.log('here'))";

export async function askStart(workshop: Workshop, counts: StartCounts): Promise<Findings> {
  const notes: string[] = [];
  const given = await workshop.headless(['--name', 'bob', '--port', '0', '--no-mdns']);
  const { port, peerId } = await given.ready();
  const discovered = await workshop.headless(['--name', 'carol', '--port', '0']);
  const { peerId: discoveredId } = await discovered.ready();

  const runs: (() => Promise<Times>)[] = [
    async () => ({ bare: await untilEnd(workshop, [process.execPath, '-e', '0']) }),
    async () => ({ server: await untilLine(workshop, [process.execPath, '-e', SERVER_SCRIPT]) }),
    async () => ({ version: await untilEnd(workshop, [...workshop.program, '--version']) }),
    async () => {
      const { linked } = await headlessRun(workshop, peerId, ['--no-mdns', '--peer', `${LOOPBACK}:${port}`]);
      return { given: linked };
    },
    async () => {
      const { ready, linked } = await headlessRun(workshop, discoveredId, []);
      return { ready, discovered: linked };
    },
  ];
  const terminal = terminalCommand();
  if (typeof terminal === 'string') notes.push(terminal);
  else runs.push(async () => terminalRun(workshop, terminal));

  const times = new Map<What, number[]>();
  for (let round = 0; round < counts.warmUp + counts.runs; round++) {
    workshop.progress(`start ${round + 1} of ${counts.warmUp + counts.runs}`);
    for (const run of runs) {
      const measured = await run();
      if (round < counts.warmUp) continue;
      for (const [what, ms] of Object.entries(measured))
        times.set(what as What, [...(times.get(what as What) ?? []), ms]);
    }
  }

  const table: Table = {
    title: 'From the spawn of the process, milliseconds',
    columns: { what: 'what', count: 'runs', min: 'min', p50: 'p50', p90: 'p90', max: 'max' },
    rows: (Object.keys(WHAT) as What[])
      .filter((what) => times.has(what))
      .map((what) => ({ what: WHAT[what], ...summarize(times.get(what) ?? []) })),
  };
  const reach = (what: What, limit: number): Target[] => {
    const values = times.get(what);
    return values === undefined ? [] : [target(`${WHAT[what]}, p50`, median(values), limit, 'ms')];
  };
  return {
    tables: [table],
    targets: [...reach('paint', 350), ...reach('ready', 450), ...reach('given', 1000), ...reach('discovered', 1000)],
    notes: [
      ...notes,
      'Each run starts each of them once, with a fresh data folder: the key is made in that time too.',
      'The screen is seen from outside, through script(1), whose own start is in it. By its own clock: since its process began.',
    ],
  };
}

async function untilEnd(workshop: Workshop, command: readonly [string, ...string[]]): Promise<number> {
  const began = nowMicros();
  const child = workshop.spawn(command, { stdio: 'ignore' });
  await new Promise((resolve) => child.once('exit', resolve));
  return since(began);
}

async function untilLine(workshop: Workshop, command: readonly [string, ...string[]]): Promise<number> {
  const began = nowMicros();
  const child = workshop.spawn(command, { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve) => onLines(child, () => resolve()));
  const took = since(began);
  await workshop.end(child);
  return took;
}

/** Until it is ready, and until it has a link to this peer. */
async function headlessRun(
  workshop: Workshop,
  peerId: string,
  args: readonly string[],
): Promise<{ ready: number; linked: number }> {
  const folder = await workshop.folder();
  const began = nowMicros();
  const node = workshop.headlessIn(folder, ['--name', 'alice', '--port', '0', ...args]);
  const readyAt = node.first(({ method }) => method === 'ready').then(() => since(began));
  const linkedAt = node
    .first(({ method, params }) => method === 'peer.online' && params?.['peerId'] === peerId)
    .then(() => since(began));
  const [ready, linked] = await Promise.all([readyAt, linkedAt]);
  await node.stop();
  return { ready, linked };
}

/** On every screen of it, from the first one on. */
const ON_SCREEN = 'everyone';
const SCREEN_DEADLINE_MS = 30_000;

async function terminalRun(workshop: Workshop, terminal: TerminalCommand): Promise<Times> {
  const folder = await workshop.folder();
  const trace = path.join(folder, 'trace');
  const args = ['--name', 'alice', '--data-dir', folder, '--port', '0', '--interface', LOOPBACK];
  const began = nowMicros();
  const child = workshop.spawn(terminal([...workshop.program, 'chat', ...args]), {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { TERM: 'xterm-256color', LANG: 'C.UTF-8', MMCHAT_TRACE_FILE: trace },
  });
  child.stdin?.on('error', () => undefined);
  const paint = await new Promise<number>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`No screen came: ${shown}`)), SCREEN_DEADLINE_MS);
    let shown = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
      if (!shown.includes(ON_SCREEN)) return;
      clearTimeout(timer);
      resolve(since(began));
    });
  });
  let times = new Map<string, number>();
  for (
    const patienceUntil = nowMicros() + SCREEN_DEADLINE_MS * 1000;
    !times.has('ready') && nowMicros() < patienceUntil;
  ) {
    await workshop.sleep(20);
    times = traced(await readFile(trace, 'utf8').catch(() => ''));
  }
  await workshop.end(child);
  const own = times.get('first-paint');
  const running = times.get('ready');
  return { paint, ...(own === undefined ? {} : { traced: own }), ...(running === undefined ? {} : { running }) };
}

/** Lines like `trace ready 312.4`. */
function traced(text: string): Map<string, number> {
  return new Map([...text.matchAll(/^trace (\S+) (\S+)$/gmu)].map((line) => [line[1] ?? '', Number(line[2])]));
}

function since(beganMicros: number): number {
  return (nowMicros() - beganMicros) / 1000;
}
