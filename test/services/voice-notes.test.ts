// Voice notes on devices that need no hardware: lengths, levels, ends of every kind.

import '../../src/base/platform.ts';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AudioDevices, AudioInput, AudioInputStart, AudioOutput } from '../../src/contracts/audio.ts';
import { LocalAudioDevices } from '../../src/devices/local-audio-devices.ts';
import { DiskSoundFiles } from '../../src/devices/sound-files.ts';
import { medianToneHz } from '../../src/media/goertzel.ts';
import { encodeWav } from '../../src/media/wav-writer.ts';
import { VoiceNotes } from '../../src/services/voice-notes.ts';
import { samplesOf } from '../devices/listening.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const SPEECH = { leastHz: 50, mostHz: 4_000 };

interface Bench extends AsyncDisposable {
  readonly clock: VirtualClock;
  readonly folder: string;
  readonly notes: VoiceNotes;
  inputName: string;
  outputName: string;
  /** Lets time pass until the promise settles. */
  readonly passing: <Result>(promise: Promise<Result>) => Promise<Result>;
}

async function bench(devices?: AudioDevices): Promise<Bench> {
  const temporary = await temporaryFolder();
  const clock = new VirtualClock();
  const files = new DiskSoundFiles();
  const parts: Bench = {
    clock,
    folder: path.join(temporary.path, 'notes'),
    inputName: 'tone:440',
    outputName: 'none',
    notes: new VoiceNotes({
      clock,
      files,
      devices: devices ?? new LocalAudioDevices({ clock, env: {}, backends: [] }),
      folder: path.join(temporary.path, 'notes'),
      inputName: () => parts.inputName,
      outputName: () => parts.outputName,
    }),
    async passing(promise) {
      const state = { over: false };
      const over = (): void => {
        state.over = true;
      };
      promise.then(over, over);
      while (!state.over) await clock.advance(10);
      return promise;
    },
    [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose](),
  };
  return parts;
}

/** An input that does what the test says. */
function scripted(script: (start: AudioInputStart) => void | Promise<void>): AudioDevices & { stops: number } {
  const devices = {
    stops: 0,
    list: () => Promise.reject(new Error('not asked')),
    openInput: async (): Promise<AudioInput> => ({
      device: { id: 'x', name: 'x', backend: 'pulse' },
      start: async (start) => script(start),
      stop: async () => {
        devices.stops++;
      },
    }),
    openOutput: (): Promise<AudioOutput> => Promise.reject(new Error('not asked')),
  };
  return devices;
}

describe('recording', () => {
  it('takes so many seconds of the input, and tells how loud it is', async () => {
    await using parts = await bench();
    const levels: [number, number][] = [];
    const startedAt = parts.clock.now();
    const note = await parts.passing(parts.notes.record(3, { onLevel: (...level) => levels.push(level) }));
    expect(note).toMatchObject({ durationMs: 3_000, bytes: 44 + 3 * 96_000 });
    expect(note.cutShort).toBeUndefined();
    expect(note.name).toBe(`voice_${Math.floor(startedAt / 1000) + 3}.wav`);
    expect(note.path).toBe(path.join(parts.folder, note.name));
    expect(levels.map(([, elapsedMs]) => elapsedMs)).toEqual(Array.from({ length: 30 }, (_, at) => (at + 1) * 100));
    expect(levels.every(([level]) => Math.abs(level - 0.8) < 0.01)).toBe(true);
    const content = await readFile(note.path);
    expect(content.length).toBe(note.bytes);
    expect(medianToneHz(samplesOf(content), SPEECH)).toBeCloseTo(440, 0);
    expect([...note.waveform]).toEqual(new Array(32).fill(64));
    await note.discard();
    await note.discard();
    expect(await readdir(parts.folder)).toEqual([]);
    expect(parts.clock.timerCount).toBe(0);
  });

  it('ends early and keeps what was said', async () => {
    await using parts = await bench();
    const enough = new AbortController();
    const recording = parts.notes.record(30, {
      signal: enough.signal,
      onLevel: (_, elapsedMs) => elapsedMs === 700 && enough.abort(),
    });
    const note = await parts.passing(recording);
    expect(note.durationMs).toBe(700);
    expect(parts.clock.timerCount).toBe(0);
  });

  it('is one at a time, and free again afterwards', async () => {
    await using parts = await bench();
    const first = parts.notes.record(1);
    await expect(parts.notes.record(1)).rejects.toMatchObject({ code: 'busy' });
    await parts.passing(first);
    parts.inputName = 'file:/no/such.wav';
    await expect(parts.passing(parts.notes.record(1))).rejects.toMatchObject({ code: 'device-unavailable' });
    parts.inputName = 'tone:440';
    await parts.passing(parts.notes.record(1));
  });

  it('two notes of one second have two names', async () => {
    await using parts = await bench();
    const names: string[] = [];
    for (let round = 0; round < 2; round++) {
      parts.clock.setWallClock(1_700_000_000_000);
      const note = await parts.passing(parts.notes.record(1));
      names.push(note.name);
    }
    expect(names).toEqual(['voice_1700000001.wav', 'voice_1700000002.wav']);
  });

  it.each([0, 0.5, 31, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d seconds', async (seconds) => {
    await using parts = await bench();
    await expect(parts.notes.record(seconds)).rejects.toMatchObject({ code: 'bad-option' });
  });

  it('refuses an input that is switched off', async () => {
    await using parts = await bench();
    parts.inputName = 'none';
    await expect(parts.notes.record(5)).rejects.toMatchObject({ code: 'device-unavailable' });
    expect(parts.clock.timerCount).toBe(0);
  });

  it('keeps what was said before the device was lost, and says so', async () => {
    const devices = scripted(({ onFrame, onLost }) => {
      for (let count = 0; count < 150; count++) onFrame(new Float32Array(480).fill(0.25));
      onLost('The microphone is gone.');
    });
    await using parts = await bench(devices);
    const note = await parts.notes.record(30);
    expect(note).toMatchObject({ durationMs: 1_500, cutShort: 'The microphone is gone.' });
    expect(devices.stops).toBe(1);
  });

  it('of a device that is lost before anything was said is none', async () => {
    await using parts = await bench(scripted(({ onLost }) => onLost('The microphone is gone.')));
    await expect(parts.notes.record(30)).rejects.toMatchObject({
      code: 'device-unavailable',
      message: 'The microphone is gone.',
    });
  });

  it('that is given up before it began does not wait for the device', async () => {
    const never = Promise.withResolvers<never>();
    const input: AudioInput = {
      device: { id: 'x', name: 'x', backend: 'pulse' },
      start: () => never.promise,
      stop: async () => never.reject(new Error('stopped')),
    };
    const devices = { ...scripted(() => undefined), openInput: async () => input };
    await using parts = await bench(devices);
    const given = new AbortController();
    const recording = parts.notes.record(30, { signal: given.signal });
    await parts.clock.advance(50);
    given.abort();
    await expect(recording).rejects.toMatchObject({ code: 'stopped' });
    const before = parts.notes.record(30, { signal: given.signal });
    await expect(before).rejects.toMatchObject({ code: 'stopped' });
  });

  it('never takes more than was asked for from a device that gives too much', async () => {
    const devices = scripted(({ onFrame }) => {
      for (let count = 0; count < 10_000; count++) onFrame(new Float32Array(480));
    });
    await using parts = await bench(devices);
    expect(await parts.notes.record(1)).toMatchObject({ durationMs: 1_000, bytes: 96_044 });
  });

  it('that can not be written is a sentence, and leaves nothing', async () => {
    await using parts = await bench();
    await writeFile(parts.folder, 'a file where the folder should be');
    await expect(parts.passing(parts.notes.record(1))).rejects.toMatchObject({ code: 'data-dir' });
    expect(parts.clock.timerCount).toBe(0);
  });
});

