// A camera and a screen without hardware.

import '../../src/base/platform.ts';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { localVideoCodecs } from '../../src/codecs/local-video-codecs.ts';
import type { VideoFrame, VideoInput, VideoOutput } from '../../src/contracts/video.ts';
import { LocalVideoDevices } from '../../src/devices/video/local-video-devices.ts';
import { patternFrame, readPatternCounter } from '../../src/media/video/pattern.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const codecs = localVideoCodecs();
const wanted = { width: 64, height: 48, framesPerSecond: 30 };

function bench(): { clock: VirtualClock; devices: LocalVideoDevices } {
  const clock = new VirtualClock();
  return { clock, devices: new LocalVideoDevices({ clock, codecs, backends: [] }) };
}

async function watch(input: VideoInput, clock: VirtualClock): Promise<VideoFrame[]> {
  const frames: VideoFrame[] = [];
  const started = input.start({ wanted, onFrame: (frame) => frames.push(frame), onLost: () => undefined });
  await clock.advance(0);
  await started;
  return frames;
}

describe('pattern', () => {
  it('gives its frames at its pace, without drift, until it is stopped', async () => {
    const { clock, devices } = bench();
    const input = await devices.openInput('pattern:80x60@24');
    expect(input.device.kind).toBe('pattern');
    const frames = await watch(input, clock);
    await clock.advance(10_000);
    expect(frames.length).toBe(241);
    expect(frames.map(readPatternCounter)).toEqual(frames.map((_, index) => index));
    expect(frames.at(-1)).toMatchObject({ width: 80, height: 60 });
    input.change(wanted);
    await clock.advance(100);
    expect(frames.at(-1)?.width).toBe(80);
    await input.stop();
    await input.stop();
    const before = frames.length;
    await clock.advance(1_000);
    expect(frames.length).toBe(before);
    expect(clock.timerCount).toBe(0);
  });

  it('without a size gives what is wanted, also later', async () => {
    const { clock, devices } = bench();
    const input = await devices.openInput('pattern');
    const frames = await watch(input, clock);
    expect(frames[0]).toMatchObject({ width: 64, height: 48 });
    input.change({ width: 128, height: 96, framesPerSecond: 5 });
    await clock.advance(1_000);
    expect(frames.at(-1)).toMatchObject({ width: 128, height: 96 });
    expect(frames.length).toBeLessThan(10);
    await input.stop();
  });

  it('stops while it starts', async () => {
    const { devices } = bench();
    const input = await devices.openInput('pattern');
    const started = input.start({ wanted, onFrame: () => undefined, onLost: () => undefined });
    await Promise.all([input.stop(), expect(started).rejects.toMatchObject({ code: 'stopped' })]);
  });
});

it.each([
  'pattern:',
  'pattern:0x0@0',
  'pattern:99999x9@1',
  'pattern:640x480',
  'pattern:64x48@999',
  'file:',
  'default',
  '',
])('there is no input %j, and a sentence says so', async (name) => {
  await expect(bench().devices.openInput(name)).rejects.toMatchObject({ code: 'device-unavailable' });
});

it.each(['window', 'dir:', 'dir:a\0b', 'x', ''])('there is no output %j, and a sentence says so', async (name) => {
  await expect(bench().devices.openOutput(name)).rejects.toMatchObject({ code: 'device-unavailable' });
});

it('none gives and shows nothing', async () => {
  const { clock, devices } = bench();
  const input = await devices.openInput('none');
  const frames = await watch(input, clock);
  await clock.advance(1_000);
  expect(frames).toEqual([]);
  await input.stop();
  const output = await devices.openOutput('none');
  output.show('alice', 'Alice', patternFrame(1, wanted));
  await output.stop();
});

