// JPEGs of strangers become pictures: measured first, then decoded.

import type { VideoDecoder, VideoFrame } from '../../contracts/video.ts';
import { PicturePool } from '../../media/video/picture-pool.ts';
import { jpegSize } from '../../media/video/picture-size.ts';
import type { JpegLibrary } from './jpeg-library.ts';

/** Each holds a picture: who hands in more than can be decoded gets nothing for it. */
const MOST_AT_ONCE = 2;

export class JpegDecoder implements VideoDecoder {
  readonly #library: JpegLibrary;
  readonly #pool = new PicturePool();
  #malformed = 0;
  #running = 0;
  #isClosed = false;

  constructor(library: JpegLibrary) {
    this.#library = library;
  }

  get malformedPictures(): number {
    return this.#malformed;
  }

  async decode(picture: Uint8Array): Promise<VideoFrame | undefined> {
    if (this.#isClosed || this.#running >= MOST_AT_ONCE) return undefined;
    const size = jpegSize(picture);
    if (size === undefined) {
      this.#malformed++;
      return undefined;
    }
    this.#running++;
    try {
      const rgb = await this.#library.decompress(picture, size, this.#pool.take(size.width * size.height * 3));
      return this.#wasClosed() ? undefined : this.#pool.frame({ ...size, rgb, atMs: 0 });
    } catch {
      this.#malformed++;
      return undefined;
    } finally {
      this.#running--;
    }
  }

  close(): void {
    this.#isClosed = true;
  }

  #wasClosed(): boolean {
    return this.#isClosed;
  }
}
