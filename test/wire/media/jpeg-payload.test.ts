// Pictures in fragments: round trips in any order, losses, what a liar can fill.
import '../../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WireError } from '../../../src/base/errors.ts';
import {
  decodeJpegFragment,
  fragmentJpeg,
  JPEG_HEADER_BYTES,
  JpegAssembler,
  MAX_JPEG_BYTES,
  MAX_UNFINISHED_JPEGS,
  MIN_JPEG_FRAGMENT_BYTES,
} from '../../../src/wire/media/jpeg-payload.ts';

const size = { width: 640, height: 480 };

function picture(length: number, seed = 0): Buffer {
  return Buffer.from(Array.from({ length }, (_, index) => (index * 7 + seed) & 0xff));
}

/** A fragment that says whatever it is told to say. */
function fragment(offset: number, length: number, totalBytes: number): Buffer {
  const bytes = Buffer.alloc(JPEG_HEADER_BYTES + length);
  bytes.writeUInt32BE(offset, 0);
  bytes[0] = 1;
  bytes.writeUInt32BE(totalBytes, 4);
  return bytes;
}

describe('a picture in fragments', () => {
  it('is whole when all of them came, in any order, some of them twice', () => {
    const pictures = fc.tuple(
      fc.integer({ min: 1, max: 9000 }),
      fc.integer({ min: 524, max: 1500 }),
      fc.nat(),
      fc.nat(),
    );
    fc.assert(
      fc.property(pictures, ([length, maxBytes, seed, twice]) => {
        const jpeg = picture(length, seed);
        const payloads = fragmentJpeg(jpeg, size, maxBytes);
        expect(Math.max(...payloads.map((payload) => payload.length))).toBeLessThanOrEqual(maxBytes);
        const order = payloads
          .map((_, index) => index)
          .sort((left, right) => ((left * 31 + seed) % 7) - ((right * 31 + seed) % 7));
        const assembler = new JpegAssembler();
        const results = [];
        for (const index of order) {
          results.push(assembler.push(90, payloads[index]!));
          if (index === twice % payloads.length) results.push(assembler.push(90, payloads[index]!));
        }
        const [whole, ...others] = results.filter((frame) => frame !== undefined);
        expect(others).toEqual([]);
        expect(whole?.jpeg.equals(jpeg)).toBe(true);
        expect(whole).toMatchObject({ timestamp: 90, ...size });
        expect(assembler.push(90, payloads[0]!)).toBeUndefined();
        expect([assembler.heldBytes, assembler.losses]).toEqual([0, { frames: 0, fragments: 0 }]);
      }),
    );
  });

  it('has these bytes', () => {
    const [first, second] = fragmentJpeg(picture(600), size, JPEG_HEADER_BYTES + 512);
    expect(first!.toString('hex', 0, 12)).toBe('01000000000002580280' + '01e0');
    expect(second!.toString('hex', 0, 12)).toBe('01000200000002580280' + '01e0');
    expect([first!.length, second!.length]).toEqual([524, 100]);
  });

  it('is lost with the one that did not come: the next picture does not wait', () => {
    const assembler = new JpegAssembler();
    const [first, , third] = fragmentJpeg(picture(3000), size, 1012);
    expect(assembler.push(10, first!)).toBeUndefined();
    expect(assembler.push(10, third!)).toBeUndefined();
    const payloads = fragmentJpeg(picture(2500, 3), size, 1012);
    const frames = payloads.map((payload) => assembler.push(20, payload));
    expect(frames.at(-1)?.jpeg.equals(picture(2500, 3))).toBe(true);
    expect(assembler.losses).toEqual({ frames: 1, fragments: 1 });
    expect(assembler.push(10, first!)).toBeUndefined();
    expect(assembler.heldBytes).toBe(0);
  });

  it('is lost with everything that is unfinished when that is given up', () => {
    const assembler = new JpegAssembler();
    const [first] = fragmentJpeg(picture(3000), size, 1012);
    assembler.push(10, first!);
    assembler.push(20, first!);
    assembler.clear();
    expect([assembler.losses, assembler.heldBytes]).toEqual([{ frames: 2, fragments: 4 }, 0]);
  });

  it('is not made of nothing, too much, or payloads too short', () => {
    expect(fragmentJpeg(Buffer.alloc(MAX_JPEG_BYTES), size, 1200).length).toBeLessThan(4096);
    expect(() => fragmentJpeg(Buffer.alloc(MAX_JPEG_BYTES + 1), size, 1200)).toThrow(WireError);
    expect(() => fragmentJpeg(Buffer.alloc(0), size, 1200)).toThrow(WireError);
    expect(() => fragmentJpeg(Buffer.alloc(9), size, 523)).toThrow(RangeError);
  });
});

