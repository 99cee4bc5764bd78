// Image files become pixels, and nothing becomes more than its header promised.

import '../../src/base/platform.ts';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import * as jpeg from 'jpeg-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { thumbnailOf } from '../../cli/pictures/decode.ts';
import { decodeGif } from '../../cli/pictures/gif.ts';
import { IMAGE_LIMITS, readImageHeader } from '../../cli/pictures/image-header.ts';
import { decodeJpeg, quarterTurns } from '../../cli/pictures/jpeg.ts';
import { decodePng } from '../../cli/pictures/png.ts';
import { readPicture } from '../../cli/pictures/read-picture.ts';
import { fitted, shrunk, turned } from '../../cli/pictures/thumbnail.ts';
import { gifFile, pngFile, pngOf, type PngSpec } from '../support/image-files.ts';

const KINDS = [
  ...[1, 2, 4, 8, 16].map((depth) => ({ colour: 0, depth })),
  ...[8, 16].flatMap((depth) => [2, 4, 6].map((colour) => ({ colour, depth }))),
  ...[1, 2, 4, 8].map((depth) => ({ colour: 3, depth })),
];

describe('PNG', () => {
  it('of every kind, with every filter, interlaced or not', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...KINDS),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        fc.boolean(),
        fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 5 }),
        fc.nat({ max: 9999 }),
        ({ colour, depth }, width, height, interlaced, filters, seed) => {
          const sample = (x: number, y: number, channel: number): number =>
            ((x * 7919 + y * 104_729 + channel * 1299 + seed) * 2_654_435) % 2 ** depth;
          const palette = new Uint8Array(768).map((_, index) => (index * 37 + seed) & 255);
          const alpha = Uint8Array.from([255, 128, 0]);
          const spec: PngSpec = {
            ...{ width, height, depth, colour, interlaced, filters, sample },
            ...(colour === 3 ? { palette, alpha } : {}),
          };
          const bytes = pngFile(spec);
          expect(readImageHeader(bytes)).toEqual({ kind: 'png', width, height });
          const { rgb } = decodePng(bytes);
          const wanted: number[] = [];
          for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) wanted.push(...colourOf(spec, x, y));
          expect(rgb.length).toBe(wanted.length);
          expect(Math.max(...wanted.map((value, index) => Math.abs(value - (rgb[index] ?? -9))))).toBeLessThanOrEqual(
            1,
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  it('that unpacks to more than it promised is refused, also interlaced', () => {
    for (const interlaced of [false, true]) {
      const bomb = pngOf(
        { width: 4, height: 4, depth: 8, colour: 2, interlaced },
        deflateSync(Buffer.alloc(50_000_000)),
      );
      expect(bomb.length).toBeLessThan(100_000);
      expect(() => decodePng(bomb)).toThrow('no picture');
    }
  });

  it('that was cut off shows what is there', () => {
    const sample = (): number => 200;
    const whole = pngFile({ width: 64, height: 64, depth: 8, colour: 0, interlaced: false, filters: [0], sample });
    const { rgb } = decodePng(whole);
    expect(rgb[0]).toBe(200);
    expect(() =>
      decodePng(pngOf({ width: 9, height: 9, depth: 8, colour: 0, interlaced: false }, Buffer.from('no'))),
    ).toThrow('no picture');
    expect(() =>
      decodePng(pngOf({ width: 9, height: 9, depth: 3, colour: 0, interlaced: false }, deflateSync(''))),
    ).toThrow('no picture');
  });
});

function colourOf(spec: PngSpec, x: number, y: number): number[] {
  const { depth, colour, sample, palette } = spec;
  const level = (channel: number): number =>
    depth === 16 ? sample(x, y, channel) >> 8 : (sample(x, y, channel) * 255) / (2 ** depth - 1);
  if (colour === 3) {
    const index = sample(x, y, 0);
    const opaque = [255, 128, 0][index] ?? 255;
    return [0, 1, 2].map((channel) => ((palette?.[index * 3 + channel] ?? 0) * opaque) / 255);
  }
  const opaque = colour === 4 ? level(1) : colour === 6 ? level(3) : 255;
  return [0, 1, 2].map((channel) => (level(colour === 0 || colour === 4 ? 0 : channel) * opaque) / 255);
}

