// Codecs that need no library: a frame is sent as its samples, silence not at all. Synchronous from the first frame on,
// so that virtual time and real time can't get into each other's way.

import type { AudioCodecs } from '../../src/contracts/codecs.ts';
import { FRAME_SAMPLES, silentFrame, toInt16 } from '../../src/media/audio-format.ts';

/** Twelve bits of each sample would do; sixteen are easier, and 960 bytes fit into a packet. */
export const plainCodecs: AudioCodecs = {
  encoder: () =>
    Promise.resolve({
      lookAheadSamples: 0,
      encode: (frame) => {
        const samples = toInt16(frame);
        return samples.some((sample) => sample !== 0) ? new Uint8Array(samples.buffer) : new Uint8Array(0);
      },
      configure: () => undefined,
      close: () => undefined,
    }),
  decoder: () =>
    Promise.resolve({
      decode: (payload) => {
        const samples = new Int16Array(payload.slice(0, 2 * FRAME_SAMPLES).buffer);
        return Float32Array.from({ length: FRAME_SAMPLES }, (_, index) => (samples[index] ?? 0) / 32_768);
      },
      recover: () => undefined,
      conceal: silentFrame,
      malformedPayloads: 0,
      close: () => undefined,
    }),
  echoCanceller: () => Promise.resolve({ process: (near) => near, close: () => undefined }),
  noiseSuppressor: () => Promise.resolve({ process: (frame) => frame, close: () => undefined }),
};
