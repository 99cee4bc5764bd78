// The one form of WAV that is written: 16-bit PCM, mono, 48 kHz. Every player opens it.

import { SAMPLE_RATE_HZ, toInt16 } from './audio-format.ts';

export const WAV_HEADER_BYTES = 44;
const SAMPLE_BYTES = 2;
/** Sizes are 32 bits wide: 12 hours. */
export const MAX_WAV_DATA_BYTES = 0xffff_ffff - WAV_HEADER_BYTES - 1;

/** The first 44 bytes of a file with so many bytes of sound after them. */
export function wavHeader(dataBytes: number): Uint8Array {
  const header = new Uint8Array(WAV_HEADER_BYTES);
  const view = new DataView(header.buffer);
  const tag = (offset: number, text: string): void => {
    for (let index = 0; index < 4; index++) header[offset + index] = text.charCodeAt(index);
  };
  tag(0, 'RIFF');
  view.setUint32(4, WAV_HEADER_BYTES - 8 + dataBytes, true);
  tag(8, 'WAVE');
  tag(12, 'fmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, SAMPLE_RATE_HZ, true);
  view.setUint32(28, SAMPLE_RATE_HZ * SAMPLE_BYTES, true);
  view.setUint16(32, SAMPLE_BYTES, true);
  view.setUint16(34, SAMPLE_BYTES * 8, true);
  tag(36, 'data');
  view.setUint32(40, dataBytes, true);
  return header;
}

/** Samples as they stand in such a file. */
export function wavSamples(samples: Float32Array | Int16Array): Uint8Array {
  const whole = samples instanceof Int16Array ? samples : toInt16(samples);
  const bytes = new Uint8Array(whole.length * SAMPLE_BYTES);
  const view = new DataView(bytes.buffer);
  whole.forEach((sample, index) => view.setInt16(index * SAMPLE_BYTES, sample, true));
  return bytes;
}

export function encodeWav(samples: Float32Array | Int16Array): Uint8Array {
  const data = wavSamples(samples);
  const bytes = new Uint8Array(WAV_HEADER_BYTES + data.length);
  bytes.set(wavHeader(data.length));
  bytes.set(data, WAV_HEADER_BYTES);
  return bytes;
}
