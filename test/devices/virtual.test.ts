// Devices without hardware, on a clock of the test's own.

import '../../src/base/platform.ts';
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import type { AudioInput, AudioOutput } from '../../src/contracts/audio.ts';
import { findCommand } from '../../src/devices/commands.ts';
import { LocalAudioDevices } from '../../src/devices/local-audio-devices.ts';
import { medianToneHz } from '../../src/media/goertzel.ts';
import { Tone } from '../../src/media/tone.ts';
import { WavFrames } from '../../src/media/wav-frames.ts';
import { encodeWav } from '../../src/media/wav-writer.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { joined, samplesOf } from './listening.ts';

const SPEECH = { leastHz: 50, mostHz: 4_000 };

function bench(): { clock: VirtualClock; devices: LocalAudioDevices } {
  const clock = new VirtualClock();
  return { clock, devices: new LocalAudioDevices({ clock, env: {}, backends: [] }) };
}

/** Starts it and collects what comes. */
async function listen(input: AudioInput): Promise<{ frames: Float32Array[]; lost: string[] }> {
  const heard = { frames: [] as Float32Array[], lost: [] as string[] };
  await input.start({ onFrame: (frame) => heard.frames.push(frame), onLost: (sentence) => heard.lost.push(sentence) });
  return heard;
}

async function begin(output: AudioOutput): Promise<string[]> {
  const lost: string[] = [];
  await output.start({ onLost: (sentence) => lost.push(sentence) });
  return lost;
}

describe('tone:', () => {
  it('gives a frame every 10 ms, of that tone, until it is stopped', async () => {
    const { clock, devices } = bench();
    const input = await devices.openInput('tone:523.5');
    expect(input.device).toEqual({ id: 'tone:523.5', name: 'tone:523.5', backend: 'tone' });
    const { frames, lost } = await listen(input);
    expect(frames).toEqual([]);
    await clock.advance(9);
    expect(frames.length).toBe(0);
    await clock.advance(991);
    expect(frames.length).toBe(100);
    expect(medianToneHz(joined(frames), SPEECH)).toBeCloseTo(523.5, 0);
    await input.stop();
    await input.stop();
    await clock.advance(1_000);
    expect(frames.length).toBe(100);
    expect(lost).toEqual([]);
    expect(clock.timerCount).toBe(0);
  });

  it.each(['tone:', 'tone:0', 'tone:1e9', 'tone:-5', 'tone:x', 'tone:NaN', 'file:', 'loop:', 'file:a\0b'])(
    'refuses %j with a sentence',
    async (name) => {
      const { devices } = bench();
      await expect(devices.openInput(name)).rejects.toMatchObject({
        code: 'device-unavailable',
        message: expect.stringMatching(/^[A-Z].*\.$|440\.$/s) as string,
      });
    },
  );

  it('is no output', async () => {
    const { devices } = bench();
    await expect(devices.openOutput('tone:440')).rejects.toMatchObject({ code: 'device-unavailable' });
    await expect(devices.openOutput('loop:x.wav')).rejects.toMatchObject({ code: 'device-unavailable' });
  });

  it('does not make up for an hour of sleep', async () => {
    let nowMs = 0;
    let due: (() => void) | undefined;
    const sleepy = {
      ...systemClock,
      monotonicMs: () => nowMs,
      after: (_: number, callback: () => void) => ((due = callback), { cancel: () => (due = undefined) }),
    };
    const input = await new LocalAudioDevices({ clock: sleepy, env: {}, backends: [] }).openInput('tone:440');
    const { frames } = await listen(input);
    nowMs = 500;
    due?.();
    expect(frames.length).toBe(50);
    nowMs = 3_600_000;
    due?.();
    expect(frames.length).toBe(51);
    await input.stop();
  });
});

