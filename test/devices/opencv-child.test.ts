// The child process of OpenCV and what this program makes of it, with a library that is none and misbehaves.

import '../../src/base/platform.ts';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { localVideoCodecs } from '../../src/codecs/local-video-codecs.ts';
import type { VideoFrame, VideoInput } from '../../src/contracts/video.ts';
import { displayPlaces, missingDisplay } from '../../src/devices/video/display-check.ts';
import { LocalVideoDevices } from '../../src/devices/video/local-video-devices.ts';
import { OpenCvBackend } from '../../src/devices/video/opencv-backend.ts';
import { openCvChildArguments } from '../../src/devices/video/opencv-process.ts';
import { OpenCvWindows } from '../../src/devices/video/opencv-windows.ts';
import { PipeMessages, pipeMessage, type PipeMessage } from '../../src/devices/video/pipe-messages.ts';
import { v4lCameras } from '../../src/devices/video/v4l-cameras.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { FakeOpenCv } from './fake-opencv.ts';
import { openCvChildren } from './opencv-sample.ts';

const clock = systemClock;
const wanted = { width: 64, height: 48, framesPerSecond: 50 };

function devicesOf(modulePath?: string): LocalVideoDevices {
  const module = modulePath === undefined ? {} : { modulePath };
  const backends = [new OpenCvBackend({ clock, env: process.env, addOnsFolder: undefined, ...module })];
  return new LocalVideoDevices({ clock, codecs: localVideoCodecs(), backends });
}

async function watch(input: VideoInput): Promise<{ frames: VideoFrame[]; lost: Promise<string> }> {
  const frames: VideoFrame[] = [];
  const lost = Promise.withResolvers<string>();
  await input.start({ wanted, onFrame: (frame) => frames.push(frame), onLost: lost.resolve });
  return { frames, lost: lost.promise };
}

function frameOf(value: number): VideoFrame {
  return { width: 32, height: 16, rgb: new Uint8Array(32 * 16 * 3).fill(value), atMs: 0 };
}

