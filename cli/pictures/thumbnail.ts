// Many pixels become few: each is the mean of those that it stands for. Pure.

import type { Pixels } from './image-header.ts';

/** What is kept of a picture: more than any window shows of it. */
export const THUMBNAIL_SIZE = { width: 160, height: 48 } as const;

/** As large as fits, with the picture's proportions; never larger than the picture. */
export function fitted(
  { width, height }: Pick<Pixels, 'width' | 'height'>,
  room: { readonly width: number; readonly height: number },
): { width: number; height: number } {
  const scale = Math.min(1, room.width / width, room.height / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

export function shrunk(pixels: Pixels, size: { readonly width: number; readonly height: number }): Pixels {
  const { width, height } = size;
  const rgb = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const [top, bottom] = span(row, height, pixels.height);
    for (let column = 0; column < width; column++) {
      const [left, right] = span(column, width, pixels.width);
      putMean(pixels, { top, bottom, left, right }, rgb, (row * width + column) * 3);
    }
  }
  return { width, height, rgb };
}

/** Turned clockwise by so many quarters. */
export function turned(pixels: Pixels, quarters: number): Pixels {
  let now = pixels;
  for (let turn = 0; turn < quarters; turn++) {
    const { width, height, rgb } = now;
    const next = new Uint8Array(rgb.length);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        next.set(rgb.subarray((y * width + x) * 3, (y * width + x) * 3 + 3), (x * height + height - 1 - y) * 3);
    now = { width: height, height: width, rgb: next };
  }
  return now;
}

function span(index: number, count: number, total: number): [number, number] {
  const from = Math.floor((index * total) / count);
  return [from, Math.max(from + 1, Math.floor(((index + 1) * total) / count))];
}

function putMean(
  { width, rgb }: Pixels,
  { top, bottom, left, right }: { top: number; bottom: number; left: number; right: number },
  into: Uint8Array,
  at: number,
): void {
  let red = 0;
  let green = 0;
  let blue = 0;
  for (let row = top; row < bottom; row++) {
    for (let from = (row * width + left) * 3, until = (row * width + right) * 3; from < until; from += 3) {
      red += rgb[from] ?? 0;
      green += rgb[from + 1] ?? 0;
      blue += rgb[from + 2] ?? 0;
    }
  }
  const count = (bottom - top) * (right - left);
  into[at] = red / count;
  into[at + 1] = green / count;
  into[at + 2] = blue / count;
}