describe('dir:', () => {
  it('writes what is shown, under names that lead nowhere else', async () => {
    await using folder = await temporaryFolder();
    const target = path.join(folder.path, 'new', 'pictures');
    const output = await bench().devices.openOutput(`dir:${target}`);
    output.show('alice', 'Alice', patternFrame(41, wanted));
    output.show('alice', 'Alice', patternFrame(42, wanted));
    output.hide('alice');
    output.show('../../bob', 'Bob', patternFrame(7, wanted));
    await output.stop();
    output.show('alice', 'Alice', patternFrame(43, wanted));
    const names = (await readdir(target)).sort();
    expect(names).toEqual([
      expect.stringMatching(/^_bob_[\da-f]{8}-000001\.jpg$/u),
      'alice-000001.jpg',
      'alice-000002.jpg',
    ]);
    const decoder = await codecs.decoder('jpeg');
    const frame = await decoder.decode(await readFile(path.join(target, 'alice-000002.jpg')));
    expect(readPatternCounter(frame!)).toBe(42);
    expect((await readdir(folder.path)).length).toBe(1);
  });

  it('goes on after what is there, of each person, and writes nothing over', async () => {
    await using folder = await temporaryFolder();
    const there = ['alice-000007.jpg', 'alice-000003.jpg', 'carol-9.jpg', 'bob-000004.png', 'bob-9999999999999999.jpg'];
    for (const name of there) await writeFile(path.join(folder.path, name), name);
    for (const counter of [1, 2]) {
      const output = await bench().devices.openOutput(`dir:${folder.path}`);
      for (const who of ['alice', 'bob', 'carol']) output.show(who, who, patternFrame(counter, wanted));
      await output.stop();
    }
    const written = ['alice-000008', 'alice-000009', 'bob-000001', 'bob-000002', 'carol-000001', 'carol-000002'];
    expect((await readdir(folder.path)).sort()).toEqual([...there, ...written.map((name) => `${name}.jpg`)].sort());
    for (const name of there) expect(await readFile(path.join(folder.path, name), 'utf8')).toBe(name);
    const decoder = await codecs.decoder('jpeg');
    const frame = await decoder.decode(await readFile(path.join(folder.path, 'alice-000009.jpg')));
    expect(readPatternCounter(frame!)).toBe(2);
  });

  it('two at once share a folder without a loss', async () => {
    await using folder = await temporaryFolder();
    const open = (): Promise<VideoOutput> => bench().devices.openOutput(`dir:${folder.path}`);
    const outputs = [await open(), await open()];
    for (const [index, output] of outputs.entries())
      for (let frame = 0; frame < 5; frame++) output.show('alice', 'Alice', patternFrame(10 * index + frame, wanted));
    await Promise.all(outputs.map((output) => output.stop()));
    const names = (await readdir(folder.path)).sort();
    expect(names).toEqual(Array.from({ length: 10 }, (_, index) => `alice-${String(index + 1).padStart(6, '0')}.jpg`));
    const decoder = await codecs.decoder('jpeg');
    const counters: (number | undefined)[] = [];
    for (const name of names) {
      const frame = await decoder.decode(await readFile(path.join(folder.path, name)));
      counters.push(readPatternCounter(frame!));
    }
    expect(counters.sort((a, b) => a! - b!)).toEqual([0, 1, 2, 3, 4, 10, 11, 12, 13, 14]);
  });

  it('leaves out what the disk can not take in time', async () => {
    await using folder = await temporaryFolder();
    const output = await bench().devices.openOutput(`dir:${folder.path}`);
    for (let index = 0; index < 100; index++) output.show('carol', 'Carol', patternFrame(index, wanted));
    await output.stop();
    expect((await readdir(folder.path)).length).toBe(8);
  });

  it('says when there can be no such folder', async () => {
    await using folder = await temporaryFolder();
    const output = await bench().devices.openOutput(`dir:${folder.path}`);
    output.show('bob', 'Bob', patternFrame(1, wanted));
    await output.stop();
    await expect(bench().devices.openOutput(`dir:${folder.path}/bob-000001.jpg/x`)).rejects.toMatchObject({
      code: 'device-unavailable',
    });
  });
});
