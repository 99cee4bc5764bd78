// Pictures that nodes have written by `--video-out dir:PATH`: which frames of a pattern they are, and when each came.

import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { JpegDecoder } from '../../src/codecs/jpeg/jpeg-decoder.ts';
import { loadJpegLibrary } from '../../src/codecs/jpeg/jpeg-library.ts';
import { readPatternCounter } from '../../src/media/video/pattern.ts';

export interface SeenFrame {
  readonly file: string;
  /** Undefined: no pattern, or one that can't be read. */
  readonly counter: number | undefined;
  readonly writtenAtMs: number;
  readonly width: number;
  readonly height: number;
}

export async function countPictures(folder: string): Promise<number> {
  return readdir(folder).then(
    (files) => files.filter((file) => file.endsWith('.jpg')).length,
    () => 0,
  );
}

/** All of one person, in the order in which they were shown. */
export async function seenFrames(folder: string, peerId: string): Promise<SeenFrame[]> {
  const files = (await readdir(folder)).filter((file) => file.startsWith(peerId) && file.endsWith('.jpg')).sort();
  const decoder = new JpegDecoder(await loadJpegLibrary());
  const frames: SeenFrame[] = [];
  for (const file of files) {
    const path = join(folder, file);
    const frame = await decoder.decode(await readFile(path));
    const { mtimeMs } = await stat(path);
    frames.push({
      file,
      counter: frame && readPatternCounter(frame),
      writtenAtMs: mtimeMs,
      width: frame?.width ?? 0,
      height: frame?.height ?? 0,
    });
  }
  return frames;
}

export interface Arrival {
  /** Of the frames between the first and the last one, the share that was shown. */
  readonly complete: number;
  /** The share that was shown, and within 100 ms of the quickest. */
  readonly inTime: number;
  /** How much later than the quickest half of them, and nearly all, were. */
  readonly p50Ms: number;
  readonly p95Ms: number;
}

/** @param periodMs between frames of the pattern as it was taken */
export function arrivalOf(frames: readonly SeenFrame[], periodMs: number): Arrival {
  const read = frames.flatMap(({ counter, writtenAtMs }) => (counter === undefined ? [] : [{ counter, writtenAtMs }]));
  const counters = read.map(({ counter }) => counter);
  const sent = Math.max(...counters) - Math.min(...counters) + 1;
  const offsets = read.map(({ counter, writtenAtMs }) => writtenAtMs - counter * periodMs);
  const quickest = Math.min(...offsets);
  const late = offsets.map((offset) => offset - quickest).sort((a, b) => a - b);
  const at = (share: number): number => late[Math.min(late.length - 1, Math.floor(share * late.length))] ?? 0;
  return {
    complete: new Set(counters).size / sent,
    inTime: late.filter((ms) => ms <= 100).length / sent,
    p50Ms: at(0.5),
    p95Ms: at(0.95),
  };
}
