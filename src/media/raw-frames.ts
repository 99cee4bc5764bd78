// Raw sound in a stream of bytes: 32-bit floats or 16-bit integers, little endian, mono, 48 kHz.

import { FRAME_SAMPLES } from './audio-format.ts';
import { wavSamples } from './wav-writer.ts';

export type RawEncoding = 'f32' | 's16';

const SAMPLE_BYTES: Readonly<Record<RawEncoding, number>> = { f32: 4, s16: 2 };

/** Puts frames together, however the stream was cut. Holds less than one frame. */
export class RawFrames {
  readonly #encoding: RawEncoding;
  readonly #partial: Uint8Array;
  #filled = 0;

  constructor(encoding: RawEncoding) {
    this.#encoding = encoding;
    this.#partial = new Uint8Array(FRAME_SAMPLES * SAMPLE_BYTES[encoding]);
  }

  push(chunk: Uint8Array, onFrame: (frame: Float32Array) => void): void {
    let offset = 0;
    while (offset < chunk.length) {
      const part = chunk.subarray(offset, offset + this.#partial.length - this.#filled);
      this.#partial.set(part, this.#filled);
      this.#filled += part.length;
      offset += part.length;
      if (this.#filled < this.#partial.length) return;
      this.#filled = 0;
      onFrame(decodeFrame(this.#partial, this.#encoding));
    }
  }
}

/** What is no number becomes silence: nothing behind this has to think of it. */
function decodeFrame(bytes: Uint8Array, encoding: RawEncoding): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frame = new Float32Array(FRAME_SAMPLES);
  for (let index = 0; index < FRAME_SAMPLES; index++) {
    const sample = encoding === 'f32' ? view.getFloat32(index * 4, true) : view.getInt16(index * 2, true) / 32_768;
    frame[index] = Number.isFinite(sample) ? Math.max(-1, Math.min(1, sample)) : 0;
  }
  return frame;
}

export function encodeFrame(frame: Float32Array, encoding: RawEncoding): Uint8Array {
  if (encoding === 's16') return wavSamples(frame);
  const bytes = new Uint8Array(frame.length * 4);
  const view = new DataView(bytes.buffer);
  frame.forEach((sample, index) => view.setFloat32(index * 4, sample, true));
  return bytes;
}
