// Image files for tests, made by the rules of their formats: PNG of every kind, GIF without real compression.

import { crc32, deflateSync } from 'node:zlib';

export interface PngSpec {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colour: number;
  readonly interlaced: boolean;
  /** Of every row in turn. */
  readonly filters: readonly number[];
  readonly palette?: Uint8Array;
  readonly alpha?: Uint8Array;
  /** A sample of the pixel at `x`, `y`. */
  readonly sample: (x: number, y: number, channel: number) => number;
}

const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

export function pngFile(spec: PngSpec): Uint8Array {
  const rows: Buffer[] = [];
  let line = 0;
  for (const [x, y, dx, dy] of spec.interlaced ? ADAM7 : ([[0, 0, 1, 1]] as const)) {
    if (x >= spec.width) continue;
    let above: Buffer | undefined;
    for (let row = y; row < spec.height; row += dy) {
      const plain = packedRow(spec, x, row, dx);
      const filter = spec.filters[line++ % spec.filters.length] ?? 0;
      rows.push(Buffer.from([filter]), filtered(filter, plain, above, bytesPerPixel(spec)));
      above = plain;
    }
  }
  return pngOf(spec, deflateSync(Buffer.concat(rows)));
}

/** With whatever in it. */
export function pngOf(spec: Omit<PngSpec, 'filters' | 'sample'>, packed: Uint8Array): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(spec.width, 0);
  header.writeUInt32BE(spec.height, 4);
  header.set([spec.depth, spec.colour, 0, 0, spec.interlaced ? 1 : 0], 8);
  return Buffer.concat([
    Buffer.from('\u0089PNG\r\n\u001A\n', 'latin1'),
    chunk('IHDR', header),
    ...(spec.palette === undefined ? [] : [chunk('PLTE', spec.palette)]),
    ...(spec.alpha === undefined ? [] : [chunk('tRNS', spec.alpha)]),
    chunk('IDAT', packed),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

function chunk(name: string, body: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), body]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(body.length, 0);
  ends.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)]);
}

function bytesPerPixel({ depth, colour }: PngSpec): number {
  return Math.max(1, (depth * (CHANNELS[colour] ?? 1)) >> 3);
}

function packedRow(spec: PngSpec, first: number, row: number, step: number): Buffer {
  const { depth, width } = spec;
  const channels = CHANNELS[spec.colour] ?? 1;
  const bits: number[] = [];
  for (let x = first; x < width; x += step)
    for (let channel = 0; channel < channels; channel++)
      for (let bit = depth - 1; bit >= 0; bit--) bits.push((spec.sample(x, row, channel) >> bit) & 1);
  const bytes = Buffer.alloc(Math.ceil(bits.length / 8));
  for (const [index, bit] of bits.entries()) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (bit << (7 - (index & 7)));
  return bytes;
}

function filtered(filter: number, plain: Buffer, above: Buffer | undefined, step: number): Buffer {
  return Buffer.from(
    plain.map((value, at) => {
      const left = at >= step ? (plain[at - step] ?? 0) : 0;
      const up = above?.[at] ?? 0;
      const corner = at >= step ? (above?.[at - step] ?? 0) : 0;
      const guess = left + up - corner;
      const distances = [left, up, corner].map((one) => Math.abs(guess - one));
      const paeth = [left, up, corner][distances.indexOf(Math.min(...distances))] ?? 0;
      return value - ([0, left, up, (left + up) >> 1, paeth][filter] ?? 0);
    }),
  );
}

/** Eight-bit indexes; a clear code often enough that codes never get longer. */
export function gifFile(
  width: number,
  height: number,
  palette: readonly (readonly [number, number, number])[],
  indexes: readonly number[],
): Uint8Array {
  const bits: number[] = [];
  const put = (code: number): void => {
    for (let bit = 0; bit < 9; bit++) bits.push((code >> bit) & 1);
  };
  for (const [at, index] of indexes.entries()) {
    if (at % 200 === 0) put(256);
    put(index);
  }
  put(257);
  const data = Buffer.alloc(Math.ceil(bits.length / 8));
  for (const [at, bit] of bits.entries()) data[at >> 3] = (data[at >> 3] ?? 0) | (bit << (at & 7));
  const parts = [Buffer.from('GIF89a', 'latin1'), words(width, height), Buffer.from([0xf7, 0, 0])];
  parts.push(Buffer.from(Array.from({ length: 256 }, (_, index) => palette[index] ?? [0, 0, 0]).flat()));
  parts.push(Buffer.from([0x2c]), words(0, 0, width, height), Buffer.from([0, 8]));
  for (let at = 0; at < data.length; at += 255) {
    const part = data.subarray(at, at + 255);
    parts.push(Buffer.from([part.length]), part);
  }
  return Buffer.concat([...parts, Buffer.from([0, 0x3b])]);
}

function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16LE(value, index * 2);
  return bytes;
}
