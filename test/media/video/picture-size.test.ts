// Sizes are measured before anything is decoded, whatever the bytes are.

import '../../../src/base/platform.ts';
import fc from 'fast-check';
import { encode } from 'jpeg-js';
import { describe, expect, it } from 'vitest';
import { h264Sizes, jpegSize, PICTURE_LIMITS } from '../../../src/media/video/picture-size.ts';

const jpegOf = (width: number, height: number): Uint8Array =>
  new Uint8Array(encode({ width, height, data: new Uint8Array(width * height * 4).fill(90) }, 50).data);

/** Where the frame header begins. */
function frameHeader(jpeg: Uint8Array): number {
  return Buffer.from(jpeg).indexOf(Buffer.from([0xff, 0xc0]));
}

class BitWriter {
  #bits = '';
  fixed(value: number, count: number): this {
    this.#bits += value.toString(2).padStart(count, '0');
    return this;
  }
  number(value: number): this {
    const text = (value + 1).toString(2);
    this.#bits += '0'.repeat(text.length - 1) + text;
    return this;
  }
  bytes(): number[] {
    const padded = `${this.#bits}1`.padEnd(Math.ceil((this.#bits.length + 1) / 8) * 8, '0');
    return padded.match(/.{8}/gu)!.map((byte) => Number.parseInt(byte, 2));
  }
}

/** Baseline parameters of a picture of so many macroblocks, cropped below. */
function parameters(columns: number, rows: number, cropBottom = 0): Uint8Array {
  const bits = new BitWriter()
    .fixed(66, 8)
    .fixed(0xc0, 8)
    .fixed(30, 8)
    .number(0)
    .number(0)
    .number(2)
    .number(1)
    .fixed(0, 1);
  bits
    .number(columns - 1)
    .number(rows - 1)
    .fixed(1, 1)
    .fixed(1, 1);
  if (cropBottom > 0) bits.fixed(1, 1).number(0).number(0).number(0).number(cropBottom);
  else bits.fixed(0, 1);
  return Uint8Array.from([0, 0, 0, 1, 0x67, ...bits.fixed(0, 1).bytes()]);
}

describe('JPEG', () => {
  it('is measured', () => {
    expect(jpegSize(jpegOf(33, 17))).toEqual({ width: 33, height: 17 });
  });

  it.each([
    [PICTURE_LIMITS.side + 1, 16],
    [16, PICTURE_LIMITS.side + 1],
    [65_500, 65_500],
    [0, 16],
    [16, 0],
  ])('of %d x %d is refused', (width, height) => {
    const bomb = jpegOf(16, 16);
    const at = frameHeader(bomb);
    new DataView(bomb.buffer).setUint16(at + 5, height);
    new DataView(bomb.buffer).setUint16(at + 7, width);
    expect(jpegSize(bomb)).toBeUndefined();
  });

  it('is refused when it is progressive, has two frames, or too many scans', () => {
    const progressive = jpegOf(16, 16);
    progressive[frameHeader(progressive) + 1] = 0xc2;
    expect(jpegSize(progressive)).toBeUndefined();
    const plain = Buffer.from(jpegOf(16, 16));
    const header = plain.subarray(frameHeader(plain), frameHeader(plain) + 19);
    expect(jpegSize(Buffer.concat([plain.subarray(0, 2), header, plain.subarray(2)]))).toBeUndefined();
    expect(jpegSize(Buffer.concat([plain, header]))).toBeUndefined();
    const scan = plain.subarray(plain.indexOf(Buffer.from([0xff, 0xda])), -2);
    const many = Array.from({ length: PICTURE_LIMITS.scans + 1 }, () => scan);
    expect(jpegSize(Buffer.concat([plain, ...many]))).toBeUndefined();
    expect(jpegSize(Buffer.concat([plain, ...many.slice(2)]))).toBeDefined();
  });

  it('never throws and never says more than is allowed', () => {
    const real = jpegOf(64, 48);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(real.length - 1), fc.nat(255))), fc.nat(real.length), (changes, length) => {
        const mutated = real.slice(0, length);
        for (const [at, value] of changes) if (at < length) mutated[at] = value;
        const size = jpegSize(mutated);
        if (size !== undefined) expect(Math.max(size.width, size.height)).toBeLessThanOrEqual(PICTURE_LIMITS.side);
      }),
      { numRuns: 500 },
    );
  });
});

describe('H.264', () => {
  it('is measured, cropping too', () => {
    expect(h264Sizes(parameters(40, 30))).toEqual([{ width: 640, height: 480 }]);
    expect(h264Sizes(parameters(120, 68, 4))).toEqual([{ width: 1920, height: 1080 }]);
    // As an encoder writes it, profile High.
    const real = Buffer.from('0000000167640028acd940780227e584000003000400000300c83c60c658', 'hex');
    expect(h264Sizes(real)).toEqual([{ width: 1920, height: 1080 }]);
  });

  it('says nothing of pictures without parameters', () => {
    expect(h264Sizes(Uint8Array.from([0, 0, 1, 0x41, 0x9a, 1]))).toEqual([]);
  });

  it('is refused when any parameters are too large or broken', () => {
    expect(h264Sizes(parameters(257, 30))).toBeUndefined();
    expect(h264Sizes(parameters(30, 60_000))).toBeUndefined();
    expect(h264Sizes(Buffer.concat([parameters(40, 30), parameters(1_000, 1_000)]))).toBeUndefined();
    expect(h264Sizes(parameters(40, 30).subarray(0, 9))).toBeUndefined();
    expect(h264Sizes(parameters(40, 1, 9))).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (body) => {
        for (const size of h264Sizes(Uint8Array.from([0, 0, 1, 0x67, ...body])) ?? [])
          expect(Math.max(size.width, size.height)).toBeLessThanOrEqual(PICTURE_LIMITS.side);
      }),
      { numRuns: 1_000 },
    );
  });
});
