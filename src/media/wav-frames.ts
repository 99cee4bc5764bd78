// A WAV file as frames of the program's own form, one at a time: never more than a frame is decoded.

import { FRAME_SAMPLES, SAMPLE_RATE_HZ } from './audio-format.ts';
import { Resampler } from './resampler.ts';
import { parseWav, type Wav, type WavEncoding } from './wav-format.ts';

export class WavFrames {
  readonly #wav: Wav;
  readonly #resampler: Resampler | undefined;
  readonly durationMs: number;
  /** The last one is filled up with silence. */
  readonly frameCount: number;

  constructor(wav: Wav) {
    this.#wav = wav;
    this.#resampler = wav.sampleRateHz === SAMPLE_RATE_HZ ? undefined : new Resampler(wav.sampleRateHz, SAMPLE_RATE_HZ);
    this.durationMs = (wav.sampleCount / wav.sampleRateHz) * 1000;
    this.frameCount = Math.ceil((wav.sampleCount * SAMPLE_RATE_HZ) / wav.sampleRateHz / FRAME_SAMPLES);
  }

  /** @throws MmchatError `bad-audio` */
  static parse(bytes: Uint8Array): WavFrames {
    return new WavFrames(parseWav(bytes));
  }

  /** Outside of the file there is silence. */
  frame(index: number): Float32Array {
    const first = index * FRAME_SAMPLES;
    if (this.#resampler === undefined) return decodeMono(this.#wav, first, FRAME_SAMPLES);
    const range = this.#resampler.inputRange(first, FRAME_SAMPLES);
    return clip(this.#resampler.resample(decodeMono(this.#wav, range.first, range.count), first, FRAME_SAMPLES));
  }
}

/** The mean of all channels; silence before the beginning and after the end. */
function decodeMono(wav: Wav, first: number, count: number): Float32Array {
  const { channels, blockBytes, sampleCount, data, encoding } = wav;
  const { bytes, read } = READERS[encoding];
  const samples = new Float32Array(count);
  const from = Math.max(0, first);
  const to = Math.min(sampleCount, first + count);
  for (let at = from; at < to; at++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += read(data, at * blockBytes + channel * bytes);
    const mean = sum / channels;
    samples[at - first] = Number.isFinite(mean) ? Math.max(-1, Math.min(1, mean)) : 0;
  }
  return samples;
}

interface SampleReader {
  readonly bytes: number;
  readonly read: (data: DataView, offset: number) => number;
}

const READERS: Readonly<Record<WavEncoding, SampleReader>> = {
  u8: { bytes: 1, read: (data, offset) => (data.getUint8(offset) - 128) / 128 },
  s16: { bytes: 2, read: (data, offset) => data.getInt16(offset, true) / 32_768 },
  s24: {
    bytes: 3,
    read: (data, offset) => (data.getInt16(offset + 1, true) * 256 + data.getUint8(offset)) / 8_388_608,
  },
  s32: { bytes: 4, read: (data, offset) => data.getInt32(offset, true) / 2_147_483_648 },
  f32: { bytes: 4, read: (data, offset) => data.getFloat32(offset, true) },
  f64: { bytes: 8, read: (data, offset) => data.getFloat64(offset, true) },
};

function clip(samples: Float32Array): Float32Array {
  for (let index = 0; index < samples.length; index++) samples[index] = Math.max(-1, Math.min(1, samples[index] ?? 0));
  return samples;
}
