// Cameras, screens and videos by node-av and ffmpeg, with the real library and a real screen.

import '../../src/base/platform.ts';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { localVideoCodecs } from '../../src/codecs/local-video-codecs.ts';
import type { VideoFrame, VideoInput } from '../../src/contracts/video.ts';
import { FfmpegBackend } from '../../src/devices/video/ffmpeg-backend.ts';
import { LocalVideoDevices } from '../../src/devices/video/local-video-devices.ts';
import { NodeAvBackend, type NodeAvOptions } from '../../src/devices/video/node-av-backend.ts';
import { ProcessVideoInput } from '../../src/devices/video/process-video-input.ts';
import { readPatternCounter } from '../../src/media/video/pattern.ts';
import { WITHOUT_NODE_AV } from '../support/node-av.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { keepsToTheVideoInputContract } from '../support/video-input-contract.ts';
import { virtualScreen, type VirtualScreen } from '../support/virtual-screen.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { writeVideoFile } from '../support/y4m.ts';

const codecs = localVideoCodecs();
const wanted = { width: 160, height: 120, framesPerSecond: 30 };
const env = { PATH: process.env['PATH'] };
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let screen: VirtualScreen;
let video: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  screen = await virtualScreen();
  video = path.join(folder.path, 'a video.y4m');
  await writeVideoFile(video, { width: 160, height: 120, framesPerSecond: 30, frames: 30 });
});

