// Pictures through JPEG, with the native library and without; JPEGs of strangers.

import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JpegDecoder } from '../../src/codecs/jpeg/jpeg-decoder.ts';
import { JPEG_QUALITY, JpegEncoder } from '../../src/codecs/jpeg/jpeg-encoder.ts';
import { loadJpegLibrary, type JpegLibrary } from '../../src/codecs/jpeg/jpeg-library.ts';
import { localVideoCodecs } from '../../src/codecs/local-video-codecs.ts';
import { patternFrame, readPatternCounter } from '../../src/media/video/pattern.ts';

const size = { width: 320, height: 240 };
const missing = (): Promise<never> => Promise.reject(new Error('not installed'));
const plain = await loadJpegLibrary(missing);
const best = await loadJpegLibrary();

it('does without the native library', () => {
  expect(plain.name).toBe('jpeg-js');
});

describe.each<[string, JpegLibrary]>([
  ['JavaScript', plain],
  [`what is there (${best.name})`, best],
])('JPEG by %s', (_name, library) => {
  it('keeps the number of a test picture', async () => {
    const encoder = new JpegEncoder(library);
    const decoder = new JpegDecoder(library);
    const picture = await encoder.encode(patternFrame(4_711, size));
    expect(picture).toMatchObject({ ...size, isKeyFrame: true });
    const frame = await decoder.decode(picture!.bytes);
    expect(frame).toMatchObject(size);
    expect(readPatternCounter(frame!)).toBe(4_711);
    expect(decoder.malformedPictures).toBe(0);
  });

  it('spends the bits that it has', async () => {
    const encoder = new JpegEncoder(library);
    const bytesAt = async (bitsPerSecond: number): Promise<number> => {
      encoder.configure({ bitsPerSecond, framesPerSecond: 10 });
      let bytes = 0;
      for (let index = 0; index < 30; index++)
        bytes = (await encoder.encode(patternFrame(index, size)))?.bytes.length ?? 0;
      return bytes;
    };
    expect((await bytesAt(600_000)) * 80).toBeLessThan(660_000);
    const least = await bytesAt(1_000);
    expect(encoder.quality).toBe(JPEG_QUALITY.least);
    expect(await bytesAt(1_000_000_000)).toBeGreaterThan(least);
    encoder.configure({ bitsPerSecond: Number.NaN, framesPerSecond: -1 });
    expect(await encoder.encode(patternFrame(1, size))).toBeDefined();
  });

  it('leaves out what comes while it is busy, and everything once closed', async () => {
    const encoder = new JpegEncoder(library);
    const pictures = await Promise.all([encoder.encode(patternFrame(1, size)), encoder.encode(patternFrame(2, size))]);
    expect(pictures.map((picture) => picture !== undefined)).toEqual([true, false]);
    encoder.close();
    expect(await encoder.encode(patternFrame(3, size))).toBeUndefined();
    await expect(new JpegEncoder(library).encode({ ...size, rgb: new Uint8Array(5), atMs: 0 })).rejects.toMatchObject({
      code: 'internal',
    });
  });

  it('refuses what is cut off, empty or a bomb, and counts it', async () => {
    const decoder = new JpegDecoder(library);
    const jpeg = Buffer.from((await new JpegEncoder(library).encode(patternFrame(1, size)))!.bytes);
    const bomb = Buffer.from(jpeg);
    bomb.writeUInt32BE(0xffdc_ffdc, bomb.indexOf(Buffer.from([0xff, 0xc0])) + 5);
    for (const bytes of [Buffer.alloc(0), jpeg.subarray(0, 300), bomb])
      expect(await decoder.decode(bytes)).toBeUndefined();
    expect(decoder.malformedPictures).toBe(3);
    expect(readPatternCounter((await decoder.decode(jpeg))!)).toBe(1);
    decoder.close();
    expect(await decoder.decode(jpeg)).toBeUndefined();
  });

  it('survives mutated pictures', async () => {
    const decoder = new JpegDecoder(library);
    const small = { width: 64, height: 48 };
    const jpeg = new Uint8Array((await new JpegEncoder(library).encode(patternFrame(9, small)))!.bytes);
    const change = fc.tuple(fc.nat(jpeg.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { maxLength: 20 }),
        fc.integer({ min: 1, max: jpeg.length }),
        async (changes, length) => {
          const mutated = jpeg.slice();
          for (const [at, value] of changes) mutated[at] = value;
          for (const bytes of [mutated, mutated.subarray(0, length)]) {
            const frame = await decoder.decode(bytes);
            if (frame !== undefined) expect(frame.rgb.length).toBe(frame.width * frame.height * 3);
          }
        },
      ),
      { numRuns: 300 },
    );
    expect((await decoder.decode(jpeg))?.width).toBe(64);
  });
});

describe('the video codecs of this machine', () => {
  it('offer JPEG and say that there is no H.264', async () => {
    const codecs = localVideoCodecs({ findH264: () => undefined, loadJpeg: () => loadJpegLibrary(missing) });
    expect(await codecs.available()).toEqual(['jpeg']);
    await expect(codecs.encoder('h264')).rejects.toMatchObject({ code: 'internal' });
    await expect(codecs.decoder('h264')).rejects.toMatchObject({ code: 'internal' });
    const picture = await (await codecs.encoder('jpeg')).encode(patternFrame(3, size));
    expect(await (await localVideoCodecs().decoder('jpeg')).decode(picture!.bytes)).toMatchObject(size);
  });
});
