// WAV files in every form that is read, made the slow and obvious way.

import type { WavEncoding } from '../../src/media/wav-format.ts';

export interface WavSpec {
  readonly encoding: WavEncoding;
  readonly sampleRateHz: number;
  /** For each channel its samples, -1 to 1. */
  readonly channels: readonly (readonly number[])[];
  readonly extensible?: boolean;
  /** Chunks before the sound: name and content. */
  readonly before?: readonly (readonly [string, Uint8Array])[];
  /** What the headers claim about the size of the sound, whatever it is. */
  readonly claimedBytes?: number;
}

const BITS: Readonly<Record<WavEncoding, number>> = { u8: 8, s16: 16, s24: 24, s32: 32, f32: 32, f64: 64 };

export function sampleWav(spec: WavSpec): Uint8Array {
  const bits = BITS[spec.encoding];
  const blockBytes = (spec.channels.length * bits) / 8;
  const sampleCount = spec.channels[0]?.length ?? 0;
  const code = spec.encoding.startsWith('f') ? 3 : 1;
  const data = Buffer.alloc(sampleCount * blockBytes);
  for (let at = 0; at < sampleCount; at++)
    spec.channels.forEach((samples, channel) =>
      writeSample(data, at * blockBytes + (channel * bits) / 8, spec.encoding, samples[at] ?? 0),
    );
  const format = Buffer.alloc(spec.extensible === true ? 40 : 16);
  format.writeUInt16LE(spec.extensible === true ? 0xfffe : code, 0);
  format.writeUInt16LE(spec.channels.length, 2);
  format.writeUInt32LE(spec.sampleRateHz, 4);
  format.writeUInt32LE(spec.sampleRateHz * blockBytes, 8);
  format.writeUInt16LE(blockBytes, 12);
  format.writeUInt16LE(bits, 14);
  if (spec.extensible === true) {
    format.writeUInt16LE(22, 16);
    format.writeUInt16LE(bits, 18);
    Buffer.from([code, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71]).copy(format, 24);
  }
  const body = Buffer.concat([
    Buffer.from('WAVE'),
    chunk('fmt ', format),
    ...(spec.before ?? []).map(([name, content]) => chunk(name, content)),
    chunk('data', data, spec.claimedBytes),
  ]);
  return Uint8Array.from(chunk('RIFF', body, spec.claimedBytes === undefined ? undefined : 0xffff_ffff));
}

function chunk(name: string, content: Uint8Array, claimedBytes = content.length): Buffer {
  const header = Buffer.alloc(8);
  header.write(name, 'latin1');
  header.writeUInt32LE(claimedBytes, 4);
  return Buffer.concat([header, content, Buffer.alloc(content.length & 1)]);
}

function writeSample(target: Buffer, offset: number, encoding: WavEncoding, sample: number): void {
  const whole = (steps: number): number => Math.max(-steps, Math.min(steps - 1, Math.round(sample * steps)));
  switch (encoding) {
    case 'u8':
      return void target.writeUInt8(whole(128) + 128, offset);
    case 's16':
      return void target.writeInt16LE(whole(2 ** 15), offset);
    case 's24':
      return void target.writeIntLE(whole(2 ** 23), offset, 3);
    case 's32':
      return void target.writeInt32LE(whole(2 ** 31), offset);
    case 'f32':
      return void target.writeFloatLE(sample, offset);
    case 'f64':
      return void target.writeDoubleLE(sample, offset);
  }
}

export function sine(hz: number, sampleRateHz: number, sampleCount: number, amplitude = 0.5): number[] {
  return Array.from({ length: sampleCount }, (_, at) => amplitude * Math.sin((2 * Math.PI * hz * at) / sampleRateHz));
}
