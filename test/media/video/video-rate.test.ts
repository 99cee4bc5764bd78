// How much is sent when the way gets worse, better, and narrow for good; and what screens get.

import '../../../src/base/platform.ts';
import { expect, test } from 'vitest';
import { VideoRate } from '../../../src/media/video/video-rate.ts';

const CAMERA = { width: 640, height: 480, framesPerSecond: 30 } as const;
const SCREEN = { width: 1_920, height: 1_080, framesPerSecond: 10 } as const;

test('it shrinks from what was really sent, by as much as got lost, but not to nothing at once', () => {
  const rate = new VideoRate('jpeg', CAMERA);
  expect(rate.report({ fractionLost: 0.5, sentBitsPerSecond: 2_000_000 }).bitsPerSecond).toBe(1_000_000);
  expect(rate.report({ fractionLost: 1, sentBitsPerSecond: 1_000_000 }).bitsPerSecond).toBe(300_000);
  expect(rate.report({ fractionLost: 0.2, sentBitsPerSecond: NaN }).bitsPerSecond).toBe(210_000);
});

test('near to where it was too much it grows slowly, later it grows quickly again', () => {
  const rate = new VideoRate('jpeg', CAMERA);
  rate.report({ fractionLost: 0.5, sentBitsPerSecond: 2_000_000 });
  const after = (reports: number): number => {
    for (let index = 0; index < reports; index++) rate.report({ fractionLost: 0 });
    return rate.setting.bitsPerSecond;
  };
  expect(after(30)).toBeLessThan(2_000_000);
  expect(after(60)).toBeGreaterThan(10_000_000);
});

test('a screen is sharper and slower than a camera, and what the way carries stays known', () => {
  const rate = new VideoRate('jpeg', CAMERA);
  expect(rate.setting).toMatchObject(CAMERA);
  const { bitsPerSecond } = rate.setting;
  expect(rate.use(SCREEN, 'screen')).toMatchObject({ bitsPerSecond, width: 1_280, height: 720, framesPerSecond: 10 });
  expect(rate.limit(200_000)).toMatchObject({ framesPerSecond: 2 });
  expect(rate.setting.width).toBeGreaterThanOrEqual(640);
  expect(rate.room).toMatchObject({ width: 640, height: 480 });
  rate.use(CAMERA, 'camera');
  expect(rate.setting).toMatchObject({ width: 320, height: 240, framesPerSecond: 5 });
  expect(rate.step).toBe(0);
});

test('where it is seen small it is sent small, as often, with few bits, and large again when that is over', () => {
  const rate = new VideoRate('h264', { ...CAMERA, framesPerSecond: 20 });
  const { width, height, framesPerSecond, bitsPerSecond } = rate.setting;
  expect({ width, height, framesPerSecond }).toEqual({ width: 640, height: 480, framesPerSecond: 20 });
  const small = rate.shown({ width: 48, height: 36 });
  expect(small).toMatchObject({ width: 160, height: 120, framesPerSecond: 20 });
  expect(small.bitsPerSecond).toBeLessThan(bitsPerSecond / 10);
  // Cameras are not asked for less than they have.
  expect(rate.room).toMatchObject({ width: 320, height: 240 });
  expect(rate.shown({ width: 200, height: 150 })).toMatchObject({ width: 200, height: 150 });
  expect(rate.shown({ width: 500, height: 375 })).toMatchObject({ width: 500, height: 376 });
  expect(rate.room).toMatchObject({ width: 640, height: 480 });
  expect(rate.shown({ width: 0xffff, height: 0xffff })).toMatchObject({ width: 640, height: 480, bitsPerSecond });
  expect(rate.shown(undefined)).toMatchObject({ width: 640, height: 480, bitsPerSecond });
  // It is no promise to take much.
  expect(rate.limit(50_000)).toMatchObject({ width: 320, height: 240, framesPerSecond: 5 });
});

test('a screen that is seen small is sent small, not seldom', () => {
  const rate = new VideoRate('h264', SCREEN, 'screen');
  const { framesPerSecond } = rate.setting;
  expect(rate.shown({ width: 320, height: 180 })).toMatchObject({ width: 320, height: 180, framesPerSecond });
});
