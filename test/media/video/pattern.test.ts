// The number of a test picture is read back from whatever arrives of it.

import '../../../src/base/platform.ts';
import fc from 'fast-check';
import { decode, encode } from 'jpeg-js';
import { describe, expect, it } from 'vitest';
import {
  LEAST_PATTERN_SIZE,
  PATTERN_COUNTERS,
  patternFrame,
  readPatternCounter,
} from '../../../src/media/video/pattern.ts';
import { scaled } from '../../../src/media/video/scale.ts';
import type { VideoFrame } from '../../../src/media/video/video-frame.ts';

function throughJpeg({ width, height, rgb, atMs }: VideoFrame, quality: number): VideoFrame {
  const rgba = new Uint8Array(width * height * 4).fill(255);
  for (let pixel = 0; pixel < width * height; pixel++) rgba.set(rgb.subarray(pixel * 3, pixel * 3 + 3), pixel * 4);
  const { data } = encode({ width, height, data: rgba }, quality);
  const decoded = decode(data, { useTArray: true, formatAsRGBA: false });
  return { width, height, rgb: decoded.data, atMs };
}

const anyIndex = fc.nat({ max: PATTERN_COUNTERS - 1 });

describe('the pattern', () => {
  it('tells its number after JPEG of quality 50 and scaling', () => {
    fc.assert(
      fc.property(
        anyIndex,
        fc.integer({ min: 64, max: 400 }),
        fc.integer({ min: 48, max: 300 }),
        fc.double({ min: 0.5, max: 1, noNaN: true }),
        (index, width, height, scale) => {
          const arrived = throughJpeg(patternFrame(index, { width, height }), 50);
          expect(readPatternCounter(arrived)).toBe(index);
          const size = { width: Math.ceil(width * scale), height: Math.ceil(height * scale) };
          if (size.width < LEAST_PATTERN_SIZE.width || size.height < LEAST_PATTERN_SIZE.height) return;
          expect(readPatternCounter(scaled(arrived, size))).toBe(index);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('survives JPEG at 640x480 that becomes 160x120', () => {
    const arrived = throughJpeg(patternFrame(123_456, { width: 640, height: 480 }), 50);
    expect(readPatternCounter(scaled(arrived, { width: 160, height: 120 }))).toBe(123_456);
  });

  it('moves', () => {
    const size = { width: 64, height: 48 };
    expect(patternFrame(1, size).rgb).not.toEqual(patternFrame(2, size).rgb);
    expect(readPatternCounter(patternFrame(PATTERN_COUNTERS + 5, size))).toBe(5);
  });

  it('is not seen in other pictures', () => {
    const size = { width: 160, height: 120 };
    for (const level of [0, 16, 128, 255])
      expect(readPatternCounter({ ...size, rgb: new Uint8Array(160 * 120 * 3).fill(level) })).toBeUndefined();
    expect(readPatternCounter({ ...size, rgb: new Uint8Array(10) })).toBeUndefined();
    expect(readPatternCounter({ width: 1, height: 1, rgb: new Uint8Array(3) })).toBeUndefined();
    const torn = patternFrame(77, size);
    torn.rgb.set(patternFrame(600_000, size).rgb.subarray(0, 160 * 10 * 3));
    expect(readPatternCounter(torn)).toBeUndefined();
  });
});
