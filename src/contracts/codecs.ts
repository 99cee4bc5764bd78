// What turns sound into packets and back, and what cleans it. Frames are those of media/audio-format.ts; a frame and a
// payload belong to whoever is handed them. All of it is synchronous once it is made: a frame takes a tenth of a millisecond.

import type { FrameDecoder } from '../media/call/frame-decoder.ts';

export interface AudioEncoderSettings {
  /** Without headers. */
  readonly bitsPerSecond?: number;
  /** From 0 to 1: the share of packets that is likely to be lost. */
  readonly expectedLoss?: number;
}

export interface AudioEncoder {
  /** How much later than it was put in a sample comes out of a decoder, besides the frame itself. */
  readonly lookAheadSamples: number;
  /** Empty: silence, nothing has to be sent. */
  encode(frame: Float32Array): Uint8Array;
  /** At any time, from the next frame on. */
  configure(settings: AudioEncoderSettings): void;
  /** Frees its memory; nothing may be asked of it afterwards. More than once is fine. */
  close(): void;
}

export interface AudioDecoder extends FrameDecoder {
  /** As of an encoder. */
  close(): void;
}

export interface EchoCanceller {
  /** `far` is what was handed to the loudspeaker last, `near` what the microphone gave; the frame without the echo. */
  process(near: Float32Array, far: Float32Array): Float32Array;
  close(): void;
}

export interface NoiseSuppressor {
  process(frame: Float32Array): Float32Array;
  close(): void;
}

export interface AudioCodecs {
  /** @throws MmchatError `internal` when the library can't be loaded; so do the others */
  encoder(): Promise<AudioEncoder>;
  decoder(): Promise<AudioDecoder>;
  echoCanceller(): Promise<EchoCanceller>;
  noiseSuppressor(): Promise<NoiseSuppressor>;
}