describe('GIF', () => {
  it('shows its first frame', () => {
    const palette = Array.from({ length: 256 }, (_, index) => [index, 255 - index, (index * 7) & 255] as const);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), (width, height) => {
        const indexes = Array.from({ length: width * height }, (_, at) => (at * 31) & 255);
        const { rgb } = decodeGif(gifFile(width, height, palette, indexes));
        expect([...rgb]).toEqual(indexes.flatMap((index) => [...palette[index]!]));
      }),
      { numRuns: 30 },
    );
  });

  it('with real compression, as other programs write it', () => {
    // 40 x 30: colour x * y of red, green, blue and white.
    const file =
      'R0lGODlhKAAeAIEAAP8AAAD/AAAA/////ywAAAAAKAAeAAACiISPqcsZMsCLU0JLb936CvCF4CiW5GmKgxAAa/u6rAzP8W3Pzc7v' +
      'XAbECH9DD+qYQio/uJqTBm1Gdb2qlYjtBLORpHcJZuae0vIYak3zuMWtth2Of01m8rmOVusV7P6bOCcniEd4d7aHeODnxggX+Dho' +
      'aDc59ZSYuAiXCckJVkj5eYn5R9rIVQAAOw==';
    const colours = [
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
      [255, 255, 255],
    ];
    const { width, height, rgb } = decodeGif(Buffer.from(file, 'base64'));
    expect([width, height]).toEqual([40, 30]);
    const wanted = Array.from({ length: 1200 }, (_, at) => colours[((at % 40) * Math.floor(at / 40)) % 4]!);
    expect([...rgb]).toEqual(wanted.flat());
  });
});

