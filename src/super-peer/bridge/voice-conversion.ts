// Voice notes of old clients and ours: theirs are 64-bit float at 44.1 kHz, ours 16-bit at 48 kHz. Work is done in slices,
// so that nobody's messages wait for half a minute of sound.

import { FRAME_SAMPLES, SAMPLE_RATE_HZ, toInt16 } from '../../media/audio-format.ts';
import { Resampler } from '../../media/resampler.ts';
import { WavFrames } from '../../media/wav-frames.ts';
import { encodeWav } from '../../media/wav-writer.ts';
import { waveformOf } from '../../media/waveform.ts';

/** As long as ours may be, and a second more. */
const MOST_FRAMES = 3_100;
const FRAMES_A_SLICE = 25;
const CLASSIC_RATE_HZ = 44_100;
const CLASSIC_HEADER_BYTES = 44;
const DOUBLE_BYTES = 8;
const FLOAT_FORMAT = 3;

const CLASSIC_NAME = /^voice_\d{1,12}\.wav$/i;

export function isVoiceNoteName(name: string): boolean {
  return CLASSIC_NAME.test(name);
}

export interface OurVoiceNote {
  readonly wav: Uint8Array;
  readonly durationMs: number;
  readonly waveform: Uint8Array;
}

/** Lets others have their turn between slices. */
export type Pause = () => Promise<void>;

/** Undefined: no voice note that we can read; it goes as any file. */
export async function fromClassicVoice(bytes: Uint8Array, pause: Pause): Promise<OurVoiceNote | undefined> {
  const frames = parsed(bytes);
  if (frames === undefined || frames.frameCount === 0 || frames.frameCount > MOST_FRAMES) return undefined;
  const samples = new Int16Array(frames.frameCount * FRAME_SAMPLES);
  for (let index = 0; index < frames.frameCount; index++) {
    samples.set(toInt16(frames.frame(index)), index * FRAME_SAMPLES);
    if (index % FRAMES_A_SLICE === 0) await pause();
  }
  return { wav: encodeWav(samples), durationMs: Math.round(frames.durationMs), waveform: waveformOf(samples) };
}

/** The form that the classic client records itself. Undefined: it is no WAV that we can read. */
export async function toClassicVoice(bytes: Uint8Array, pause: Pause): Promise<Uint8Array | undefined> {
  const frames = parsed(bytes);
  if (frames === undefined || frames.frameCount > MOST_FRAMES) return undefined;
  const whole = new Float32Array(frames.frameCount * FRAME_SAMPLES);
  for (let index = 0; index < frames.frameCount; index++) {
    whole.set(frames.frame(index), index * FRAME_SAMPLES);
    if (index % FRAMES_A_SLICE === 0) await pause();
  }
  const resampler = new Resampler(SAMPLE_RATE_HZ, CLASSIC_RATE_HZ);
  const count = Math.floor((whole.length * CLASSIC_RATE_HZ) / SAMPLE_RATE_HZ);
  const wav = new Uint8Array(CLASSIC_HEADER_BYTES + count * DOUBLE_BYTES);
  const view = new DataView(wav.buffer);
  writeHeader(view, count * DOUBLE_BYTES);
  const slice = FRAME_SAMPLES * FRAMES_A_SLICE;
  for (let first = 0; first < count; first += slice) {
    const some = resampledSlice(resampler, whole, first, Math.min(slice, count - first));
    some.forEach((sample, index) =>
      view.setFloat64(CLASSIC_HEADER_BYTES + (first + index) * DOUBLE_BYTES, Math.max(-1, Math.min(1, sample)), true),
    );
    await pause();
  }
  return wav;
}

function parsed(bytes: Uint8Array): WavFrames | undefined {
  try {
    return WavFrames.parse(bytes);
  } catch {
    return undefined;
  }
}

function resampledSlice(resampler: Resampler, whole: Float32Array, first: number, count: number): Float32Array {
  const range = resampler.inputRange(first, count);
  const input = new Float32Array(range.count);
  const from = Math.max(0, range.first);
  const to = Math.min(whole.length, range.first + range.count);
  if (to > from) input.set(whole.subarray(from, to), from - range.first);
  return resampler.resample(input, first, count);
}

function writeHeader(view: DataView, dataBytes: number): void {
  const tag = (offset: number, text: string): void => {
    for (let index = 0; index < 4; index++) view.setUint8(offset + index, text.charCodeAt(index));
  };
  tag(0, 'RIFF');
  view.setUint32(4, CLASSIC_HEADER_BYTES - 8 + dataBytes, true);
  tag(8, 'WAVE');
  tag(12, 'fmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, FLOAT_FORMAT, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, CLASSIC_RATE_HZ, true);
  view.setUint32(28, CLASSIC_RATE_HZ * DOUBLE_BYTES, true);
  view.setUint16(32, DOUBLE_BYTES, true);
  view.setUint16(34, DOUBLE_BYTES * 8, true);
  tag(36, 'data');
  view.setUint32(40, dataBytes, true);
}
