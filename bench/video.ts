// How late, how whole and at what cost are the pictures of a call?

import { delaysOfPictures } from './inside/bench-picture.ts';
import type { CallEnd } from './processes/call-end.ts';
import type { VideoWork } from './processes/video-work.ts';
import type { VideoCodecName } from './inside/picture-path.ts';
import { framesThroughFfmpeg, framesThroughPipes } from './video-baselines.ts';
import type { VideoPlan } from './video-plan.ts';
import { cpuMicrosOfTree } from './support/process-tree.ts';
import type { Remote } from './support/remote.ts';
import { atLeast, target, type Cell, type Findings, type Target } from './support/report.ts';
import { summarize } from './support/statistics.ts';
import type { Workshop } from './support/workshop.ts';

const LOSSES = [0.01, 0.05] as const;
const WANTED_WHOLE = [98, 90] as const;
const SCREENS = [
  { columns: 80, rows: 24, mostMs: 1, mostKilobytes: 12 },
  { columns: 160, rows: 50, mostMs: 2, mostKilobytes: 40 },
] as const;
/** What 100 Mbit/s carry in 10 ms. */
const LINK_BYTES_IN_10_MS = 125_000;

type Row = Readonly<Record<string, Cell>>;

export async function askVideo(workshop: Workshop, plan: VideoPlan): Promise<Findings> {
  const work = await workshop.process<VideoWork>('video-work');
  const codecs = await work.call('codecs', {});
  const best = codecs[0] ?? 'jpeg';
  const delays: Row[] = [];
  const losses: Row[] = [];
  const targets: Target[] = [];
  let keyFrameBytes = 0;
  workshop.progress('raw pictures through pipes, and through ffmpeg where it is');
  delays.push({ way: 'raw picture to another process and back', ...times(await framesThroughPipes(workshop, plan)) });
  const ffmpeg = await framesThroughFfmpeg(workshop, plan);
  for (const codec of codecs) {
    workshop.progress(`pictures through ${codec}`);
    const result = await work.call('codec', { codec, seconds: plan.codecSeconds });
    delays.push({ way: `raw to ${codec} to raw`, ...times(result.delaysMs) });
    keyFrameBytes = Math.max(keyFrameBytes, result.keyFrameBytes);
    if (codec !== best) continue;
    const summary = summarize(result.delaysMs);
    targets.push(target(`raw picture to decoded picture, ${codec}, p50`, summary.p50, 8, 'ms'));
    targets.push(target(`the same, p95`, percentile95(result.delaysMs), 20, 'ms'));
  }
  for (const codec of codecs)
    for (const [index, share] of LOSSES.entries()) {
      workshop.progress(`${codec} with ${share * 100} % lost`);
      const result = await work.call('losses', { codec, share, seconds: plan.lossSeconds, seed: 5 + index });
      const whole = (100 * result.inTime) / result.pictures;
      losses.push({ codec, share: share * 100, packets: result.packets, lost: result.packetsLost, whole });
      if (codec !== best) continue;
      targets.push(
        atLeast(`whole within 100 ms at ${share * 100} % loss, ${codec}`, whole, WANTED_WHOLE[index] ?? 0, '%'),
      );
    }
  workshop.progress('a large picture on the wire');
  const burst = await work.call('burst', { bytes: Math.max(keyFrameBytes, 100_000) });
  targets.push(target('the most of one picture on the wire in 10 ms', burst, LINK_BYTES_IN_10_MS, 'bytes'));
  const drawn: Row[] = [];
  for (const { columns, rows, mostMs, mostKilobytes } of SCREENS) {
    workshop.progress(`half blocks at ${columns} x ${rows}`);
    const { timesMs, bytes } = await work.call('halfBlocks', { columns, rows, count: plan.drawings });
    const [ms, size] = [summarize(timesMs), summarize(bytes)];
    drawn.push({ screen: `${columns} x ${rows}`, ms: ms.p50, ms95: percentile95(timesMs), kilobytes: size.p50 / 1e3 });
    targets.push(target(`half blocks at ${columns} x ${rows}`, ms.p50, mostMs, 'ms'));
    targets.push(target(`the same, size`, size.p50 / 1e3, mostKilobytes, 'KB'));
  }
  await workshop.end(work.process);
  const call = await callOfTwo(workshop, plan, best);
  delays.push({ way: `camera to screen in a call, ${best}`, ...times(call.delaysMs) });
  const whole = (100 * call.delaysMs.length) / Math.max(1, call.sent);
  targets.push(target('call with pictures and sound, processor of each side', call.percent, 20, '% of a core'));
  return {
    tables: [
      {
        title: 'How late, ms (640 x 480, 30 a second)',
        columns: { way: 'way', count: 'count', p50: 'p50', p95: 'p95', max: 'max' },
        rows: delays,
      },
      {
        title: 'Random losses, also of what is sent again',
        columns: {
          codec: 'codec',
          share: 'lost, %',
          packets: 'packets',
          lost: 'lost',
          whole: 'whole within 100 ms, %',
        },
        rows: losses,
      },
      {
        title: 'In a terminal',
        columns: { screen: 'cells', ms: 'ms, p50', ms95: 'ms, p95', kilobytes: 'KB, p50' },
        rows: drawn,
      },
    ],
    targets,
    notes: [
      `Codecs here: ${codecs.join(', ')}.`,
      'Raw pictures are RGB, 24 bits a pixel. Raw to raw is with the process in which the codec runs, there and back.',
      `The call: two processes on the loopback, both sending and seeing pictures; ${whole.toFixed(1)} % of the pictures were seen within a second.`,
      'Processor: of each program with all processes that it started, sound included.',
      ffmpeg,
    ],
  };
}

