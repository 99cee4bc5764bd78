// Kind and size of an image from its first bytes: what is refused is refused before anything of it is decoded. Pure.

import { MmchatError } from '../../src/index.ts';

export type ImageKind = 'png' | 'jpeg' | 'gif' | 'webp';

export interface ImageHeader {
  readonly kind: ImageKind;
  readonly width: number;
  readonly height: number;
}

/** Pixels in rows from the top, three bytes each. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

export const IMAGE_LIMITS = {
  fileBytes: 32 * 1024 * 1024,
  pixels: 16_000_000,
  side: 20_000,
  /** Of what is unpacked on the way. */
  unpackedBytes: 128 * 1024 * 1024,
} as const;

/** @throws MmchatError `corrupt` when it is no image that is known, `too-large` */
export function readImageHeader(bytes: Uint8Array): ImageHeader {
  const header = pngHeader(bytes) ?? gifHeader(bytes) ?? webpHeader(bytes) ?? jpegHeader(bytes);
  if (header === undefined) throw damaged();
  const { width, height } = header;
  if (width < 1 || height < 1) throw damaged();
  if (width > IMAGE_LIMITS.side || height > IMAGE_LIMITS.side || width * height > IMAGE_LIMITS.pixels)
    throw new MmchatError('too-large', `too large to be shown here: ${width} x ${height}`);
  return header;
}

export function damaged(): MmchatError {
  return new MmchatError('corrupt', 'no picture that can be shown here');
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function textAt(bytes: Uint8Array, from: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(from, from + length));
}

function pngHeader(bytes: Uint8Array): ImageHeader | undefined {
  if (bytes.length < 24 || textAt(bytes, 0, 8) !== '\u0089PNG\r\n\u001A\n' || textAt(bytes, 12, 4) !== 'IHDR')
    return undefined;
  const view = viewOf(bytes);
  return { kind: 'png', width: view.getUint32(16), height: view.getUint32(20) };
}

function gifHeader(bytes: Uint8Array): ImageHeader | undefined {
  if (bytes.length < 10 || !/^GIF8[79]a$/.test(textAt(bytes, 0, 6))) return undefined;
  const view = viewOf(bytes);
  return { kind: 'gif', width: view.getUint16(6, true), height: view.getUint16(8, true) };
}

function webpHeader(bytes: Uint8Array): ImageHeader | undefined {
  if (bytes.length < 30 || textAt(bytes, 0, 4) !== 'RIFF' || textAt(bytes, 8, 4) !== 'WEBP') return undefined;
  const view = viewOf(bytes);
  switch (textAt(bytes, 12, 4)) {
    case 'VP8X':
      return { kind: 'webp', width: 1 + uint24(bytes, 24), height: 1 + uint24(bytes, 27) };
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return { kind: 'webp', width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
    }
    case 'VP8 ':
      return { kind: 'webp', width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    default:
      return undefined;
  }
}

function uint24(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) * 0x100 + (bytes[at + 2] ?? 0) * 0x1_0000;
}

/** Up to the frame header, which says the size (ITU T.81, B.2.2). A later one would be another image. */
function jpegHeader(bytes: Uint8Array): ImageHeader | undefined {
  if (bytes.length < 4 || bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
  const view = viewOf(bytes);
  let at = 2;
  while (at + 9 <= bytes.length) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { kind: 'jpeg', height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    const hasNoLength = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd9);
    at += hasNoLength ? 2 : 2 + Math.max(2, view.getUint16(at + 2));
  }
  return undefined;
}