describe('none', () => {
  it('gives nothing and takes everything', async () => {
    const { clock, devices } = bench();
    const input = await devices.openInput('none');
    const output = await devices.openOutput('none');
    const { frames } = await listen(input);
    await begin(output);
    for (let round = 0; round < 200; round++) output.write(new Float32Array(480));
    expect(output.bufferedMs).toBe(500);
    await clock.advance(200);
    expect(output.bufferedMs).toBe(300);
    await clock.advance(10_000);
    expect([frames.length, output.bufferedMs]).toEqual([0, 0]);
    await Promise.all([input.stop(), output.stop()]);
    expect(output.write(new Float32Array(480))).toBe(false);
    expect(clock.timerCount).toBe(0);
  });
});

describe('file: and loop: as inputs', () => {
  it('play a WAV once, then silence; or for ever', async () => {
    await using folder = await temporaryFolder();
    const { clock, devices } = bench();
    const wav = path.join(folder.path, 'tone.wav');
    const tone = new Tone(800);
    await writeFile(wav, encodeWav(joined(Array.from({ length: 50 }, () => tone.frame()))));
    const once = await devices.openInput(`file:${wav}`);
    const loop = await devices.openInput(`loop:${wav}`);
    const [first, second] = [await listen(once), await listen(loop)];
    await clock.advance(1_500);
    expect([first.frames.length, second.frames.length]).toEqual([150, 150]);
    expect(medianToneHz(joined(first.frames.slice(0, 50)), SPEECH)).toBeCloseTo(800, 0);
    expect(joined(first.frames.slice(50)).every((sample) => sample === 0)).toBe(true);
    expect(medianToneHz(joined(second.frames.slice(100)), SPEECH)).toBeCloseTo(800, 0);
    await Promise.all([once.stop(), loop.stop()]);
    expect(clock.timerCount).toBe(0);
  });

  it('an empty WAV is silence', async () => {
    await using folder = await temporaryFolder();
    const { clock, devices } = bench();
    await writeFile(path.join(folder.path, 'empty.wav'), encodeWav(new Float32Array()));
    const input = await devices.openInput(`loop:${folder.path}/empty.wav`);
    const { frames } = await listen(input);
    await clock.advance(100);
    expect(joined(frames)).toEqual(new Float32Array(4_800));
    await input.stop();
  });

  it('say what is wrong with the file, and leave nothing', async () => {
    await using folder = await temporaryFolder();
    const { clock, devices } = bench();
    await writeFile(path.join(folder.path, 'text.wav'), 'no sound at all');
    execFileSync(findCommand('mkfifo', process.env)!, [path.join(folder.path, 'pipe.wav')]);
    for (const [file, words] of [
      ['absent\u202e.wav', /^There is no file .*absent.wav\.$/],
      ['text.wav', /not a WAV file/],
      ['pipe.wav', /is no file/],
      ['', /is no file/],
    ] as const) {
      const input = await devices.openInput(`file:${path.join(folder.path, file)}`);
      await expect(listen(input)).rejects.toMatchObject({
        code: 'device-unavailable',
        message: expect.stringMatching(words) as string,
      });
      await input.stop();
    }
    expect(clock.timerCount).toBe(0);
  });
});