describe('pictures', () => {
  it('come at the pace of the file, and again from its beginning', async () => {
    await using folder = await temporaryFolder();
    const fake = await FakeOpenCv.in(folder.path);
    const input = await devicesOf(fake.modulePath).openInput(`opencv:${await fake.video('frames 5')}`);
    const startedMs = clock.monotonicMs();
    const { frames } = await watch(input);
    await expect.poll(() => frames.length).toBeGreaterThan(12);
    expect(clock.monotonicMs() - startedMs).toBeGreaterThan(12 * 15);
    expect(new Set(frames.map(({ rgb }) => rgb[0]))).toEqual(new Set([1, 2, 3, 4, 5]));
    expect(frames[0]).toMatchObject({ width: 64, height: 48 });
    input.change({ ...wanted, width: 32, height: 24 });
    await expect.poll(() => frames.at(-1)?.width).toBe(32);
    await input.stop();
    expect(openCvChildren()).toEqual([]);
  });

  it('of file: come once', async () => {
    await using folder = await temporaryFolder();
    const fake = await FakeOpenCv.in(folder.path);
    const input = await devicesOf(fake.modulePath).openInput(`file:${await fake.video('frames 5')}`);
    const { frames, lost } = await watch(input);
    expect(await lost).toMatch(/gives no pictures any more \(OpenCV: it has ended\)\.$/u);
    expect(frames.length).toBeLessThanOrEqual(5);
    expect(openCvChildren()).toEqual([]);
  });

  it.each([
    ['frames 0', /\(OpenCV: there is no picture in it\)\.$/u],
    ['refuse', /\(OpenCV: VideoCapture::New - failed to open ␛\[31mcapture\)\.$/u],
    ['wrong', /\(OpenCV: its colours are of no usual kind\)\.$/u],
    ['crash 0', /\(OpenCV: ended by SIGSEGV.*\)\.$/u],
  ])('that never come (%s) are a sentence', async (how, sentence) => {
    await using folder = await temporaryFolder();
    const fake = await FakeOpenCv.in(folder.path);
    const input = await devicesOf(fake.modulePath).openInput(`opencv:${await fake.video(how)}`);
    await expect(watch(input)).rejects.toMatchObject({
      code: 'device-unavailable',
      message: expect.stringMatching(sentence) as string,
    });
    expect(openCvChildren()).toEqual([]);
  });

  it('that end with the library are lost once', async () => {
    await using folder = await temporaryFolder();
    const fake = await FakeOpenCv.in(folder.path);
    const input = await devicesOf(fake.modulePath).openInput(`opencv:${await fake.video('crash 3')}`);
    const { lost } = await watch(input);
    expect(await lost).toMatch(/^The video .* gives no pictures any more \(OpenCV: ended by SIGSEGV/u);
    await input.stop();
    expect(openCvChildren()).toEqual([]);
  });

  it('that are awaited can be given up', async () => {
    await using folder = await temporaryFolder();
    const fake = await FakeOpenCv.in(folder.path);
    const input = await devicesOf(fake.modulePath).openInput('opencv:0');
    expect(input.device).toEqual({ id: 'opencv:0', name: 'opencv:0', kind: 'camera' });
    const ended = watch(input).catch((error: unknown) => error);
    await expect.poll(() => openCvChildren().length).toBe(1);
    await input.stop();
    expect(await ended).toMatchObject({ code: 'stopped' });
    expect(openCvChildren()).toEqual([]);
  });
});

describe('windows', () => {
  const open = async (fake: FakeOpenCv, onLost?: (sentence: string) => void): Promise<OpenCvWindows> =>
    OpenCvWindows.open({ modulePath: fake.modulePath, env: process.env, clock, onLost });

  it('show the newest picture of each, under their name', async () => {
    await using folder = await temporaryFolder();
    const fake = await FakeOpenCv.in(folder.path);
    const windows = await open(fake);
    for (let value = 1; value <= 100; value++) {
      windows.show('a', 'Alice', frameOf(value));
      windows.show('b', 'Bob\n\u001b[31m', frameOf(value));
    }
    await expect.poll(async () => fake.windowLines()).toContain('show mmchat-p2p 1 32x16 100');
    await expect.poll(async () => fake.windowLines()).toContain('show mmchat-p2p 2 32x16 100');
    const lines = await fake.windowLines();
    expect(lines).toContain('title mmchat-p2p 1 Alice');
    expect(lines.find((line) => line.startsWith('title mmchat-p2p 2'))).toMatch(/Bob.*␛\[31m$/u);
    expect(lines.filter((line) => line.startsWith('show')).length).toBeLessThan(20);
    expect(windows.droppedFrames).toBeGreaterThan(180);
    await windows.stop();
    windows.show('a', 'Alice', frameOf(1));
    expect(openCvChildren()).toEqual([]);
  });

  it('that somebody closed stay closed, for as long as that person is shown', async () => {
    await using folder = await temporaryFolder();
    const fake = await FakeOpenCv.in(folder.path);
    const windows = await open(fake);
    windows.show('a', 'Alice', frameOf(1));
    await expect.poll(async () => fake.windowLines()).toContain('show mmchat-p2p 1 32x16 1');
    await fake.closeWindow(1);
    await expect
      .poll(async () => {
        windows.show('a', 'Alice', frameOf(2));
        return fake.windowLines();
      })
      .toContain('destroy mmchat-p2p 1');
    windows.show('a', 'Alice', frameOf(3));
    windows.show('b', 'Bob', frameOf(4));
    await expect.poll(async () => fake.windowLines()).toContain('show mmchat-p2p 2 32x16 4');
    expect((await fake.windowLines()).filter((line) => line === 'open mmchat-p2p 1')).toHaveLength(1);
    windows.hide('a');
    windows.show('a', 'Alice', frameOf(5));
    await expect.poll(async () => fake.windowLines()).toContain('show mmchat-p2p 3 32x16 5');
    await windows.stop();
  });

  it('that hang hold two pictures and 64 people, whatever comes', async () => {
    await using folder = await temporaryFolder();
    const fake = await FakeOpenCv.in(folder.path);
    const windows = await open(fake);
    await fake.tellWindows('hang');
    let shown = 0;
    for (let round = 0; round < 20; round++)
      for (let person = 0; person < 200; person++, shown++) windows.show(`p${person}`, 'x', frameOf(round));
    // Two are with the child, the newest of 64 wait.
    expect(windows.droppedFrames).toBeGreaterThanOrEqual(shown - 66 - 2);
    for (let person = 0; person < 200; person++) windows.hide(`p${person}`);
    await windows.stop();
    expect(openCvChildren()).toEqual([]);
  });

  it('that crash are lost once, and those that can’t begin are refused', async () => {
    await using folder = await temporaryFolder();
    const fake = await FakeOpenCv.in(folder.path);
    const sentences: string[] = [];
    const windows = await open(fake, (sentence) => sentences.push(sentence));
    await fake.tellWindows('crash');
    windows.show('a', 'Alice', frameOf(1));
    await expect.poll(() => sentences).toHaveLength(1);
    expect(sentences[0]).toMatch(/^The windows with the pictures are gone \(OpenCV: ended by SIG/u);
    windows.show('a', 'Alice', frameOf(1));
    windows.hide('a');
    await windows.stop();
    expect(sentences).toHaveLength(1);
    await writeFile(fake.modulePath, 'throw new Error("wrong ELF class");');
    await expect(open(fake)).rejects.toMatchObject({
      code: 'device-unavailable',
      message: 'No window can be opened (OpenCV: wrong ELF class).',
    });
    expect(openCvChildren()).toEqual([]);
  });
});

it('the child ends with the process that started it', async () => {
  await using folder = await temporaryFolder();
  const fake = await FakeOpenCv.in(folder.path);
  const child = spawn(process.execPath, [...openCvChildArguments(), 'windows', fake.modulePath], {
    stdio: ['pipe', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  await once(child.stdio[4]!, 'readable');
  const ended = once(child, 'exit');
  child.stdin!.destroy();
  expect((await ended)[1]).toBe('SIGKILL');
});

it('the child is found beside a file of the library, and above a chunk of the program', async () => {
  await using folder = await temporaryFolder();
  const at = (file: string): string => pathToFileURL(path.join(folder.path, file)).href;
  expect(openCvChildArguments(at('chunks/x.js'))).toEqual([path.join(folder.path, 'opencv-child.js')]);
  await writeFile(path.join(folder.path, 'opencv-child.js'), '');
  expect(openCvChildArguments(at('opencv-process.js'))).toEqual([path.join(folder.path, 'opencv-child.js')]);
});

it('without OpenCV it is missing with a remedy, and only what asks for it is refused', async () => {
  const addOnsFolder = '/nowhere';
  const backend = new OpenCvBackend({ clock, env: {}, addOnsFolder });
  const remedy = 'mmchat-p2p devices --setup opencv does it.';
  expect((await backend.list()).missing).toMatchObject([{ what: 'OpenCV', remedy }]);
  expect(await backend.openInput({ kind: 'default' })).toBeUndefined();
  expect(await backend.openInput({ kind: 'file', path: 'x' })).toBeUndefined();
  const refusal = { code: 'device-unavailable', message: expect.stringContaining(remedy) as string };
  await expect(backend.openInput({ kind: 'named', name: 'opencv:0' })).rejects.toMatchObject(refusal);
  await expect(backend.openWindow()).rejects.toMatchObject(refusal);
});

it('messages come out as they went in, however they are cut; nonsense stops it', () => {
  const message = fc.record({ width: fc.nat(), body: fc.uint8Array({ maxLength: 300 }) });
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 5 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 50 })),
      (sent, cuts) => {
        const bytes = Buffer.concat(sent.flatMap(({ width, body }) => pipeMessage({ width }, body)));
        const heard: PipeMessage[] = [];
        const messages = new PipeMessages((each) => heard.push(each));
        for (let at = 0; at < bytes.length;) {
          const { value } = cuts.next() as { value: number };
          messages.push(bytes.subarray(at, at + value));
          at += value;
        }
        expect(heard.map(({ head, body }) => ({ width: head['width'], body }))).toEqual(sent);
        expect(messages.isBroken).toBe(false);
      },
    ),
  );
  for (const nonsense of [Buffer.alloc(8), Buffer.alloc(16, 0xff), Buffer.from([4, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4])]) {
    const heard: PipeMessage[] = [];
    const messages = new PipeMessages((each) => heard.push(each));
    messages.push(nonsense);
    messages.push(Buffer.concat(pipeMessage({ width: 1 })));
    expect([messages.isBroken, heard]).toEqual([true, []]);
  }
});

it('cameras are those of the system’s own list, one each', async () => {
  await using folder = await temporaryFolder();
  for (const [entry, index, name] of [
    ['video10', '0', 'Later'],
    ['video2', '0', 'Front\u001b[31m Camera\n'],
    ['video3', '1', 'Front Camera'],
    ['v4l-subdev0', '0', 'no camera'],
  ] as const) {
    await mkdir(path.join(folder.path, entry));
    await writeFile(path.join(folder.path, entry, 'index'), `${index}\n`);
    await writeFile(path.join(folder.path, entry, 'name'), name);
  }
  expect(await v4lCameras(folder.path)).toEqual([
    { id: '/dev/video2', name: 'Front␛[31m Camera', kind: 'camera' },
    { id: '/dev/video10', name: 'Later', kind: 'camera' },
  ]);
  expect(await v4lCameras('/nowhere')).toEqual([]);
});

it('a display is looked for before a window is opened', async () => {
  expect(await missingDisplay({}, 'darwin')).toBeUndefined();
  expect(await missingDisplay({}, 'linux')).toMatch(/^There is no screen to open a window on/u);
  expect(await missingDisplay({ DISPLAY: 'nonsense' }, 'linux')).toMatch(/^There is no screen/u);
  expect(displayPlaces({ DISPLAY: 'localhost:10.0' })).toEqual([{ host: 'localhost', port: 6_010 }]);
  expect(displayPlaces({ DISPLAY: ':3' })[0]).toEqual({ path: '/tmp/.X11-unix/X3' });
  await using folder = await temporaryFolder();
  const socket = path.join(folder.path, 'wayland-0');
  const env = { WAYLAND_DISPLAY: 'wayland-0', XDG_RUNTIME_DIR: folder.path };
  expect(await missingDisplay(env, 'linux')).toBe('The screen wayland-0 does not answer, so no window can be opened.');
  const server = createServer((connection) => connection.destroy()).listen(socket);
  await once(server, 'listening');
  expect(await missingDisplay(env, 'linux')).toBeUndefined();
  await new Promise((resolve) => server.close(resolve));
});
