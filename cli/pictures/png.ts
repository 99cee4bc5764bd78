// PNG becomes pixels (https://www.w3.org/TR/png-3/): chunks, inflate, filters, interlacing, every depth and colour type.

import { inflateSync, constants } from 'node:zlib';
import { damaged, IMAGE_LIMITS, type Pixels } from './image-header.ts';

interface Layout {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colour: number;
  readonly channels: number;
  readonly interlaced: boolean;
}

interface Colours {
  readonly palette: Uint8Array;
  /** Alpha of the palette's colours. */
  readonly alpha: Uint8Array;
}

/** Samples of a pixel, by colour type. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};
/** First column and row, and the steps, of the passes of Adam7. */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;
const WHOLE = [[0, 0, 1, 1]] as const;

/** `bytes` has a header that was measured. @throws MmchatError `corrupt` */
export function decodePng(bytes: Uint8Array): Pixels {
  const { layout, packed, colours } = readChunks(bytes);
  const { width, height } = layout;
  const passes = (layout.interlaced ? PASSES : WHOLE).map(([x, y, dx, dy]) => ({
    ...{ x, y, dx, dy },
    columns: Math.ceil(Math.max(0, width - x) / dx),
    rows: Math.ceil(Math.max(0, height - y) / dy),
  }));
  const bitsPerPixel = layout.depth * layout.channels;
  const rowBytes = (columns: number): number => (columns === 0 ? 0 : Math.ceil((columns * bitsPerPixel) / 8));
  const length = passes.reduce(
    (sum, { columns, rows }) => sum + (columns === 0 ? 0 : rows * (rowBytes(columns) + 1)),
    0,
  );
  if (length > IMAGE_LIMITS.unpackedBytes) throw damaged();
  const raw = inflate(packed, length);
  const rgb = new Uint8Array(width * height * 3);
  const step = Math.max(1, bitsPerPixel >> 3);
  let at = 0;
  for (const { x, y, dx, dy, columns, rows } of passes) {
    const size = rowBytes(columns);
    if (size === 0) continue;
    let above: Uint8Array = new Uint8Array(size);
    for (let row = 0; row < rows; row++) {
      const line = raw.subarray(at + 1, at + 1 + size);
      if (line.length < size) return { width, height, rgb };
      unfilter(raw[at] ?? 0, line, above, step);
      for (let column = 0; column < columns; column++)
        putPixel(rgb, ((y + row * dy) * width + x + column * dx) * 3, line, column, layout, colours);
      above = line;
      at += size + 1;
    }
  }
  return { width, height, rgb };
}

function readChunks(bytes: Uint8Array): { layout: Layout; packed: Uint8Array; colours: Colours } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: Uint8Array[] = [];
  let palette = new Uint8Array(0);
  let alpha = new Uint8Array(0);
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const body = bytes.slice(at + 8, at + 8 + length);
    if (name === 'PLTE') palette = body;
    if (name === 'tRNS') alpha = body;
    if (name === 'IDAT') parts.push(body);
    if (name === 'IEND') break;
    at += 12 + length;
  }
  const [depth = 0, colour = 0, compression, filter, interlace = 0] = bytes.subarray(24, 29);
  const channels = CHANNELS[colour];
  if (channels === undefined || DEPTHS[colour]?.includes(depth) !== true || compression !== 0 || filter !== 0)
    throw damaged();
  const layout = {
    ...{ width: view.getUint32(16), height: view.getUint32(20), depth, colour, channels },
    interlaced: interlace === 1,
  };
  return { layout, packed: Buffer.concat(parts), colours: { palette, alpha } };
}

/** Never more than the header promised; of a file that was cut off what is there. */
function inflate(packed: Uint8Array, length: number): Uint8Array {
  try {
    return inflateSync(packed, { maxOutputLength: Math.max(1, length), finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    throw damaged();
  }
}

function unfilter(filter: number, line: Uint8Array, above: Uint8Array, step: number): void {
  for (let at = 0; at < line.length; at++) {
    const left = at >= step ? (line[at - step] ?? 0) : 0;
    const up = above[at] ?? 0;
    const corner = at >= step ? (above[at - step] ?? 0) : 0;
    const value = line[at] ?? 0;
    switch (filter) {
      case 0:
        return;
      case 1:
        line[at] = value + left;
        break;
      case 2:
        line[at] = value + up;
        break;
      case 3:
        line[at] = value + ((left + up) >> 1);
        break;
      case 4:
        line[at] = value + paeth(left, up, corner);
        break;
      default:
        throw damaged();
    }
  }
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [toLeft, toUp, toCorner] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

function putPixel(
  rgb: Uint8Array,
  to: number,
  line: Uint8Array,
  column: number,
  { depth, colour, channels }: Layout,
  { palette, alpha }: Colours,
): void {
  const first = column * channels;
  if (colour === 3) {
    const index = sample(line, first, depth);
    const opaque = alpha[index] ?? 255;
    for (let channel = 0; channel < 3; channel++)
      rgb[to + channel] = ((palette[index * 3 + channel] ?? 0) * opaque) / 255;
    return;
  }
  const most = depth >= 8 ? 255 : (1 << depth) - 1;
  const level = (channel: number): number => (sample(line, first + channel, depth) * 255) / most;
  const opaque = colour === 4 ? level(1) : colour === 6 ? level(3) : 255;
  const isGrey = colour === 0 || colour === 4;
  for (let channel = 0; channel < 3; channel++) rgb[to + channel] = (level(isGrey ? 0 : channel) * opaque) / 255;
}

/** Of 16 bits the upper 8. */
function sample(line: Uint8Array, index: number, depth: number): number {
  if (depth === 8) return line[index] ?? 0;
  if (depth === 16) return line[index * 2] ?? 0;
  const bit = index * depth;
  return ((line[bit >> 3] ?? 0) >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
}
