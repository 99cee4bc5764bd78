// Pictures by the real OpenCV, where it is set up.

import '../../src/base/platform.ts';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { localVideoCodecs } from '../../src/codecs/local-video-codecs.ts';
import type { VideoFrame, VideoInput, VideoSize } from '../../src/contracts/video.ts';
import { LocalVideoDevices } from '../../src/devices/video/local-video-devices.ts';
import { OpenCvBackend } from '../../src/devices/video/opencv-backend.ts';
import { readPatternCounter } from '../../src/media/video/pattern.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { xvfbUnavailable } from '../support/x-display.ts';
import { OPENCV_MODULE, REQUIRE_OPENCV, makeVideo, openCvChildren } from './opencv-sample.ts';

const clock = systemClock;
const wanted: VideoSize = { width: 320, height: 240, framesPerSecond: 30 };
const modulePath = OPENCV_MODULE ?? '';

it('OpenCV and a display without a screen are there for the tests, or it is said why not', () => {
  const reason = OPENCV_MODULE === undefined ? 'OpenCV is not set up for this Node.js.' : xvfbUnavailable();
  if (reason !== undefined) process.stderr.write(`Tests with OpenCV are skipped: ${reason}\n`);
  if (REQUIRE_OPENCV) expect(reason).toBeUndefined();
  else expect(reason ?? 'available').toMatch(/^\S.*$/u);
});

function devices(): LocalVideoDevices {
  const backends = [new OpenCvBackend({ clock, env: process.env, addOnsFolder: undefined, modulePath })];
  return new LocalVideoDevices({ clock, codecs: localVideoCodecs(), backends });
}

interface Watched {
  readonly frames: VideoFrame[];
  readonly lost: Promise<string>;
}

async function watch(input: VideoInput, size = wanted): Promise<Watched> {
  const frames: VideoFrame[] = [];
  const lost = Promise.withResolvers<string>();
  await input.start({ wanted: size, onFrame: (frame) => frames.push(frame), onLost: lost.resolve });
  return { frames, lost: lost.promise };
}

describe.runIf(REQUIRE_OPENCV || OPENCV_MODULE !== undefined)('the real OpenCV', () => {
  it('plays a file at its own pace, in order, small, and again', async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'pattern.avi');
    await makeVideo(modulePath, file, { width: 640, height: 360, framesPerSecond: 25, count: 40 });
    const input = await devices().openInput(`opencv:${file}`);
    expect(input.device.kind).toBe('file');
    const startedMs = clock.monotonicMs();
    const { frames } = await watch(input);
    await expect.poll(() => frames.length).toBeGreaterThan(45);
    const tookMs = clock.monotonicMs() - startedMs;
    await input.stop();
    await input.stop();
    const counters = frames.map(readPatternCounter);
    expect(counters.filter((counter) => counter === undefined)).toEqual([]);
    // Those that a busy machine left out are missing, but none comes twice or too early.
    const once = counters.slice(0, counters.lastIndexOf(0));
    expect(once).toEqual([...new Set(once)].toSorted((one, other) => Number(one) - Number(other)));
    expect(counters.lastIndexOf(0)).toBeGreaterThan(20);
    expect(tookMs).toBeGreaterThan(40 * 40);
    // As large as fits, with its own proportions.
    expect(frames[0]).toMatchObject({ width: 320, height: 180 });
    expect(openCvChildren()).toEqual([]);
  });

  it('gives fewer and smaller pictures when those are wanted', async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'pattern.avi');
    await makeVideo(modulePath, file, { width: 640, height: 480, framesPerSecond: 30, count: 30 });
    const input = await devices().openInput(`opencv:${file}`);
    const { frames } = await watch(input, { ...wanted, framesPerSecond: 10 });
    await expect.poll(() => frames.length).toBeGreaterThan(10);
    // Of three pictures one is wanted, whenever they arrive here.
    const counters = frames.slice(0, 10).map((frame) => readPatternCounter(frame) ?? 0);
    const steps = counters.slice(1).map((counter, at) => counter - counters[at]!);
    expect(steps.filter((step) => step >= 0 && step < 2)).toEqual([]);
    input.change({ width: 160, height: 120, framesPerSecond: 30 });
    await expect.poll(() => frames.at(-1)?.width).toBe(160);
    expect(readPatternCounter(frames.at(-1)!)).toBeTypeOf('number');
    await input.stop();
    expect(openCvChildren()).toEqual([]);
  });

  it.each(['garbage', 'half a video', 'nothing'])('refuses %s with a sentence', async (what) => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'broken.avi');
    if (what === 'garbage')
      await writeFile(file, Buffer.from(Array.from({ length: 50_000 }, (_, at) => (at * 7919) & 255)));
    if (what === 'half a video') await writeFile(file, 'RIFF\u0000\u0010\u0000\u0000AVI LIST');
    const input = await devices().openInput(`file:${file}`);
    await expect(watch(input)).rejects.toMatchObject({
      code: 'device-unavailable',
      message: expect.stringMatching(/^The video .* can't be opened \(OpenCV: .*\)\.$/u) as string,
    });
    expect(openCvChildren()).toEqual([]);
  });

  it('says once that its process was killed', async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'pattern.avi');
    await makeVideo(modulePath, file, { width: 320, height: 240, framesPerSecond: 25, count: 50 });
    const input = await devices().openInput(`opencv:${file}`);
    const { frames, lost } = await watch(input);
    await expect.poll(() => frames.length).toBeGreaterThan(3);
    const children = openCvChildren();
    expect(children.length).toBe(1);
    process.kill(children[0]!, 'SIGKILL');
    expect(await lost).toMatch(/^The video opencv:.* gives no pictures any more \(OpenCV: ended by SIGKILL/u);
    await input.stop();
    expect(openCvChildren()).toEqual([]);
  });

  it('has no camera where there is none', async () => {
    const input = await devices().openInput('opencv:99');
    await expect(watch(input)).rejects.toMatchObject({ code: 'device-unavailable' });
    expect(openCvChildren()).toEqual([]);
  });
});
