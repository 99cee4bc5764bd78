// Pictures become smaller: each pixel is the mean of those that it stands for.

import type { VideoFrame } from './video-frame.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** As large as fits, with the picture's proportions; never larger than the picture, at least 1 by 1. */
export function fittedSize({ width, height }: Size, room: Size, mayGrow = false): Size {
  const scale = Math.min(mayGrow ? Infinity : 1, room.width / width, room.height / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/**
 * @param mostSamples in each direction: of large areas not every pixel is looked at, where nobody sees the difference
 * @param room where it goes
 */
export function scaled(
  frame: VideoFrame,
  { width, height }: Size,
  mostSamples = Infinity,
  room?: Uint8Array,
): VideoFrame {
  if (width === frame.width && height === frame.height) return frame;
  const rgb = room ?? new Uint8Array(width * height * 3);
  scaleInto(frame, rgb, { left: 0, top: 0, width, height, stride: width * 3 }, mostSamples);
  return { width, height, rgb, atMs: frame.atMs };
}

interface Place extends Size {
  readonly left: number;
  readonly top: number;
  /** Bytes of a row of what is drawn into. */
  readonly stride: number;
}

export function scaleInto(frame: VideoFrame, into: Uint8Array, place: Place, mostSamples: number): void {
  const { rgb } = frame;
  const columns = samplePlaces(frame.width, place.width, mostSamples);
  const rows = samplePlaces(frame.height, place.height, mostSamples);
  const [perX, perY] = [columns.length / place.width, rows.length / place.height];
  const count = perX * perY;
  const half = count >> 1;
  for (let y = 0; y < place.height; y++) {
    let at = (place.top + y) * place.stride + place.left * 3;
    for (let x = 0; x < place.width; x++, at += 3) {
      let [red, green, blue] = [half, half, half];
      for (let row = y * perY; row < (y + 1) * perY; row++) {
        const line = (rows[row] ?? 0) * frame.width;
        for (let column = x * perX; column < (x + 1) * perX; column++) {
          const from = (line + (columns[column] ?? 0)) * 3;
          red += rgb[from] ?? 0;
          green += rgb[from + 1] ?? 0;
          blue += rgb[from + 2] ?? 0;
        }
      }
      into[at] = red / count;
      into[at + 1] = green / count;
      into[at + 2] = blue / count;
    }
  }
}

/** For each of `count` places as many of the `total` as they stand for, evenly; the same number for all. */
function samplePlaces(total: number, count: number, most: number): Int32Array {
  const each = Math.max(1, Math.min(most, Math.ceil(total / count)));
  const places = new Int32Array(count * each);
  for (let index = 0; index < places.length; index++)
    places[index] = Math.min(total - 1, Math.floor(((index + 0.5) * total) / places.length));
  return places;
}
