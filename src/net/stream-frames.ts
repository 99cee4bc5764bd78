// A libp2p stream as frames, with backpressure: the stream is paused while whoever reads is busy.
// (libp2p's own async iterator buffers without bound. Async generators would do as well, but every text would wait for
// several turns of them, behind what Noise and Yamux still have to do for the same packet.)

import type { Stream } from '@libp2p/interface';
import { FrameDecoder } from '../wire/frames.ts';

/** Above this much unread data the stream is paused; the other end then stops at its Yamux window. */
const PAUSE_ABOVE_BYTES = 128 * 1024;

/**
 * Offered each frame while the reader waits. False: the reader shall have it. Else it is done with, and nothing more
 * comes before the promise, if there is one, resolves.
 */
export type TakeAtOnce = (frame: Uint8Array) => false | Promise<void> | undefined;

interface Reader {
  resolve(result: IteratorResult<Uint8Array, undefined>): void;
  reject(error: unknown): void;
}

/**
 * The frames of a stream until the other end closes its side or the stream breaks, for one reader.
 * Throws WireError at the first malformed length.
 */
export class StreamFrames implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #stream: Stream;
  readonly #onBytes: () => void;
  readonly #takeAtOnce: TakeAtOnce;
  readonly #decoder: FrameDecoder;
  /** As they came: cut into frames only when somebody reads. */
  readonly #chunks: Uint8Array[] = [];
  #chunkBytes = 0;
  /** Of the chunk that is being read, those from #index on. */
  #frames: readonly Uint8Array[] = [];
  #index = 0;
  #ended = false;
  #endedWell = false;
  #paused = false;
  #reader: Reader | undefined;

  constructor(stream: Stream, maxBytes: number, onBytes: () => void, takeAtOnce: TakeAtOnce = () => false) {
    this.#stream = stream;
    this.#takeAtOnce = takeAtOnce;
    this.#onBytes = onBytes;
    this.#decoder = new FrameDecoder(maxBytes);
    stream.addEventListener('message', this.#onMessage);
    stream.addEventListener('remoteCloseWrite', this.#onRemoteClose);
    // Unlike `close` it comes after whatever the stream still held. All may have come before there was a reader.
    stream.addEventListener('end', this.#onEnd);
    if (stream.remoteWriteStatus === 'closed' && stream.status === 'open') this.#endedWell = true;
    if (stream.readableEnded) this.#ended = true;
  }

  /** Once the frames have ended: whether these were all, because the other end closed its side after them. */
  get isComplete(): boolean {
    return this.#endedWell && this.#stream.status !== 'aborted';
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
      this.#serve();
    });
  }

  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#finish();
    return Promise.resolve({ done: true, value: undefined });
  }

  readonly #onMessage = (event: { data: { subarray(): Uint8Array } }): void => {
    const chunk = event.data.subarray();
    this.#chunks.push(chunk);
    this.#chunkBytes += chunk.length;
    if (this.#chunkBytes > PAUSE_ABOVE_BYTES && !this.#paused && this.#stream.status === 'open') {
      this.#paused = true;
      this.#stream.pause();
    }
    this.#onBytes();
    this.#serve();
  };

  readonly #onRemoteClose = (): void => {
    if (this.#stream.status === 'open') this.#endedWell = true;
  };

  readonly #onEnd = (): void => {
    this.#ended = true;
    this.#serve();
  };

  /** Gives the reader, if there is one, what there is for it. */
  #serve(): void {
    const reader = this.#reader;
    if (reader === undefined) return;
    // Nothing must come to the same reader twice, whatever happens while a frame is taken.
    this.#reader = undefined;
    try {
      for (let frame = this.#next(); frame !== undefined; frame = this.#next()) {
        const taken = this.#takeAtOnce(frame);
        if (taken === false) {
          reader.resolve({ done: false, value: frame });
          return;
        }
        if (taken !== undefined) {
          void this.#serveAfter(taken, reader);
          return;
        }
      }
    } catch (error) {
      this.#fail(reader, error);
      return;
    }
    if (this.#ended) {
      this.#finish();
      reader.resolve({ done: true, value: undefined });
    } else {
      this.#reader = reader;
    }
  }

  async #serveAfter(taken: Promise<void>, reader: Reader): Promise<void> {
    try {
      await taken;
    } catch (error) {
      this.#fail(reader, error);
      return;
    }
    this.#reader = reader;
    this.#serve();
  }

  #fail(reader: Reader, error: unknown): void {
    this.#finish();
    reader.reject(error);
  }

  #next(): Uint8Array | undefined {
    for (;;) {
      const frame = this.#frames[this.#index];
      if (frame !== undefined) {
        this.#index++;
        return frame;
      }
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) {
        this.#chunkBytes -= chunk.length;
        this.#frames = this.#decoder.push(chunk);
        this.#index = 0;
      } else if (!this.#resume()) return undefined;
    }
  }

  /** True when that brought something: also a stream that has closed gives what it held while it was paused. */
  #resume(): boolean {
    if (!this.#paused) return false;
    this.#paused = false;
    try {
      this.#stream.resume();
    } catch {
      // Nothing was held.
    }
    return this.#chunks.length > 0;
  }

  #finish(): void {
    this.#ended = true;
    this.#reader = undefined;
    this.#chunks.length = 0;
    this.#frames = [];
    this.#stream.removeEventListener('message', this.#onMessage);
    this.#stream.removeEventListener('remoteCloseWrite', this.#onRemoteClose);
    this.#stream.removeEventListener('end', this.#onEnd);
  }
}