describe('JPEG', () => {
  const half = {
    width: 64,
    height: 32,
    data: new Uint8Array(64 * 32 * 4).map((_, at) => ((at >> 2) % 64 < 32 ? 250 : 5)),
  };
  const plain = jpeg.encode(half, 95).data;

  /** The same with an Exif segment behind its start. */
  function held(orientation: number): Uint8Array {
    const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
    const body = [...Buffer.from('Exif\0\0', 'latin1'), ...tiff];
    return Buffer.concat([
      plain.subarray(0, 2),
      Buffer.from([0xff, 0xe1, 0, body.length + 2, ...body]),
      plain.subarray(2),
    ]);
  }

  it('becomes pixels', () => {
    expect(readImageHeader(plain)).toEqual({ kind: 'jpeg', width: 64, height: 32 });
    const { rgb } = decodeJpeg(plain);
    expect(rgb).toHaveLength(64 * 32 * 3);
    expect(rgb[0]).toBeGreaterThan(240);
    expect(rgb[63 * 3]).toBeLessThan(15);
    expect(() => decodeJpeg(Buffer.from('ffd8ffc0000b080003000301', 'hex'))).toThrow('no picture');
  });

  it('is shown as the camera was held', async () => {
    expect([1, 3, 6, 8, 2, 99].map((orientation) => quarterTurns(held(orientation)))).toEqual([0, 2, 1, 3, 0, 0]);
    expect(quarterTurns(plain)).toBe(0);
    const small = { width: 2, height: 1, rgb: Uint8Array.from([1, 1, 1, 2, 2, 2]) };
    expect(turned(small, 1)).toEqual({ width: 1, height: 2, rgb: Uint8Array.from([1, 1, 1, 2, 2, 2]) });
    expect(turned(small, 2)).toEqual({ width: 2, height: 1, rgb: Uint8Array.from([2, 2, 2, 1, 1, 1]) });
    expect(turned(small, 3)).toEqual({ width: 1, height: 2, rgb: Uint8Array.from([2, 2, 2, 1, 1, 1]) });
    const folder = await mkdtemp(join(tmpdir(), 'mmchat-jpeg-'));
    try {
      await writeFile(join(folder, 'a.jpg'), held(6));
      const { width, height, rgb } = await thumbnailOf(join(folder, 'a.jpg'));
      expect([width, height]).toEqual([24, 48]);
      expect(rgb[0]).toBeGreaterThan(240);
      expect(rgb.at(-1)).toBeLessThan(15);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('whatever is in it, throws what is no picture or becomes one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: plain.length - 1 }), fc.nat({ max: 255 })), { maxLength: 8 }),
        (changes) => {
          const bytes = Uint8Array.from(plain);
          for (const [at, value] of changes) bytes[at] = value;
          try {
            readImageHeader(bytes);
            quarterTurns(bytes);
            decodeJpeg(bytes);
          } catch (error) {
            expect(error).toMatchObject({ code: expect.stringMatching(/^(?:corrupt|too-large)$/) as string });
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('what is no picture', () => {
  it('throws, whatever it is, and nothing else', () => {
    const starts = [
      pngFile({ width: 3, height: 3, depth: 8, colour: 2, interlaced: false, filters: [0], sample: () => 7 }),
      gifFile(
        3,
        3,
        [[1, 2, 3]],
        Array.from({ length: 9 }, () => 0),
      ),
      Buffer.from('ffd8ffe000104a46494600010100000100010000ffc0000b080003000301', 'hex'),
      Buffer.from('RIFF\u0010\0\0\0WEBPVP8X\u0010\0\0\0\u0010\0\0\0\u0005\0\0\u0004\0\0', 'latin1'),
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...starts),
        fc.array(fc.tuple(fc.nat({ max: 120 }), fc.nat({ max: 255 })), { maxLength: 6 }),
        fc.nat({ max: 150 }),
        (start, changes, length) => {
          const bytes = new Uint8Array(start.subarray(0, Math.max(1, length)));
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
          try {
            const { kind, width, height } = readImageHeader(bytes);
            expect(width * height).toBeLessThanOrEqual(IMAGE_LIMITS.pixels);
            if (kind === 'png') decodePng(bytes);
            if (kind === 'gif') decodeGif(bytes);
          } catch (error) {
            expect(error).toMatchObject({ code: expect.stringMatching(/^(?:corrupt|too-large)$/) as string });
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('or too large, is refused by its header', () => {
    const huge = pngOf({ width: 60_000, height: 60_000, depth: 1, colour: 0, interlaced: false }, new Uint8Array(0));
    expect(() => readImageHeader(huge)).toThrow('too large to be shown here: 60000 x 60000');
    const long = pngOf({ width: 30_000, height: 1, depth: 1, colour: 0, interlaced: false }, new Uint8Array(0));
    expect(() => readImageHeader(long)).toThrow('too large');
    const jpeg = Buffer.from('ffd8ffe1000400ffffc2000b08ea60ea6003', 'hex');
    expect(() => readImageHeader(jpeg)).toThrow('too large to be shown here: 60000 x 60000');
    expect(readImageHeader(Buffer.from('ffd8ffdb000400ffffc2000b080bd00fc003', 'hex'))).toEqual({
      kind: 'jpeg',
      width: 4032,
      height: 3024,
    });
    const webp = Buffer.from('RIFF\u0010\0\0\0WEBPVP8X\u0010\0\0\0\u0010\0\0\0\u0005\0\0\u0004\0\0', 'latin1');
    expect(readImageHeader(webp)).toEqual({ kind: 'webp', width: 6, height: 5 });
  });
});

describe('small pictures', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mmchat-pictures-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('keep proportions and mean colours', () => {
    expect(fitted({ width: 4000, height: 3000 }, { width: 160, height: 48 })).toEqual({ width: 64, height: 48 });
    expect(fitted({ width: 10_000, height: 2 }, { width: 160, height: 48 })).toEqual({ width: 160, height: 1 });
    expect(fitted({ width: 5, height: 7 }, { width: 160, height: 48 })).toEqual({ width: 5, height: 7 });
    const rgb = Uint8Array.from([0, 0, 0, 100, 200, 40, 0, 0, 0, 100, 200, 40]);
    expect([...shrunk({ width: 2, height: 2, rgb }, { width: 1, height: 1 }).rgb]).toEqual([50, 100, 20]);
  });

  it('are made in a thread of their own, which is gone afterwards', async () => {
    const path = join(folder, 'a.png');
    const sample = (x: number): number => (x < 100 ? 255 : 0);
    await writeFile(
      path,
      pngFile({ width: 200, height: 60, depth: 8, colour: 0, interlaced: false, filters: [1], sample }),
    );
    const picture = await readPicture(path, new AbortController().signal);
    expect([picture.width, picture.height]).toEqual([160, 48]);
    expect([picture.rgb[0], picture.rgb.at(-1)]).toEqual([255, 0]);
    await writeFile(path, 'no picture at all');
    await expect(readPicture(path, new AbortController().signal)).rejects.toThrow('no picture that can be shown here');
  });

  it('are not made of files that are too large or not there', async () => {
    const path = join(folder, 'large.png');
    await writeFile(path, 'x');
    await truncate(path, IMAGE_LIMITS.fileBytes + 1);
    await expect(thumbnailOf(path)).rejects.toThrow('too large');
    await expect(thumbnailOf(folder)).rejects.toThrow();
    await expect(thumbnailOf(join(folder, 'none'))).rejects.toThrow('ENOENT');
  });
});
