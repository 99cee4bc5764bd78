// JPEG becomes pixels, by jpeg-js; and which way a camera was held, by its Exif.

import { decode } from 'jpeg-js';
import { damaged, IMAGE_LIMITS, type Pixels } from './image-header.ts';

/** Of what the decoder makes on its way: a photograph of 12 million pixels takes some 200. */
const MEMORY_MB = 512;
const ORIENTATION_TAG = 0x0112;
const EXIF = 'Exif\0\0';

/** `bytes` has a header that was measured. @throws MmchatError `corrupt` */
export function decodeJpeg(bytes: Uint8Array): Pixels {
  try {
    const { width, height, data } = decode(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: true,
      maxResolutionInMP: IMAGE_LIMITS.pixels / 1e6,
      maxMemoryUsageInMB: MEMORY_MB,
    });
    return { width, height, rgb: data };
  } catch {
    throw damaged();
  }
}

/** Quarters of a turn, clockwise, that put the picture upright. (Mirrored ones are rare, and stay so.) */
export function quarterTurns(bytes: Uint8Array): 0 | 1 | 2 | 3 {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Segments up to the picture's data; Exif is an early one.
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff && bytes[at + 1] !== 0xda;) {
    const length = Math.max(2, view.getUint16(at + 2));
    const body = bytes.subarray(at + 4, at + 2 + length);
    if (bytes[at + 1] === 0xe1 && String.fromCharCode(...body.subarray(0, 6)) === EXIF)
      return turnsIn(body.subarray(6));
    at += 2 + length;
  }
  return 0;
}

/** The first directory of a TIFF: a number of entries of twelve bytes. */
function turnsIn(tiff: Uint8Array): 0 | 1 | 2 | 3 {
  if (tiff.length < 8) return 0;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const isLittle = tiff[0] === 0x49;
  const start = view.getUint32(4, isLittle);
  if (start + 2 > tiff.length) return 0;
  const count = view.getUint16(start, isLittle);
  for (let at = start + 2; at + 12 <= tiff.length && at < start + 2 + count * 12; at += 12) {
    if (view.getUint16(at, isLittle) !== ORIENTATION_TAG) continue;
    const orientation = view.getUint16(at + 8, isLittle);
    return orientation === 3 ? 2 : orientation === 6 ? 1 : orientation === 8 ? 3 : 0;
  }
  return 0;
}