describe('what a liar sends', () => {
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['half a head', fragment(0, 1, 1).subarray(0, 11)],
    ['no bytes', fragment(0, 0, 1)],
    ['another version', Buffer.from([2, ...fragment(0, 1, 1).subarray(1)])],
    ['more than the picture', fragment(0, 2, 1)],
    ['something behind the picture', fragment(1000, 600, 1000)],
    ['a picture that is too large', fragment(0, 600, MAX_JPEG_BYTES + 1)],
    ['less than a fragment must have', fragment(0, MIN_JPEG_FRAGMENT_BYTES - 1, 1000)],
  ])('is refused: %s', (_what, payload) => {
    expect(() => decodeJpegFragment(payload)).toThrow(WireError);
    expect(() => new JpegAssembler().push(1, payload)).toThrow(WireError);
  });

  it('may be 10,000 fragments of pictures that never become whole', () => {
    const assembler = new JpegAssembler();
    let most = 0;
    for (let timestamp = 1; timestamp <= 10_000; timestamp++) {
      const frame = assembler.push(timestamp, fragment(0, MIN_JPEG_FRAGMENT_BYTES, MAX_JPEG_BYTES));
      most = Math.max(most, frame === undefined ? assembler.heldBytes : Infinity);
    }
    expect(most).toBe(MAX_UNFINISHED_JPEGS * MIN_JPEG_FRAGMENT_BYTES);
    expect(assembler.losses.frames).toBe(10_000 - MAX_UNFINISHED_JPEGS);
    expect(assembler.push(1, fragment(0, 1, 1))).toBeUndefined();
  });

  it('may be 10,000 fragments of one picture that overlap', () => {
    const assembler = new JpegAssembler();
    let refused = 0;
    let most = 0;
    for (let offset = 0; offset < 10_000; offset++) {
      try {
        expect(assembler.push(1, fragment(offset, 600, 20_000))).toBeUndefined();
      } catch (error) {
        expect(error).toBeInstanceOf(WireError);
        refused++;
      }
      most = Math.max(most, assembler.heldBytes);
    }
    expect(most).toBeLessThanOrEqual(20_000);
    expect(refused).toBe(10_000 - 33);
    expect(() => assembler.push(1, fragment(0, 600, 30_000))).toThrow(WireError);
  });

  it('is no picture when it has its length, but with holes', () => {
    const assembler = new JpegAssembler();
    expect(assembler.push(1, fragment(0, 600, 1800))).toBeUndefined();
    expect(assembler.push(1, fragment(1, 600, 1800))).toBeUndefined();
    expect(assembler.push(1, fragment(1200, 600, 1800))).toBeUndefined();
    expect([assembler.heldBytes, assembler.losses.frames]).toEqual([0, 1]);
  });

  it('is a WireError whatever it is, and four pictures at most are held', () => {
    const lie = fc
      .tuple(fc.nat(3000), fc.nat(2000), fc.nat(3000))
      .map(([offset, length, total]) => fragment(offset, length, total));
    const random = fc.uint8Array({ maxLength: 600 }).map((bytes) => (bytes.length > 0 ? bytes.with(0, 1) : bytes));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(20), fc.oneof(lie, random)), { maxLength: 100 }), (pushes) => {
        const assembler = new JpegAssembler();
        for (const [timestamp, payload] of pushes) {
          try {
            assembler.push(timestamp, payload);
          } catch (error) {
            expect(error).toBeInstanceOf(WireError);
          }
          expect(assembler.heldBytes).toBeLessThanOrEqual(MAX_UNFINISHED_JPEGS * MAX_JPEG_BYTES);
        }
      }),
    );
  });
});