describe('file: as output', () => {
  it('records what would be heard, in real time, and can be read at any moment', async () => {
    await using folder = await temporaryFolder();
    const { clock, devices } = bench();
    const file = path.join(folder.path, 'heard.wav');
    const output = await devices.openOutput(`file:${file}`);
    await begin(output);
    expect(WavFrames.parse(await readFile(file)).frameCount).toBe(0);
    await clock.advance(300);
    const tone = new Tone(600);
    for (let round = 0; round < 40; round++) {
      expect(output.write(tone.frame())).toBe(true);
      await clock.advance(10);
      const { frameCount } = WavFrames.parse(await readFile(file));
      expect(frameCount).toBeLessThanOrEqual(31 + round);
    }
    await clock.advance(300);
    await output.stop();
    const samples = samplesOf(await readFile(file));
    expect(samples.length).toBe(48_000);
    expect(samples.subarray(0, 14_400).every((sample) => sample === 0)).toBe(true);
    expect(medianToneHz(samples.subarray(14_400, 33_600), SPEECH)).toBeCloseTo(600, 0);
    expect(samples.subarray(33_600).every((sample) => sample === 0)).toBe(true);
    expect(clock.timerCount).toBe(0);
  });

  it('appends the next recording', async () => {
    await using folder = await temporaryFolder();
    const { clock, devices } = bench();
    const file = path.join(folder.path, 'heard.wav');
    for (const hz of [500, 900]) {
      const output = await devices.openOutput(`file:${file}`);
      await begin(output);
      const tone = new Tone(hz);
      for (let round = 0; round < 30; round++) output.write(tone.frame());
      await clock.advance(300);
      await output.stop();
    }
    const samples = samplesOf(await readFile(file));
    expect(samples.length).toBe(2 * 14_400);
    expect(medianToneHz(samples.subarray(0, 14_400), SPEECH)).toBeCloseTo(500, 0);
    expect(medianToneHz(samples.subarray(14_400), SPEECH)).toBeCloseTo(900, 0);
  });

  it('never touches what is no recording of its own', async () => {
    await using folder = await temporaryFolder();
    const { devices } = bench();
    const file = path.join(folder.path, 'music.wav');
    const music = encodeWav(new Float32Array(1_000).fill(0.5));
    music[22] = 2;
    await writeFile(file, music);
    for (const name of [`file:${file}`, `file:${folder.path}`, `file:${folder.path}/no/such/folder.wav`])
      await expect(begin(await devices.openOutput(name))).rejects.toMatchObject({ code: 'device-unavailable' });
    expect(new Uint8Array(await readFile(file))).toEqual(music);
  });

  it('is written by one at a time', async () => {
    await using folder = await temporaryFolder();
    const { devices } = bench();
    const name = `file:${folder.path}/heard.wav`;
    const first = await devices.openOutput(name);
    await begin(first);
    await expect(begin(await devices.openOutput(name))).rejects.toMatchObject({ code: 'device-unavailable' });
    await first.stop();
    const second = await devices.openOutput(name);
    await begin(second);
    await second.stop();
  });

  it('is lost with a sentence when the disk is full', async () => {
    const { clock, devices } = bench();
    // Takes no byte, as a full disk.
    await expect(begin(await devices.openOutput('file:/dev/full'))).rejects.toMatchObject({
      code: 'device-unavailable',
      message: expect.stringMatching(/^.*\/dev\/full.*\.$/) as string,
    });
    expect(clock.timerCount).toBe(0);
  });
});

describe('the life of a device', () => {
  it('ends with its signal, before, while and after it starts', async () => {
    const { clock, devices } = bench();
    const quiet = { onFrame: () => undefined, onLost: () => expect.unreachable() };
    const early = await devices.openInput('tone:440');
    await expect(early.start({ ...quiet, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'stopped' });
    const middle = await devices.openInput('tone:440');
    const controller = new AbortController();
    const starting = middle.start({ ...quiet, signal: controller.signal });
    controller.abort();
    await expect(starting).rejects.toMatchObject({ code: 'stopped' });
    const late = await devices.openInput('tone:440');
    const second = new AbortController();
    await late.start({ ...quiet, signal: second.signal });
    second.abort();
    await late.stop();
    const never = await devices.openInput('tone:440');
    await never.stop();
    await expect(never.start(quiet)).rejects.toMatchObject({ code: 'stopped' });
    expect(clock.timerCount).toBe(0);
  });

  it('without any backend there is no default, and that is said', async () => {
    const { devices } = bench();
    await expect(devices.openInput('default')).rejects.toMatchObject({ code: 'device-unavailable' });
    await expect(devices.openOutput('7')).rejects.toMatchObject({ code: 'device-unavailable' });
  });
});