async function callOfTwo(
  workshop: Workshop,
  plan: VideoPlan,
  codec: VideoCodecName,
): Promise<{ delaysMs: number[]; sent: number; percent: number }> {
  workshop.progress(`two in a call with pictures, ${codec}`);
  const far = await workshop.process<CallEnd>('call-end');
  const near = await workshop.process<CallEnd>('call-end');
  const common = { speaks: 'always', hasPictures: true } as const;
  const { port, peerId } = await far.call('start', {
    ...common,
    name: 'bob',
    dataDir: await workshop.folder(),
    ports: [],
  });
  await near.call('start', { ...common, name: 'alice', dataDir: await workshop.folder(), ports: [port] });
  await near.call('linked', { count: 1 });
  await near.call('call', { peerId });
  await workshop.sleep(plan.warmUpMs);
  for (const end of [near, far]) await end.call('pictures', {});
  const before = await micros([near, far]);
  const beganMs = performance.now();
  await workshop.sleep(plan.callMs);
  const percent = (await micros([near, far])) - before;
  const tookMs = performance.now() - beganMs;
  const [here, there] = [await near.call('pictures', {}), await far.call('pictures', {})];
  for (const end of [near, far]) await workshop.end(end.process);
  const delaysMs = [...delaysOfPictures(here.sent, there.seen), ...delaysOfPictures(there.sent, here.seen)];
  return { delaysMs, sent: here.sent.length + there.sent.length, percent: percent / 2 / tookMs / 10 };
}

async function micros(ends: readonly Remote<CallEnd>[]): Promise<number> {
  let sum = 0;
  for (const { process } of ends) sum += (await cpuMicrosOfTree(process.pid ?? 0)) ?? 0;
  return sum;
}

function times(delaysMs: readonly number[]): {
  count: number;
  p50: number | null;
  p95: number | null;
  max: number | null;
} {
  if (delaysMs.length === 0) return { count: 0, p50: null, p95: null, max: null };
  const { count, p50, max } = summarize(delaysMs);
  return { count, p50, p95: percentile95(delaysMs), max };
}

function percentile95(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(0.95 * sorted.length) - 1)] ?? Number.NaN;
}
