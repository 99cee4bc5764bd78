// The program of a child process that speaks to OpenCV through @u4/opencv4nodejs, an add-on that must not come near the program itself:
// it prints, and many of its mistakes end the process.
//
//   opencv-child capture MODULE KIND SOURCE WIDTH HEIGHT RATE    pictures to descriptor 3
//   opencv-child windows MODULE                                  shows what comes on stdin
//
// Pictures are messages (./pipe-messages.ts). Descriptor 4 takes lines: `opened`, `shown`, `closed NUMBER`, or what went wrong. A capture
// takes messages with another size on stdin. The end of stdin is the end of it all.

import '../../base/platform.ts';
import { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { VideoSize } from '../../contracts/video.ts';
import { capture, type CaptureKind } from './opencv-capture.ts';
import { loadOpenCv } from './opencv-module.ts';
import { OpenCvWindows } from './opencv-windows-child.ts';
import { PipeMessages, numberOf, pipeMessage, type PipeMessage } from './pipe-messages.ts';

const MOST_SIDE = 4_096;
const MOST_RATE = 240;

/** At once: a library may wait for ever for a camera that is gone. */
function end(): void {
  process.kill(process.pid, 'SIGKILL');
}

function readSize(head: PipeMessage['head']): VideoSize | undefined {
  const width = numberOf(head, 'width', MOST_SIDE);
  const height = numberOf(head, 'height', MOST_SIDE);
  const framesPerSecond = numberOf(head, 'framesPerSecond', MOST_RATE);
  return width === undefined || height === undefined || framesPerSecond === undefined
    ? undefined
    : { width, height, framesPerSecond };
}

/** The newest wins: what the other process has not taken yet is replaced. */
function pictureSink(): (parts: Uint8Array[]) => void {
  const target = new Socket({ fd: 3, readable: false, writable: true });
  target.on('error', end);
  let next: Uint8Array[] | undefined;
  const write = (parts: Uint8Array[]): void => {
    for (const part of parts) target.write(part);
  };
  target.on('drain', () => {
    const parts = next;
    next = undefined;
    if (parts !== undefined) write(parts);
  });
  return (parts) => {
    if (target.writableLength > 0) next = parts;
    else write(parts);
  };
}

async function runCapture(modulePath: string, words: readonly string[], say: (line: string) => void): Promise<void> {
  const [kind = 'file', source = '', width, height, framesPerSecond] = words;
  let wanted = readSize({
    width: Number(width),
    height: Number(height),
    framesPerSecond: Number(framesPerSecond),
  }) ?? { width: 640, height: 480, framesPerSecond: 30 };
  const changes = new PipeMessages(({ head }) => (wanted = readSize(head) ?? wanted));
  process.stdin.on('data', (bytes: Buffer) => changes.push(bytes));
  const sink = pictureSink();
  const openCv = loadOpenCv(modulePath);
  say('opened');
  await capture({
    openCv,
    kind: kind as CaptureKind,
    source,
    wanted: () => wanted,
    onPicture: ({ width, height, rgb }) => sink(pipeMessage({ width, height }, rgb)),
    wait,
    nowMs: () => performance.now(),
  });
}

function runWindows(modulePath: string, say: (line: string) => void): void {
  const windows = new OpenCvWindows(loadOpenCv(modulePath), say);
  const messages = new PipeMessages((message) => windows.receive(message));
  process.stdin.on('data', (bytes: Buffer) => {
    messages.push(bytes);
    if (messages.isBroken) end();
  });
  say('opened');
}

async function main([mode = '', modulePath = '', ...words]: readonly string[]): Promise<void> {
  const lines = new Socket({ fd: 4, readable: false, writable: true });
  lines.on('error', end);
  const say = (line: string): void => void lines.write(`${line}\n`);
  process.stdin.on('end', end).on('error', end);
  process.stdin.resume();
  try {
    if (mode === 'windows') runWindows(modulePath, say);
    else await runCapture(modulePath, words, say);
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error);
    lines.write(`failed ${sentence.replace(/\s+/gu, ' ').slice(0, 200)}\n`, end);
  }
}

void main(process.argv.slice(2));
