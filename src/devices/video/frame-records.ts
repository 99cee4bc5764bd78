// Pictures on a pipe: a header of 8 bytes with width and height, then RGB. Without a size it is the end of a video.

import { PicturePool } from '../../media/video/picture-pool.ts';

export const RECORD_HEADER_BYTES = 8;
/** 4K; what is sent is far smaller. */
const MOST_PIXELS = 3_840 * 2_160;

export interface RawPicture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
  /** As of a frame. */
  readonly release?: (() => void) | undefined;
}

export function recordHeader(width: number, height: number): Uint8Array {
  const header = Buffer.alloc(RECORD_HEADER_BYTES);
  header.writeUInt32LE(width, 0);
  header.writeUInt32LE(height, 4);
  return header;
}

export interface RecordHandlers {
  readonly onPicture: (picture: RawPicture) => void;
  readonly onEnd: () => void;
  /** What comes is no picture; nothing after it is read. */
  readonly onBroken: () => void;
}

export class RecordReader {
  readonly #handlers: RecordHandlers;
  readonly #header = Buffer.alloc(RECORD_HEADER_BYTES);
  readonly #pool = new PicturePool();
  #headerBytes = 0;
  #rgb: Uint8Array | undefined;
  #rgbBytes = 0;
  #isBroken = false;

  constructor(handlers: RecordHandlers) {
    this.#handlers = handlers;
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length && !this.#isBroken;) {
      if (this.#rgb === undefined) {
        const part = chunk.subarray(at, at + RECORD_HEADER_BYTES - this.#headerBytes);
        this.#header.set(part, this.#headerBytes);
        this.#headerBytes += part.length;
        at += part.length;
        if (this.#headerBytes === RECORD_HEADER_BYTES) this.#begin();
        continue;
      }
      const part = chunk.subarray(at, at + this.#rgb.length - this.#rgbBytes);
      this.#rgb.set(part, this.#rgbBytes);
      this.#rgbBytes += part.length;
      at += part.length;
      if (this.#rgbBytes < this.#rgb.length) continue;
      const picture = this.#pool.frame({ width: this.#width, height: this.#height, rgb: this.#rgb, atMs: 0 });
      this.#rgb = undefined;
      this.#headerBytes = 0;
      this.#handlers.onPicture(picture);
    }
  }

  get #width(): number {
    return this.#header.readUInt32LE(0);
  }

  get #height(): number {
    return this.#header.readUInt32LE(4);
  }

  #begin(): void {
    const pixels = this.#width * this.#height;
    if (pixels > 0 && pixels <= MOST_PIXELS) {
      this.#rgb = this.#pool.take(pixels * 3);
      this.#rgbBytes = 0;
      return;
    }
    this.#isBroken = true;
    if (this.#width === 0 && this.#height === 0) this.#handlers.onEnd();
    else this.#handlers.onBroken();
  }
}
