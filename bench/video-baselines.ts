// What to hold the codecs against: a raw picture through pipes, and ffmpeg encoding and decoding by itself.

import { once } from 'node:events';
import path from 'node:path';
import { PICTURE } from './inside/picture-path.ts';
import type { VideoPlan } from './video-plan.ts';
import type { Workshop } from './support/workshop.ts';

const FRAME_BYTES = PICTURE.width * PICTURE.height * 3;

/** Milliseconds from here to `cat` and back, each. */
export async function framesThroughPipes(workshop: Workshop, plan: VideoPlan): Promise<number[]> {
  const child = workshop.spawn(['cat'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error('There are no pipes.');
  const frame = Buffer.alloc(FRAME_BYTES, 7);
  const delaysMs: number[] = [];
  let [received, wake] = [0, (): void => undefined];
  stdout.on('data', (chunk: Buffer) => {
    received += chunk.length;
    if (received >= FRAME_BYTES) wake();
  });
  for (let index = 0; index < plan.codecSeconds * 10; index++) {
    received = 0;
    const startMs = performance.now();
    const back = new Promise<void>((resolve) => (wake = resolve));
    stdin.write(frame);
    await back;
    delaysMs.push(performance.now() - startMs);
  }
  stdin.end();
  await once(child, 'exit');
  return delaysMs;
}

/** A sentence. */
export async function framesThroughFfmpeg(workshop: Workshop, plan: VideoPlan): Promise<string> {
  const file = path.join(await workshop.folder(), 'pattern.h264');
  const frames = plan.codecSeconds * PICTURE.framesPerSecond;
  const source = `testsrc2=size=${PICTURE.width}x${PICTURE.height}:rate=${PICTURE.framesPerSecond}`;
  const quiet = ['-nostdin', '-hide_banner', '-loglevel', 'error'];
  const encodedMs = await run(workshop, [
    ...[...quiet, '-f', 'lavfi', '-i', source, '-frames:v', String(frames), '-c:v', 'libx264'],
    ...['-preset', 'ultrafast', '-tune', 'zerolatency', '-threads', '1', '-f', 'h264', file],
  ]);
  if (encodedMs === undefined) return 'ffmpeg is not on PATH: it was not measured beside.';
  const decodedMs = await run(workshop, [...quiet, '-threads', '1', '-i', file, '-f', 'null', '-']);
  const each = (ms: number | undefined): string => ((ms ?? Number.NaN) / frames).toFixed(2);
  return `ffmpeg by itself, its own test picture: ${each(encodedMs)} ms to draw and encode one, ${each(decodedMs)} ms to decode one, its start included.`;
}

/** Undefined: there is no such program, or it failed. */
async function run(workshop: Workshop, args: readonly string[]): Promise<number | undefined> {
  const beganMs = performance.now();
  const child = workshop.spawn(['ffmpeg', ...args], { stdio: 'ignore' });
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('exit', (exitCode) => resolve(exitCode));
  });
  return code === 0 ? performance.now() - beganMs : undefined;
}
