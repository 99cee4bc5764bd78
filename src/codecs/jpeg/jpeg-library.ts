// JPEG by libjpeg-turbo where it is there, by JavaScript elsewhere; loaded when the first picture is to be coded.

import type * as JpegTurbo from '@julusian/jpeg-turbo';
import { decode as decodePlainly, encode as encodePlainly } from 'jpeg-js';
import { PICTURE_LIMITS, type PictureSize } from '../../media/video/picture-size.ts';

/** What does the work. Both reject at what they can't do. */
export interface JpegLibrary {
  readonly name: 'jpeg-turbo' | 'jpeg-js';
  compress(rgb: Uint8Array, size: PictureSize, quality: number): Promise<Uint8Array>;
  /** `size` was measured, and is within bounds. @param room of that size, for the pixels; they may be elsewhere all the same */
  decompress(jpeg: Uint8Array, size: PictureSize, room: Uint8Array): Promise<Uint8Array>;
}

const MEMORY_MB = 256;

/** @param loadNative rejects where the library can't be loaded */
export async function loadJpegLibrary(
  loadNative: () => Promise<typeof JpegTurbo> = () => import('@julusian/jpeg-turbo'),
): Promise<JpegLibrary> {
  try {
    return nativeLibrary(await loadNative());
  } catch {
    // An optional dependency: not for this platform, or left out.
    return plainLibrary;
  }
}

function nativeLibrary(loaded: typeof JpegTurbo): JpegLibrary {
  // CommonJS: what node finds out about its names depends on how it was written.
  const turbo = (loaded as unknown as { readonly default?: typeof JpegTurbo }).default ?? loaded;
  const { FORMAT_RGB: format, SAMP_420: subsampling } = turbo;
  if (typeof turbo.compress !== 'function' || typeof turbo.decompress !== 'function')
    throw new Error('not that library');
  return {
    name: 'jpeg-turbo',
    compress: (rgb, size, quality) => turbo.compress(asBuffer(rgb), { ...size, format, subsampling, quality }),
    async decompress(jpeg, { width, height }, room) {
      // A place of the measured size: the library can't be talked into another one.
      const decoded = await turbo.decompress(asBuffer(jpeg), asBuffer(room), { format });
      if (decoded.width !== width || decoded.height !== height) throw new Error('another size than measured');
      return room;
    },
  };
}

const plainLibrary: JpegLibrary = {
  name: 'jpeg-js',
  async compress(rgb, { width, height }, quality) {
    const data = new Uint8Array(width * height * 4);
    for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
      data[to] = rgb[from] ?? 0;
      data[to + 1] = rgb[from + 1] ?? 0;
      data[to + 2] = rgb[from + 2] ?? 0;
    }
    return encodePlainly({ width, height, data }, quality).data;
  },
  async decompress(jpeg, { width, height }) {
    const decoded = decodePlainly(jpeg, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      maxResolutionInMP: (PICTURE_LIMITS.side * PICTURE_LIMITS.side) / 1e6,
      maxMemoryUsageInMB: MEMORY_MB,
    });
    if (decoded.width !== width || decoded.height !== height) throw new Error('another size than measured');
    return decoded.data;
  },
};

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
