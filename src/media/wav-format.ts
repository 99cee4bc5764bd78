// What stands in a WAV file, found without copying any of it. Files come from strangers: sizes are claims, and whatever is
// no WAV that we can play is refused with a sentence.

import { MmchatError } from '../base/errors.ts';

export type WavEncoding = 'u8' | 's16' | 's24' | 's32' | 'f32' | 'f64';

export interface Wav {
  readonly encoding: WavEncoding;
  readonly sampleRateHz: number;
  readonly channels: number;
  /** Of one sample of all channels. */
  readonly blockBytes: number;
  /** Samples of each channel. */
  readonly sampleCount: number;
  /** A view of the bytes that were parsed. */
  readonly data: DataView;
}

export const MAX_WAV_CHANNELS = 8;
export const WAV_RATES_HZ = { least: 1_000, most: 384_000 } as const;

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;
/** A GUID of the extensible form is the plain number followed by these. */
const GUID_TAIL = [0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71] as const;

const ENCODINGS: Readonly<Record<string, WavEncoding>> = {
  '1/8': 'u8',
  '1/16': 's16',
  '1/24': 's24',
  '1/32': 's32',
  '3/32': 'f32',
  '3/64': 'f64',
};

/** @throws MmchatError `bad-audio` */
export function parseWav(bytes: Uint8Array): Wav {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || tag(view, 0) !== 'RIFF' || tag(view, 8) !== 'WAVE') throw bad('It is not a WAV file.');
  let format: Omit<Wav, 'sampleCount' | 'data'> | undefined;
  let offset = 12;
  while (offset + 8 <= view.byteLength) {
    const name = tag(view, offset);
    const claimed = view.getUint32(offset + 4, true);
    const start = offset + 8;
    // Writers into a pipe never learn the size and claim the most; what is there counts.
    const size = Math.min(claimed, view.byteLength - start);
    if (name === 'fmt ') format = readFormat(new DataView(view.buffer, view.byteOffset + start, size));
    if (name === 'data') {
      if (format === undefined) throw bad('Its sound comes before the description of it.');
      const sampleCount = Math.floor(size / format.blockBytes);
      const data = new DataView(view.buffer, view.byteOffset + start, sampleCount * format.blockBytes);
      return { ...format, sampleCount, data };
    }
    offset = start + size + (size & 1);
  }
  throw bad('There is no sound in it.');
}

function readFormat(view: DataView): Omit<Wav, 'sampleCount' | 'data'> {
  if (view.byteLength < 16) throw bad('The description of its sound is cut off.');
  const code = plainCode(view);
  const channels = view.getUint16(2, true);
  const sampleRateHz = view.getUint32(4, true);
  const blockBytes = view.getUint16(12, true);
  const bits = view.getUint16(14, true);
  const encoding = ENCODINGS[`${code}/${bits}`];
  if (encoding === undefined)
    throw bad(`Its sound is encoded in a way that is not known here (${code}, ${bits} bits).`);
  if (channels < 1 || channels > MAX_WAV_CHANNELS)
    throw bad(`It has ${channels} channels; 1 to ${MAX_WAV_CHANNELS} can be played.`);
  if (sampleRateHz < WAV_RATES_HZ.least || sampleRateHz > WAV_RATES_HZ.most)
    throw bad(`It has ${sampleRateHz} samples a second; ${WAV_RATES_HZ.least} to ${WAV_RATES_HZ.most} can be played.`);
  if (blockBytes !== (channels * bits) / 8) throw bad('The description of its sound contradicts itself.');
  return { encoding, channels, sampleRateHz, blockBytes };
}

function plainCode(view: DataView): number {
  const code = view.getUint16(0, true);
  if (code !== EXTENSIBLE) return code;
  if (view.byteLength < 40) throw bad('The description of its sound is cut off.');
  const known = GUID_TAIL.every((byte, index) => view.getUint8(26 + index) === byte);
  const inner = view.getUint16(24, true);
  if (!known || (inner !== PCM && inner !== FLOAT)) throw bad('Its sound is encoded in a way that is not known here.');
  return inner;
}

function tag(view: DataView, offset: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(offset + index)));
}

function bad(sentence: string): MmchatError {
  return new MmchatError('bad-audio', `This sound can't be read. ${sentence}`);
}
