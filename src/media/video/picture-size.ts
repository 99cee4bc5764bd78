// How large a picture of a stranger is, told from its first bytes: what is refused is refused before a decoder sees it.

import { nalUnits } from '../../wire/media/h264-payload.ts';
import { MAX_JPEG_BYTES } from '../../wire/media/jpeg-payload.ts';

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

export const PICTURE_LIMITS = {
  side: 4_096,
  bytes: MAX_JPEG_BYTES,
  /** A JPEG of a camera has one; each costs as much as the whole picture, however few bytes it has. */
  scans: 4,
} as const;

const SEQUENCE_PARAMETERS = 7;
/** Profiles whose parameters say more about colours (ITU-T H.264, 7.3.2.1.1). */
const HIGH_PROFILES = new Set([44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244]);

function allowed(width: number, height: number): PictureSize | undefined {
  const { side } = PICTURE_LIMITS;
  return width >= 1 && height >= 1 && width <= side && height <= side ? { width, height } : undefined;
}

/**
 * Of a JPEG (ITU-T T.81, B.2.2). Undefined: it may not be decoded, because it is none, too large, progressive, or has more
 * than one frame or too many scans.
 */
export function jpegSize(bytes: Uint8Array): PictureSize | undefined {
  if (bytes.length < 4 || bytes.length > PICTURE_LIMITS.bytes || bytes[0] !== 0xff || bytes[1] !== 0xd8)
    return undefined;
  let size: PictureSize | undefined;
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at++;
      continue;
    }
    // Without a length: not before the picture's data.
    if (marker === 0x00 || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd9)) return undefined;
    const length = uint16(bytes, at + 2);
    if (length < 2 || at + 2 + length > bytes.length) return undefined;
    if (marker === 0xda) return size !== undefined && isPlainRest(bytes, at) ? size : undefined;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) {
      if (size !== undefined || marker > 0xc1 || length < 8) return undefined;
      size = allowed(uint16(bytes, at + 7), uint16(bytes, at + 5));
      if (size === undefined) return undefined;
    }
    at += 2 + length;
  }
  return undefined;
}

/** What follows the first scan: a few scans, no second frame, no other height (DNL). */
function isPlainRest(bytes: Uint8Array, from: number): boolean {
  let scans = 0;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = view.indexOf(0xff, from); at >= 0 && at + 1 < view.length; at = view.indexOf(0xff, at + 1)) {
    const marker = view[at + 1] ?? 0;
    if (marker === 0xda && ++scans > PICTURE_LIMITS.scans) return false;
    const isTable = marker === 0xc4 || marker === 0xc8 || marker === 0xcc;
    if (marker === 0xdc || (marker >= 0xc0 && marker <= 0xcf && !isTable)) return false;
  }
  return true;
}

function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** The sizes that an access unit (Annex B) sets; none in most. Undefined: it may not be decoded. */
export function h264Sizes(accessUnit: Uint8Array): readonly PictureSize[] | undefined {
  if (accessUnit.length > PICTURE_LIMITS.bytes) return undefined;
  const sizes: PictureSize[] = [];
  for (const unit of nalUnits(accessUnit)) {
    if (((unit[0] ?? 0) & 0x1f) !== SEQUENCE_PARAMETERS) continue;
    const size = parametersSize(unit);
    if (size === undefined) return undefined;
    sizes.push(size);
  }
  return sizes;
}

function parametersSize(unit: Uint8Array): PictureSize | undefined {
  const bits = new BitReader(unescaped(unit.subarray(1)));
  const profile = bits.fixed(8);
  bits.fixed(16);
  bits.number();
  let chroma = 1;
  if (HIGH_PROFILES.has(profile)) {
    chroma = bits.number();
    if (chroma > 3) return undefined;
    if (chroma === 3) bits.fixed(1);
    if (bits.number() > 6 || bits.number() > 6) return undefined;
    bits.fixed(1);
    if (bits.fixed(1) === 1) skipScalingLists(bits, chroma === 3 ? 12 : 8);
  }
  bits.number();
  skipPictureOrder(bits);
  bits.number();
  bits.fixed(1);
  const columns = bits.number() + 1;
  const rows = bits.number() + 1;
  const fieldFactor = bits.fixed(1) === 1 ? 1 : 2;
  if (fieldFactor === 2) bits.fixed(1);
  bits.fixed(1);
  // Before cropping: that is what the decoder allocates.
  const coded = allowed(columns * 16, rows * 16 * fieldFactor);
  if (bits.isBroken() || coded === undefined) return undefined;
  if (bits.fixed(1) === 0) return bits.isBroken() ? undefined : coded;
  const unitX = chroma === 1 || chroma === 2 ? 2 : 1;
  const unitY = (chroma === 1 ? 2 : 1) * fieldFactor;
  const cropX = (bits.number() + bits.number()) * unitX;
  const cropY = (bits.number() + bits.number()) * unitY;
  return bits.isBroken() ? undefined : allowed(coded.width - cropX, coded.height - cropY);
}

function skipPictureOrder(bits: BitReader): void {
  const kind = bits.number();
  if (kind === 0) bits.number();
  if (kind !== 1) return;
  bits.fixed(1);
  bits.number();
  bits.number();
  for (let left = Math.min(255, bits.number()); left > 0 && !bits.isBroken(); left--) bits.number();
}

function skipScalingLists(bits: BitReader, lists: number): void {
  for (let list = 0; list < lists; list++) {
    if (bits.fixed(1) === 0) continue;
    let scale = 8;
    for (let left = list < 6 ? 16 : 64; left > 0 && scale !== 0; left--) {
      const coded = bits.number();
      scale = (scale + (coded % 2 === 1 ? (coded + 1) / 2 : -coded / 2) + 256) & 0xff;
    }
  }
}

/** Without the bytes that keep start codes out; the first few hundred are more than parameters need. */
function unescaped(bytes: Uint8Array): Uint8Array {
  const plain: number[] = [];
  for (const [index, byte] of bytes.subarray(0, 512).entries()) {
    if (byte === 3 && index >= 2 && bytes[index - 1] === 0 && bytes[index - 2] === 0) continue;
    plain.push(byte);
  }
  return Uint8Array.from(plain);
}

class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #isBroken = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether more was read than there is. */
  isBroken(): boolean {
    return this.#isBroken;
  }

  fixed(count: number): number {
    let value = 0;
    for (let left = count; left > 0; left--) {
      if (this.#at >= this.#bytes.length * 8) {
        this.#isBroken = true;
        return 0;
      }
      value = value * 2 + (((this.#bytes[this.#at >> 3] ?? 0) >> (7 - (this.#at & 7))) & 1);
      this.#at++;
    }
    return value;
  }

  /** Exp-Golomb. */
  number(): number {
    let zeros = 0;
    while (this.fixed(1) === 0) {
      if (this.#isBroken || ++zeros > 31) {
        this.#isBroken = true;
        return 0;
      }
    }
    return 2 ** zeros - 1 + this.fixed(zeros);
  }
}
