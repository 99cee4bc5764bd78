// What every source of pictures has to keep to, whatever it is made of.

import { expect, it } from 'vitest';
import type { VideoFrame, VideoInput, VideoSize } from '../../src/contracts/video.ts';

export interface VideoInputBench {
  /** Each time another one of the same device. */
  readonly open: () => Promise<VideoInput>;
  /** Width by height of the device: what it gives is never wider in proportion, nor higher. Undefined: any. */
  readonly proportion?: number;
  /** Time goes on until there is something. @default real time */
  readonly until?: (isThere: () => boolean) => Promise<void>;
}

const LARGE: VideoSize = { width: 320, height: 240, framesPerSecond: 20 };
const SMALL: VideoSize = { width: 128, height: 96, framesPerSecond: 10 };

async function inRealTime(isThere: () => boolean): Promise<void> {
  await expect.poll(isThere, { timeout: 60_000, interval: 5 }).toBe(true);
}

export function keepsToTheVideoInputContract(bench: () => VideoInputBench | Promise<VideoInputBench>): void {
  async function started(wanted: VideoSize): Promise<{
    input: VideoInput;
    frames: VideoFrame[];
    lost: string[];
    until: (isThere: () => boolean) => Promise<void>;
    proportion: number | undefined;
  }> {
    const { open, proportion, until = inRealTime } = await bench();
    const input = await open();
    const frames: VideoFrame[] = [];
    const lost: string[] = [];
    let isStarted = false;
    const starting = input
      .start({ wanted, onFrame: (frame) => frames.push(frame), onLost: (sentence) => lost.push(sentence) })
      .then(() => (isStarted = true));
    await Promise.race([starting, until(() => isStarted)]);
    await starting;
    return { input, frames, lost, until, proportion };
  }

  it('starts with a first frame and gives whole ones, within what is wanted, time going on', async () => {
    const { input, frames, lost, until, proportion } = await started(LARGE);
    expect(frames.length).toBeGreaterThan(0);
    await until(() => frames.length >= 5);
    for (const { width, height, rgb } of frames) {
      expect(rgb.length).toBe(width * height * 3);
      expect(width).toBeLessThanOrEqual(LARGE.width);
      expect(height).toBeLessThanOrEqual(LARGE.height);
      expect([width % 2, height % 2]).toEqual([0, 0]);
      if (proportion !== undefined) expect(width / height).toBeCloseTo(proportion, 1);
    }
    const times = frames.map(({ atMs }) => atMs);
    expect(times).toEqual([...times].sort((one, other) => one - other));
    await input.stop();
    expect(lost).toEqual([]);
  });

  it('gives each frame away: a later one does not change it', async () => {
    const { input, frames, until } = await started(LARGE);
    const first = Buffer.from(frames[0]?.rgb ?? []);
    await until(() => frames.length >= 5);
    expect(Buffer.compare(first, Buffer.from(frames[0]?.rgb ?? []))).toBe(0);
    expect(new Set(frames.map(({ rgb }) => rgb.buffer)).size).toBe(frames.length);
    await input.stop();
  });

  it('gives other sizes from when they are wanted', async () => {
    const { input, frames, until } = await started(LARGE);
    input.change(SMALL);
    await until(() => (frames.at(-1)?.width ?? LARGE.width) <= SMALL.width);
    expect(frames.at(-1)?.height).toBeLessThanOrEqual(SMALL.height);
    await input.stop();
  });

  it('gives nothing after it was stopped, however often', async () => {
    const { input, frames, lost } = await started(LARGE);
    await Promise.all([input.stop(), input.stop()]);
    const count = frames.length;
    await input.stop();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect([frames.length, lost]).toEqual([count, []]);
    input.change(SMALL);
    await expect(
      input.start({ wanted: LARGE, onFrame: () => undefined, onLost: () => undefined }),
    ).rejects.toMatchObject({ code: 'stopped' });
  });

  it('can be stopped while it starts, or before', async () => {
    const { open } = await bench();
    const start = { wanted: LARGE, onFrame: () => undefined, onLost: () => undefined };
    const input = await open();
    const starting = expect(input.start(start)).rejects.toMatchObject({ code: 'stopped' });
    await input.stop();
    await starting;
    const stopped = await open();
    await stopped.stop();
    await expect(stopped.start(start)).rejects.toMatchObject({ code: 'stopped' });
    const controller = new AbortController();
    const aborted = await open();
    const abortion = expect(aborted.start({ ...start, signal: controller.signal })).rejects.toMatchObject({
      code: 'stopped',
    });
    controller.abort();
    await abortion;
    await aborted.stop();
  });
}
