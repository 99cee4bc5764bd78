// A video file whose frames carry the numbers of the test pattern: YUV4MPEG2, which is nothing but pixels.

import { writeFile } from 'node:fs/promises';
import { patternFrame } from '../../src/media/video/pattern.ts';

export interface VideoFileOptions {
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  readonly frames: number;
}

/** In grey: only the numbers count. */
export async function writeVideoFile(file: string, options: VideoFileOptions): Promise<void> {
  const { width, height, framesPerSecond, frames } = options;
  const parts: Buffer[] = [Buffer.from(`YUV4MPEG2 W${width} H${height} F${framesPerSecond}:1 Ip A1:1 C420jpeg\n`)];
  for (let index = 0; index < frames; index++) {
    const { rgb } = patternFrame(index, { width, height });
    const picture = Buffer.alloc((width * height * 3) / 2, 128);
    for (let pixel = 0; pixel < width * height; pixel++) picture[pixel] = rgb[pixel * 3 + 1] ?? 0;
    parts.push(Buffer.from('FRAME\n'), picture);
  }
  await writeFile(file, Buffer.concat(parts));
}
