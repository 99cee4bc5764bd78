// A moving test picture whose number can be read back from what arrived, also after JPEG and scaling.

import type { VideoFrame } from './video-frame.ts';

/** The number and its checksum, as black and white blocks in two rows on top of the picture. */
const COLUMNS = 16;
const ROWS = 2;
const NUMBER_BITS = 20;
const CHECK_BITS = COLUMNS * ROWS - NUMBER_BITS;
/** A block is this share of the height: wide ones at the usual sizes, so that chroma blocks of a JPEG stay out of it. */
const ROWS_IN_HEIGHT = 12;
const BLACK = 16;
const WHITE = 235;
/** Nearer to the middle than this, a block is neither. */
const DOUBT = { from: 96, to: 160 } as const;

/** Below, blocks are too small to survive a codec. */
export const LEAST_PATTERN_SIZE = { width: 64, height: 48 } as const;
/** The counter begins at 0 again. */
export const PATTERN_COUNTERS = 1 << NUMBER_BITS;

interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * @param index counted up with each frame; frame 0 may not have been shown by anybody
 * @param rgb where it goes
 */
export function patternFrame(
  index: number,
  { width, height }: { readonly width: number; readonly height: number },
  atMs = 0,
  rgb: Uint8Array = new Uint8Array(width * height * 3),
): VideoFrame {
  const stride = width * 3;
  for (let x = 0; x < width; x++) {
    const at = x * 3;
    // Soft waves that wander: a still picture would be no test of anything.
    rgb[at] = 128 + 90 * Math.sin((x + index * 3) / (width / 7));
    rgb[at + 1] = 128 + 90 * Math.sin((x - index * 2) / (width / 5));
    rgb[at + 2] = 128 + 90 * Math.sin((x + index) / (width / 3));
  }
  for (let filled = 1; filled < height; filled *= 2) rgb.copyWithin(filled * stride, 0, filled * stride);
  drawBox(rgb, index, width, height);
  const code = codeOf(index);
  for (let bit = 0; bit < COLUMNS * ROWS; bit++) {
    const area = blockAt(bit, width, height);
    const level = ((code >>> bit) & 1) === 1 ? WHITE : BLACK;
    for (let y = area.top; y < area.bottom; y++)
      rgb.fill(level, y * stride + area.left * 3, y * stride + area.right * 3);
  }
  return { width, height, rgb, atMs };
}

/** Which frame this was; undefined if it is none, or too bad to say. */
export function readPatternCounter({ width, height, rgb }: Omit<VideoFrame, 'atMs'>): number | undefined {
  if (width < COLUMNS || height < ROWS * ROWS_IN_HEIGHT || rgb.length < width * height * 3) return undefined;
  let code = 0;
  for (let bit = 0; bit < COLUMNS * ROWS; bit++) {
    const mean = meanInside(rgb, width, blockAt(bit, width, height));
    if (mean > DOUBT.from && mean < DOUBT.to) return undefined;
    if (mean >= DOUBT.to) code |= 1 << bit;
  }
  const index = code & (PATTERN_COUNTERS - 1);
  return codeOf(index) === code >>> 0 ? index : undefined;
}

function codeOf(index: number): number {
  const number = index & (PATTERN_COUNTERS - 1);
  // Not all black for frame 0: a black picture is no frame.
  const check = (Math.imul(number + 1, 0x9e37_79b1) >>> (32 - CHECK_BITS)) ^ 0xa5a;
  return ((check << NUMBER_BITS) | number) >>> 0;
}

function blockAt(bit: number, width: number, height: number): Area {
  const column = bit % COLUMNS;
  const row = Math.floor(bit / COLUMNS);
  return {
    left: Math.round((column * width) / COLUMNS),
    right: Math.round(((column + 1) * width) / COLUMNS),
    top: Math.round((row * height) / ROWS_IN_HEIGHT),
    bottom: Math.round(((row + 1) * height) / ROWS_IN_HEIGHT),
  };
}

/** Of the middle of a block: its edges are where codecs err. */
function meanInside(rgb: Uint8Array, width: number, { left, right, top, bottom }: Area): number {
  const insetX = Math.floor((right - left) / 4);
  const insetY = Math.floor((bottom - top) / 4);
  let sum = 0;
  let count = 0;
  for (let y = top + insetY; y < bottom - insetY; y++)
    for (let at = (y * width + left + insetX) * 3, end = (y * width + right - insetX) * 3; at < end; at++) {
      sum += rgb[at] ?? 0;
      count++;
    }
  return count === 0 ? (DOUBT.from + DOUBT.to) / 2 : sum / count;
}

/** Below the blocks, from side to side. */
function drawBox(rgb: Uint8Array, index: number, width: number, height: number): void {
  const side = Math.max(4, Math.floor(height / 6));
  const way = Math.max(1, width - side);
  const there = (index * Math.max(1, Math.round(width / 60))) % (2 * way);
  const left = there < way ? there : 2 * way - there;
  const top = Math.floor(height / 2);
  for (let y = top; y < Math.min(height, top + side); y++)
    for (let at = (y * width + left) * 3, end = at + side * 3; at < end; at += 3) {
      rgb[at] = 250;
      rgb[at + 1] = 200;
      rgb[at + 2] = 40;
    }
}
