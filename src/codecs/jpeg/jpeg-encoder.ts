// Pictures become JPEGs whose quality follows the bits that may be spent.

import { MmchatError } from '../../base/errors.ts';
import type { EncodedPicture, VideoEncoder, VideoFrame } from '../../contracts/video.ts';
import { PICTURE_LIMITS } from '../../media/video/picture-size.ts';
import type { JpegLibrary } from './jpeg-library.ts';

export const JPEG_QUALITY = { least: 15, start: 50, most: 85 } as const;
const START_BITS_PER_SECOND = 8_000_000;
const START_FRAMES_PER_SECOND = 30;
/** Between these shares of what a picture may have, the quality stays: else it would flicker. */
const GOOD_SHARE = { least: 0.75, most: 1 } as const;
/** A picture that was this much too large is left out. */
const FAR_TOO_LARGE = 3;

export class JpegEncoder implements VideoEncoder {
  readonly #library: JpegLibrary;
  #bitsPerSecond = START_BITS_PER_SECOND;
  #framesPerSecond = START_FRAMES_PER_SECOND;
  #quality: number = JPEG_QUALITY.start;
  #isBusy = false;
  #isClosed = false;

  constructor(library: JpegLibrary) {
    this.#library = library;
  }

  get quality(): number {
    return this.#quality;
  }

  async encode({ width, height, rgb }: VideoFrame): Promise<EncodedPicture | undefined> {
    if (this.#isClosed) return undefined;
    const { side } = PICTURE_LIMITS;
    if (!isSide(width, side) || !isSide(height, side) || rgb.length !== width * height * 3)
      throw new MmchatError('internal', 'A picture does not have the size that it claims.');
    // One after the other: what comes meanwhile would be late.
    if (this.#isBusy) return undefined;
    this.#isBusy = true;
    try {
      const bytes = await this.#library.compress(rgb, { width, height }, Math.round(this.#quality));
      const share = this.#adapt(bytes.length);
      const isSent = share <= FAR_TOO_LARGE || this.#quality <= JPEG_QUALITY.least;
      if (this.#wasClosed() || !isSent || bytes.length > PICTURE_LIMITS.bytes) return undefined;
      return { bytes, isKeyFrame: true, width, height };
    } finally {
      this.#isBusy = false;
    }
  }

  configure({ bitsPerSecond, framesPerSecond }: { bitsPerSecond?: number; framesPerSecond?: number }): void {
    if (isRate(bitsPerSecond)) this.#bitsPerSecond = bitsPerSecond;
    if (isRate(framesPerSecond)) this.#framesPerSecond = framesPerSecond;
  }

  requestKeyFrame(): void {
    // Each of them is one.
  }

  close(): void {
    this.#isClosed = true;
  }

  #wasClosed(): boolean {
    return this.#isClosed;
  }

  /** How much of what it may have the picture took; the quality of the next one. */
  #adapt(bytes: number): number {
    const share = (bytes * 8 * this.#framesPerSecond) / this.#bitsPerSecond;
    if (share > GOOD_SHARE.most) this.#quality /= Math.min(1.5, share);
    else if (share < GOOD_SHARE.least) this.#quality += 2;
    this.#quality = Math.max(JPEG_QUALITY.least, Math.min(JPEG_QUALITY.most, this.#quality));
    return share;
  }
}

function isSide(side: number, most: number): boolean {
  return Number.isInteger(side) && side >= 1 && side <= most;
}

function isRate(rate: number | undefined): rate is number {
  return rate !== undefined && Number.isFinite(rate) && rate > 0;
}