afterAll(async () => {
  await screen[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

function devices(options: Partial<NodeAvOptions> = {}): LocalVideoDevices {
  const parts = { clock: systemClock, env: { ...env, DISPLAY: screen.display }, ...options };
  return new LocalVideoDevices({ ...parts, codecs, backends: [new NodeAvBackend(parts), new FfmpegBackend(parts)] });
}

interface Watched {
  readonly frames: VideoFrame[];
  readonly lost: Promise<string>;
  readonly started: Promise<void>;
}

function watch(input: VideoInput): Watched {
  const frames: VideoFrame[] = [];
  const { promise: lost, resolve } = Promise.withResolvers<string>();
  const started = input.start({ wanted, onFrame: (frame) => frames.push(frame), onLost: resolve });
  started.catch(() => undefined);
  return { frames, lost, started };
}

function isAlive(pid: number | undefined): boolean {
  try {
    process.kill(pid ?? -1, 0);
    return true;
  } catch {
    return false;
  }
}

function childOf(input: VideoInput): number | undefined {
  return input instanceof ProcessVideoInput ? input.pid : undefined;
}

describe('the pattern', () => {
  keepsToTheVideoInputContract(() => {
    const clock = new VirtualClock();
    return {
      open: () => new LocalVideoDevices({ clock, codecs, backends: [] }).openInput('pattern'),
      until: async (isThere) => {
        for (let steps = 0; !isThere() && steps < 1_000; steps++) await clock.advance(10);
      },
    };
  });
});

describe.skipIf(WITHOUT_NODE_AV)('a camera by node-av', () => {
  keepsToTheVideoInputContract(() => ({
    open: () => devices().openInput('lavfi:testsrc2=size=640x360:rate=30'),
    proportion: 16 / 9,
  }));
});

describe.skipIf(WITHOUT_NODE_AV)('a screen by node-av', () => {
  keepsToTheVideoInputContract(() => ({ open: () => devices().openInput('screen:0'), proportion: 4 / 3 }));

  it('is listed, and seen as it is', async () => {
    const { screens } = await devices().list();
    expect(screens).toEqual([{ id: 'screen:0', name: 'screen', kind: 'screen' }]);
    const input = await devices().openInput('screen:0:300x200+10+20');
    const { frames, started } = watch(input);
    await started;
    await input.stop();
    expect(frames[0]).toMatchObject({ width: 160, height: 106 });
    expect(frames[0]?.rgb.every((level) => level > 250)).toBe(true);
  });

  it.each(['screen:', 'screen:0:1x1+0+0', 'screen:0:99999x99999+0+0', 'screen:0;x', 'window:', 'window:x'])(
    'there is none called %j, and a sentence says so',
    async (name) => {
      await expect(devices().openInput(name)).rejects.toMatchObject({ code: 'device-unavailable' });
    },
  );

  it('does not start when it is not there', async () => {
    const input = await devices({ env: { ...env, DISPLAY: ':4711' } }).openInput('screen:0');
    await expect(watch(input).started).rejects.toMatchObject({
      code: 'device-unavailable',
      message: expect.stringMatching(/^The screen screen:0 gives no pictures \(.+\)\.$/u) as string,
    });
    await expect(devices({ env }).openInput('screen:0')).rejects.toMatchObject({ code: 'device-unavailable' });
  });

  it('is lost with a sentence when it goes, and nothing is left', async () => {
    const own = await virtualScreen();
    const input = await devices({ env: { ...env, DISPLAY: own.display } }).openInput('screen:0');
    const { lost, started } = watch(input);
    await started;
    const pid = childOf(input);
    await own[Symbol.asyncDispose]();
    expect(await lost).toMatch(/^The screen screen:0 gives no pictures/u);
    expect(isAlive(pid)).toBe(false);
  });
});

describe.skipIf(WITHOUT_NODE_AV)('a video file by node-av', () => {
  it('is played once, at its pace, and says when it is at its end', async () => {
    const input = await devices().openInput(`file:${video}`);
    expect(input.device).toMatchObject({ kind: 'file' });
    const { frames, lost, started } = watch(input);
    await started;
    const pid = childOf(input);
    expect(isAlive(pid)).toBe(true);
    expect(await lost).toMatch(/^The video .*a video\.y4m is at its end\.$/u);
    expect(isAlive(pid)).toBe(false);
    const numbers = frames.map(readPatternCounter);
    expect(numbers.every((number) => number !== undefined)).toBe(true);
    expect(numbers).toEqual([...numbers].sort((one, other) => (one ?? 0) - (other ?? 0)));
    expect(new Set(numbers).size).toBe(frames.length);
    expect(frames.length).toBeLessThanOrEqual(30);
    // A second long: not all at once.
    expect((frames.at(-1)?.atMs ?? 0) - (frames[0]?.atMs ?? 0)).toBeGreaterThan(500);
  });

  it('that is none says so', async () => {
    const text = path.join(folder.path, 'text.mp4');
    await writeFile(text, 'no video');
    for (const [name, sentence] of [
      [`file:${text}`, /gives no pictures \(.+\)/u],
      [`file:${folder.path}`, /is no file/u],
      ['file:/does/not/exist', /^There is no file/u],
    ] as const) {
      const { started } = watch(await devices().openInput(name));
      await expect(started).rejects.toMatchObject({
        code: 'device-unavailable',
        message: expect.stringMatching(sentence) as string,
      });
    }
    await expect(devices().openInput('file:')).rejects.toMatchObject({ code: 'device-unavailable' });
  });
});

it.skipIf(WITHOUT_NODE_AV)('a device that hangs is given up, and its process with it', async () => {
  const hanging = path.join(folder.path, 'hanging.mjs');
  await writeFile(hanging, "process.on('SIGTERM', () => undefined);\nsetInterval(() => undefined, 1000);\n");
  const input = await devices({ childArguments: [hanging] }).openInput('lavfi:testsrc2');
  const { started } = watch(input);
  await expect.poll(() => isAlive(childOf(input))).toBe(true);
  const pid = childOf(input);
  await input.stop();
  await expect(started).rejects.toMatchObject({ code: 'stopped' });
  expect(isAlive(pid)).toBe(false);

  const clock = new VirtualClock();
  const silent = await devices({ childArguments: [hanging], clock }).openInput('lavfi:testsrc2');
  const { started: never } = watch(silent);
  await expect.poll(() => isAlive(childOf(silent))).toBe(true);
  const other = childOf(silent);
  await clock.advance(20_000);
  await clock.advance(1_000);
  await expect(never).rejects.toMatchObject({ code: 'device-unavailable' });
  expect(isAlive(other)).toBe(false);
  expect(clock.timerCount).toBe(0);
});

it.skipIf(WITHOUT_NODE_AV)('a process that says impossible things is given up', async () => {
  const lying = path.join(folder.path, 'lying.mjs');
  await writeFile(
    lying,
    "import fs from 'node:fs';\nfs.writeSync(3, Buffer.alloc(1 << 16, 0xff));\nsetInterval(() => undefined, 1000);\n",
  );
  const input = await devices({ childArguments: [lying] }).openInput('lavfi:testsrc2');
  await expect(watch(input).started).rejects.toMatchObject({
    code: 'device-unavailable',
    message: expect.stringMatching(/no picture/u) as string,
  });
});

describe('without node-av', () => {
  const findModule = (): undefined => undefined;

  it('what is missing is said, with what to do', async () => {
    const { cameras, screens, missing } = await devices({ findModule }).list();
    expect([cameras, screens]).toEqual([[], []]);
    expect(missing).toEqual([
      {
        what: 'node-av',
        reason: 'Cameras and screens need node-av, which is not installed.',
        remedy: 'Run mmchat-p2p devices --setup video.',
      },
    ]);
    for (const name of ['default', 'screen:0', '/dev/video0', `file:${video}`])
      await expect(devices({ findModule, env: {} }).openInput(name)).rejects.toMatchObject({
        code: 'device-unavailable',
        message: expect.stringMatching(/devices --setup video/u) as string,
      });
  });

  it('videos are played by ffmpeg, if there is one', async () => {
    // What ffmpeg writes for such a command line: two pictures, then its end.
    const bin = path.join(folder.path, 'bin');
    await mkdir(bin);
    const program = path.join(bin, 'ffmpeg');
    await writeFile(
      program,
      `#!${process.execPath}\nconst [size] = /scale=\\d+:\\d+/.exec(process.argv.join(' '));\n` +
        'const [, w, h] = size.split(/[=:]/).map(Number);\nlet left = 2;\n' +
        'const next = () => left-- > 0 ? process.stdout.write(Buffer.alloc(w * h * 3, 7), () => setTimeout(next, 100)) : undefined;\nnext();\n',
    );
    await chmod(program, 0o755);
    const input = await devices({ findModule, env: { PATH: bin } }).openInput(`file:${video}`);
    const { frames, lost, started } = watch(input);
    await started;
    expect(await lost).toMatch(/is at its end\.$/u);
    expect(frames.map(({ width, height, rgb }) => [width, height, rgb[5]])).toEqual([
      [160, 120, 7],
      [160, 120, 7],
    ]);
  });
});
