// Speech and everything else into Opus: 48 kHz mono, 10 ms, its mode of least delay.

import type { OpusEncoderHandle } from 'libopus-wasm';
import type { AudioEncoder, AudioEncoderSettings } from '../contracts/codecs.ts';
import { FRAME_SAMPLES, SAMPLE_RATE_HZ } from '../media/audio-format.ts';
import { energyOf } from '../media/loudness.ts';
import { MOST_PAYLOAD_BYTES } from './opus-packet.ts';

const START_BITS_PER_SECOND = 48_000;
const BITS_PER_SECOND = { least: 6_000, most: 256_000 } as const;
/** Half of what ten gives, for a third of its work. */
const COMPLEXITY = 5;
/** What comes out for silence is a byte or two, which needs not be sent. */
const MOST_SILENT_BYTES = 2;
/** -66 dB: below what a quiet room gives. In this mode only true silence counts as silence for Opus. */
const INAUDIBLE = 0.0005;

export async function openOpusEncoder(): Promise<AudioEncoder> {
  const { createEncoder, Application, Signal } = await import('libopus-wasm');
  const handle = await createEncoder({
    sampleRate: SAMPLE_RATE_HZ,
    channels: 1,
    frameSize: FRAME_SAMPLES,
    application: Application.RestrictedLowDelay,
    signal: Signal.Voice,
    bitrate: START_BITS_PER_SECOND,
    complexity: COMPLEXITY,
    dtx: true,
  });
  return new OpusEncoder(handle);
}

class OpusEncoder implements AudioEncoder {
  readonly lookAheadSamples: number;
  readonly #handle: OpusEncoderHandle;
  readonly #silence = new Float32Array(FRAME_SAMPLES);

  constructor(handle: OpusEncoderHandle) {
    this.#handle = handle;
    this.lookAheadSamples = handle.getLookahead();
  }

  encode(frame: Float32Array): Uint8Array {
    const payload = this.#handle.encodeFloat(isInaudible(frame) ? this.#silence : frame, {
      maxPacketBytes: MOST_PAYLOAD_BYTES,
    });
    return payload.length <= MOST_SILENT_BYTES ? new Uint8Array() : payload;
  }

  configure({ bitsPerSecond, expectedLoss }: AudioEncoderSettings): void {
    if (bitsPerSecond !== undefined)
      this.#handle.setBitrate(clamp(Math.round(bitsPerSecond), BITS_PER_SECOND.least, BITS_PER_SECOND.most));
    // Frames lean less on those before them.
    if (expectedLoss !== undefined) this.#handle.setPacketLossPercent(clamp(Math.round(expectedLoss * 100), 0, 100));
  }

  close(): void {
    this.#handle.free();
  }
}

function isInaudible(frame: Float32Array): boolean {
  // What is no number counts as silence as well.
  return !(energyOf(frame) > INAUDIBLE ** 2 * frame.length);
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}
