// The program of a child process that opens a camera, a screen or a video with node-av: a device that hangs, hangs here.
//
//   node-av-child list MODULE            the cameras of macOS and Windows, as a line of JSON after LIST_MARK on stdout
//   node-av-child open MODULE SOURCE     records of frame-records.ts to descriptor 3; SOURCE is JSON of capture-source.ts
//
// Descriptor 4 takes lines for people, stdin what is wanted now, as lines of JSON. The end of stdin is the end of it all.

import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { loadNativeLibrary, type NativeLibrary } from '../../base/node-av-library.ts';
import type { VideoSize } from '../../contracts/video.ts';
import type { CaptureSource } from './capture-source.ts';
import { recordHeader } from './frame-records.ts';
import { NodeAvCapture } from './node-av-capture.ts';

/** Before the list: other lines are of the library. ./node-av-backend.ts knows it too, which must not load this program. */
const LIST_MARK = 'mmchat-cameras:';

/** At once: a driver may hang. */
function end(): void {
  process.kill(process.pid, 'SIGKILL');
}

async function list({ lib }: NativeLibrary): Promise<void> {
  const devices = await lib.Device.list();
  const cameras = devices
    .filter(({ type }) => type === 'video')
    .map(({ name, description }) => ({ key: description, name: description || name }));
  process.stdout.write(`\n${LIST_MARK}${JSON.stringify(cameras)}\n`, end);
}

async function capture(native: NativeLibrary, source: CaptureSource & { readonly wanted: VideoSize }): Promise<void> {
  const target = new Socket({ fd: 3, readable: false, writable: true });
  target.on('error', end);
  let wanted = source.wanted;
  createInterface({ input: process.stdin }).on('line', (line) => {
    wanted = JSON.parse(line) as VideoSize;
  });
  await new NodeAvCapture(native, source).run({
    wanted: () => wanted,
    // The newest one wins: what the other side did not read yet would only become older.
    isBusy: () => target.writableLength > 0,
    onPicture: ({ width, height, rgb }) => {
      target.cork();
      target.write(recordHeader(width, height));
      target.write(rgb);
      target.uncork();
    },
  });
  target.write(recordHeader(0, 0));
}

async function main([mode = '', modulePath = '', source = '']: readonly string[]): Promise<void> {
  process.on('SIGINT', () => undefined);
  if (mode === 'list') return list(await loadNativeLibrary(modulePath));
  const lines = new Socket({ fd: 4, readable: false, writable: true });
  lines.on('error', end);
  process.stdin.on('end', end).on('error', end);
  process.stdin.resume();
  try {
    await capture(
      await loadNativeLibrary(modulePath),
      JSON.parse(source) as CaptureSource & { readonly wanted: VideoSize },
    );
  } catch (error) {
    lines.write(`${error instanceof Error ? error.message : String(error)}\n`, end);
  }
}

await main(process.argv.slice(2));
