// The real OpenCV, where it is set up, and a video that it made itself.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { findAddOn } from '../../src/base/add-ons.ts';
import { patternFrame } from '../../src/media/video/pattern.ts';
import { resolveAddOnsDir } from '../../src/store/data-dir.ts';

/** The main file of @u4/opencv4nodejs; undefined where it is not set up for this Node.js. */
export const OPENCV_MODULE = findAddOn('opencv', resolveAddOnsDir());

/** With this set to 1 it is a failure when OpenCV can't be tried; CI sets it. */
export const REQUIRE_OPENCV = process.env['MMCHAT_REQUIRE_OPENCV'] === '1';

const WRITER = `
  process.env.OPENCV4NODEJS_DISABLE_EXTERNAL_MEM_TRACKING = '1';
  process.env.OPENCV4NODEJS_DISABLE_AUTOBUILD = '1';
  const [, modulePath, file, width, height, rate] = process.argv;
  const cv = require(modulePath);
  const size = Number(width) * Number(height) * 3;
  const writer = new cv.VideoWriter(file, cv.VideoWriter.fourcc('MJPG'), Number(rate), new cv.Size(Number(width), Number(height)));
  let rest = Buffer.alloc(0);
  process.stdin.on('data', (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    for (; rest.length >= size; rest = rest.subarray(size)) {
      const rgb = new cv.Mat(Buffer.from(rest.subarray(0, size)), Number(height), Number(width), cv.CV_8UC3);
      const bgr = rgb.cvtColor(cv.COLOR_RGB2BGR);
      writer.write(bgr);
      rgb.release();
      bgr.release();
    }
  });
  process.stdin.on('end', () => {
    writer.release();
    process.exit(0);
  });`;

/** The test pattern, its frames numbered from 0. */
export async function makeVideo(
  modulePath: string,
  file: string,
  { width, height, framesPerSecond, count }: { width: number; height: number; framesPerSecond: number; count: number },
): Promise<void> {
  const words = [modulePath, file, String(width), String(height), String(framesPerSecond)];
  const child = spawn(process.execPath, ['-e', WRITER, ...words], { stdio: ['pipe', 'ignore', 'ignore'] });
  const ended = once(child, 'exit');
  for (let index = 0; index < count; index++) child.stdin.write(patternFrame(index, { width, height }).rgb);
  child.stdin.end();
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error('OpenCV wrote no video');
}

/** Processes of this one that run the child's program. */
export function openCvChildren(): number[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/u.test(pid))
    .filter((pid) => {
      try {
        const parent = /^\d+ \(.*\) (\S) (\d+)/su.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'));
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return Number(parent?.[2]) === process.pid && parent?.[1] !== 'Z' && words.includes('opencv-child');
      } catch {
        return false;
      }
    })
    .map(Number);
}
