// Opus from strangers into sound: whatever the bytes are, a frame of 10 ms comes out.

import type { OpusDecoderHandle } from 'libopus-wasm';
import type { AudioDecoder } from '../contracts/codecs.ts';
import { FRAME_SAMPLES, SAMPLE_RATE_HZ } from '../media/audio-format.ts';
import { peakOf } from '../media/loudness.ts';
import { holdsFrameBefore, samplesOf } from './opus-packet.ts';

export async function openOpusDecoder(): Promise<AudioDecoder> {
  const { createDecoder } = await import('libopus-wasm');
  return new OpusDecoder(await createDecoder({ sampleRate: SAMPLE_RATE_HZ, channels: 1, maxFrameSize: FRAME_SAMPLES }));
}

class OpusDecoder implements AudioDecoder {
  readonly #handle: OpusDecoderHandle;
  #malformed = 0;

  constructor(handle: OpusDecoderHandle) {
    this.#handle = handle;
  }

  get malformedPayloads(): number {
    return this.#malformed;
  }

  decode(payload: Uint8Array): Float32Array {
    // Any other length is not of our kind, and the library wants none that is empty.
    const frame = samplesOf(payload) === FRAME_SAMPLES ? this.#try(() => this.#handle.decodeFloat(payload)) : undefined;
    if (frame !== undefined) return frame;
    this.#malformed++;
    return this.conceal();
  }

  recover(nextPayload: Uint8Array): Float32Array | undefined {
    if (samplesOf(nextPayload) !== FRAME_SAMPLES || !holdsFrameBefore(nextPayload)) return undefined;
    return this.#try(() => this.#handle.decodeFloat(nextPayload, { decodeFec: true, frameSize: FRAME_SAMPLES }));
  }

  conceal(): Float32Array {
    return this.#try(() => this.#handle.decodePacketLossFloat(FRAME_SAMPLES)) ?? new Float32Array(FRAME_SAMPLES);
  }

  close(): void {
    this.#handle.free();
  }

  #try(decode: () => Float32Array): Float32Array | undefined {
    try {
      const frame = decode();
      // The largest samples of hand-made packets are beyond all measure; mixing has to stay possible.
      return frame.length === FRAME_SAMPLES && isSane(frame) ? frame : undefined;
    } catch {
      return undefined;
    }
  }
}

/** Louder than full by 12 dB happens; more, or no number, is no sound. */
const MOST = 4;

function isSane(frame: Float32Array): boolean {
  return peakOf(frame) <= MOST;
}
