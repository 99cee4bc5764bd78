// What a guest shows and sees: as it is, smaller, or not at all.

import '../../../src/base/platform.ts';
import { expect, test } from 'vitest';
import { localVideoCodecs } from '../../../src/codecs/local-video-codecs.ts';
import type { VideoFrame } from '../../../src/contracts/video.ts';
import { jpegSize } from '../../../src/media/video/picture-size.ts';
import { patternFrame } from '../../../src/media/video/pattern.ts';
import { GuestCamera, guestEncoder, GuestScreen } from '../../../src/super-peer/bridge/guest-picture.ts';
import { classicJpeg } from '../../interop/classic-picture.ts';
import { plainVideoCodecs, Eye, numberedFrame } from '../../support/plain-video.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const SMALL = { width: 320, height: 240 } as const;
const WANTED = { ...SMALL, framesPerSecond: 20 } as const;

async function taken(...jpegs: Uint8Array[]): Promise<VideoFrame[]> {
  const camera = new GuestCamera(new VirtualClock());
  const frames: VideoFrame[] = [];
  const started = camera.start({ wanted: WANTED, onFrame: (frame) => frames.push(frame), onLost: () => undefined });
  for (const jpeg of jpegs) camera.take(jpeg);
  await camera.stop();
  await started;
  return frames;
}

test('a picture of the usual size goes on as it is, a larger one smaller', async () => {
  const jpegs = [await classicJpeg(7), await classicJpeg(8, { width: 800, height: 600 })];
  const frames = await taken(...jpegs);
  const encoder = await guestEncoder(localVideoCodecs());
  const sent = [await encoder.encode(frames[0]!), await encoder.encode(frames[1]!)];
  expect(Buffer.compare(sent[0]!.bytes, jpegs[0]!)).toBe(0);
  expect(jpegSize(sent[1]!.bytes)).toEqual(SMALL);
  encoder.close();
});

test('what may not be decoded is not taken, and of a flood little', async () => {
  const good = await classicJpeg(1);
  expect(await taken(new Uint8Array(0), Buffer.from('junk'), good.subarray(0, 100), new Uint8Array(61_000))).toEqual(
    [],
  );
  const frames = await taken(...Array.from({ length: 500 }, () => good));
  expect(frames.length).toBeGreaterThan(5);
  expect(frames.length).toBeLessThanOrEqual(10);
});

test('a guest sees at most twenty pictures a second of each, in its size', async () => {
  const clock = new VirtualClock();
  const eye = new Eye();
  const shown: string[] = [];
  const screen = await GuestScreen.open(clock, plainVideoCodecs(eye), (who) => shown.push(who));
  for (let index = 0; index < 120; index++) {
    for (const who of ['alice', 'bob'])
      screen.show(who, who, numberedFrame(index, { ...SMALL, framesPerSecond: 60 }, 0));
    await clock.advance(1_000 / 60);
  }
  const ofAlice = shown.filter((who) => who === 'alice').length;
  expect(ofAlice).toBeGreaterThan(35);
  expect(ofAlice).toBeLessThanOrEqual(42);
  await screen.stop();
  screen.show('alice', 'alice', patternFrame(0, SMALL));
  expect(eye.encoders).toEqual({ opened: 1, closed: 1 });
});
