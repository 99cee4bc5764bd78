// Voice notes of old clients become ours and back: the tone stays, and no bytes do harm.

import '../../../src/base/platform.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FRAME_SAMPLES } from '../../../src/media/audio-format.ts';
import { strongestHz } from '../../../src/media/goertzel.ts';
import { WavFrames } from '../../../src/media/wav-frames.ts';
import { encodeWav } from '../../../src/media/wav-writer.ts';
import { fromClassicVoice, isVoiceNoteName, toClassicVoice } from '../../../src/super-peer/bridge/voice-conversion.ts';

const pause = (): Promise<void> => Promise.resolve();

/** Two seconds. */
function tone(hz: number): Uint8Array {
  return encodeWav(Int16Array.from({ length: 96_000 }, (_, at) => 12_000 * Math.sin((2 * Math.PI * hz * at) / 48_000)));
}

test('a tone goes there and back', async () => {
  const classic = await toClassicVoice(tone(880), pause);
  const view = new DataView(classic!.buffer);
  // 64-bit float, one channel, 44.1 kHz: all that the classic player reads.
  expect([
    view.getUint16(20, true),
    view.getUint16(22, true),
    view.getUint32(24, true),
    view.getUint16(34, true),
  ]).toEqual([3, 1, 44_100, 64]);
  expect(classic!.length).toBe(44 + 88_200 * 8);
  const back = await fromClassicVoice(classic!, pause);
  expect(back!.durationMs).toBe(2_000);
  expect(back!.waveform).toHaveLength(32);
  const frames = WavFrames.parse(back!.wav);
  const samples = new Float32Array(50 * FRAME_SAMPLES);
  for (let index = 0; index < 50; index++) samples.set(frames.frame(index + 10), index * FRAME_SAMPLES);
  expect(Math.abs(strongestHz(samples, { leastHz: 200, mostHz: 2_000 }) - 880)).toBeLessThan(10);
});

test('what is no voice note is none, whatever it says', async () => {
  const classic = (await toClassicVoice(tone(440), pause))!;
  const changed = (change: (view: DataView) => void): Uint8Array => {
    const copy = classic.slice();
    change(new DataView(copy.buffer));
    return copy;
  };
  const hostile = [
    new Uint8Array(0),
    new Uint8Array(44),
    classic.slice(0, 43),
    changed((view) => view.setUint16(22, 0, true)),
    changed((view) => view.setUint32(24, 0, true)),
    changed((view) => view.setUint32(24, 0xffff_ffff, true)),
    changed((view) => view.setUint16(32, 0, true)),
    changed((view) => view.setUint16(34, 7, true)),
    // A rate of one hertz: the same bytes last a day.
    changed((view) => view.setUint32(24, 1, true)),
  ];
  for (const bytes of hostile) expect(await fromClassicVoice(bytes, pause)).toBeUndefined();
  expect(await toClassicVoice(new Uint8Array(100), pause)).toBeUndefined();
});

test('samples that are no numbers, or far too loud, become sound', async () => {
  const classic = (await toClassicVoice(tone(440), pause))!.slice();
  const view = new DataView(classic.buffer);
  [NaN, Infinity, -Infinity, 1e300, -1e300].forEach((value, index) => view.setFloat64(44 + 8 * index, value, true));
  const note = await fromClassicVoice(classic, pause);
  expect(note!.durationMs).toBe(2_000);
  expect(WavFrames.parse(note!.wav).frame(0).every(Number.isFinite)).toBe(true);
});

test('any change of the header gives a note or nothing', async () => {
  const classic = (await toClassicVoice(tone(440).slice(0, 44 + 9_600), pause)) ?? new Uint8Array(0);
  await fc.assert(
    fc.asyncProperty(fc.nat(60), fc.uint8Array({ minLength: 1, maxLength: 8 }), async (at, put) => {
      const copy = classic.slice();
      copy.set(put.slice(0, Math.max(0, copy.length - at)), at);
      const note = await fromClassicVoice(copy, pause);
      if (note !== undefined) expect(note.durationMs).toBeLessThanOrEqual(31_000);
    }),
    { numRuns: 150 },
  );
});

test('names of voice notes', () => {
  expect(['voice_1700000000.wav', 'VOICE_1.WAV'].every(isVoiceNoteName)).toBe(true);
  expect(['voice_.wav', 'voice_1.wav.exe', 'my voice_1.wav', 'voice_1234567890123.wav', ''].some(isVoiceNoteName)).toBe(
    false,
  );
});