describe('playing', () => {
  it('lets the whole note be heard, and tells where it is', async () => {
    await using parts = await bench();
    const note = await parts.passing(parts.notes.record(2));
    parts.outputName = `file:${parts.folder}/heard.wav`;
    const positions: number[] = [];
    // While files are opened time goes on, here faster than outside.
    const atMs: number[] = [];
    await parts.passing(
      parts.notes.play(note.path, {
        onPosition: (positionMs, durationMs) => {
          positions.push(positionMs);
          atMs.push(parts.clock.monotonicMs());
          expect(durationMs).toBe(2_000);
        },
      }),
    );
    expect(atMs.at(-1)! - atMs[0]!).toBeGreaterThanOrEqual(2_000);
    expect(atMs.at(-1)! - atMs[0]!).toBeLessThan(2_300);
    expect(positions.length).toBeGreaterThanOrEqual(20);
    expect(positions).toEqual([...positions].sort((left, right) => left - right));
    expect([positions[0], positions.at(-1)]).toEqual([0, 2_000]);
    const heard = samplesOf(await readFile(`${parts.folder}/heard.wav`));
    expect(medianToneHz(heard, SPEECH)).toBeCloseTo(440, 0);
    expect(heard.filter((sample) => sample !== 0).length).toBeGreaterThan(95_000);
    expect(parts.clock.timerCount).toBe(0);
  });

  it('ends when it is told to', async () => {
    await using parts = await bench();
    const note = await parts.passing(parts.notes.record(10));
    const enough = new AbortController();
    const positions: number[] = [];
    const onPosition = (positionMs: number): void => {
      positions.push(positionMs);
      if (positionMs >= 1_000) enough.abort();
    };
    await parts.passing(parts.notes.play(note.path, { signal: enough.signal, onPosition }));
    expect(positions.at(-1)).toBeLessThan(1_200);
    await parts.notes.play(note.path, { signal: enough.signal });
    expect(parts.clock.timerCount).toBe(0);
  });

  it('says what it can not play', async () => {
    await using parts = await bench();
    await parts.passing(parts.notes.record(1));
    await writeFile(`${parts.folder}/text.wav`, 'not a sound');
    await expect(parts.notes.play(`${parts.folder}/absent.wav`)).rejects.toMatchObject({ code: 'no-such-file' });
    await expect(parts.notes.play(`${parts.folder}/text.wav`)).rejects.toMatchObject({ code: 'bad-audio' });
    await expect(parts.notes.play(parts.folder)).rejects.toMatchObject({ code: 'bad-audio' });
    await writeFile(`${parts.folder}/empty.wav`, encodeWav(new Float32Array()));
    await parts.passing(parts.notes.play(`${parts.folder}/empty.wav`));
    expect(parts.clock.timerCount).toBe(0);
  });

  it('fails with a sentence when the output is lost', async () => {
    const lostOutput: AudioOutput = {
      device: { id: 'x', name: 'x', backend: 'pulse' },
      bufferedMs: 0,
      start: async ({ onLost }) => void setImmediate(() => onLost('The loudspeaker is gone.')),
      write: () => true,
      stop: async () => undefined,
    };
    const devices = { ...scripted(() => undefined), openOutput: async () => lostOutput };
    await using parts = await bench(devices);
    const file = path.join(path.dirname(parts.folder), 'long.wav');
    await writeFile(file, encodeWav(new Float32Array(48_000 * 60)));
    await expect(parts.notes.play(file)).rejects.toMatchObject({ message: 'The loudspeaker is gone.' });
    expect(parts.clock.timerCount).toBe(0);
  });
});
