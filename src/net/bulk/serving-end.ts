// The end of a channel that has pieces: reads what is wanted, in that order, and sends it. The next bytes are read and
// hashed while the ones before are on their way into the socket.

import { MmchatError } from '../../base/errors.ts';
import {
  encodePieceHead,
  encodeRefused,
  FetcherFrameDecoder,
  MAX_WAITING_RANGES,
  PIECE_HEAD_BYTES,
  type PieceRange,
} from '../../wire/bulk-frames.ts';
import { HASH_BYTES } from '../../wire/limits.ts';
import { HEADROOM_BYTES, type BufferPool, type PooledBuffer } from './buffer-pool.ts';
import type { Carrier } from './carrier.ts';
import type { ChannelEnd } from './channel.ts';
import type { PieceSupply } from './pieces.ts';
import { RangeQueue } from './range-queue.ts';

/** Small frames wait so long for bytes that they can travel with. */
const MAX_SMALL_BYTES = 1024;

export interface ServingEvents {
  sent(piece: number, hash: Uint8Array | undefined): void;
  /** The source or target can't be read. */
  failed(error: unknown): void;
}

export class ServingEnd implements ChannelEnd {
  readonly #carrier: Carrier;
  readonly #supply: PieceSupply;
  readonly #pool: BufferPool;
  readonly #events: ServingEvents;
  readonly #decoder = new FetcherFrameDecoder();
  readonly #queue = new RangeQueue();
  /** To be refused, before whatever is in the queue by now. */
  readonly #forgotten: PieceRange[] = [];
  /** Heads and hashes that go before the next bytes. */
  #small: Uint8Array[] = [];
  #smallBytes = 0;
  #buffersOut = 0;
  #onBuffer: (() => void) | undefined;
  #isSending = false;
  #isClosed = false;
  /** Bytes that the carrier took. */
  progress = 0;

  constructor(carrier: Carrier, supply: PieceSupply, pool: BufferPool, events: ServingEvents) {
    this.#carrier = carrier;
    this.#supply = supply;
    this.#pool = pool;
    this.#events = events;
  }

  get isWaiting(): boolean {
    return this.#buffersOut > 0;
  }

  /** @throws WireError when the other end does not keep to the rules */
  bytes(chunk: Uint8Array): void {
    for (const frame of this.#decoder.push(chunk)) {
      if (frame.kind === 'forget') this.#forgotten.push(...this.#queue.clear());
      else if (frame.first + frame.count > this.#supply.layout.count) throw wrong('pieces that there are not');
      else this.#queue.push(frame);
    }
    if (this.#queue.rangeCount + this.#forgotten.length > MAX_WAITING_RANGES) throw wrong('too much at once');
    void this.#send();
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#onBuffer?.();
    return Promise.resolve();
  }

  async #send(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      for (;;) {
        for (const range of this.#forgotten.splice(0)) this.#addSmall(encodeRefused(range));
        const piece = this.#queue.shift();
        if (piece === undefined || this.#isClosed) break;
        if (this.#supply.offers(piece)) await this.#sendPiece(piece);
        else this.#addSmall(encodeRefused({ first: piece, count: 1 }));
      }
      this.#flushSmall();
    } catch (error) {
      this.#events.failed(error);
    } finally {
      this.#isSending = false;
    }
  }

  async #sendPiece(piece: number): Promise<void> {
    const length = this.#supply.layout.lengthOf(piece);
    const reading = this.#supply.open(piece);
    this.#addSmall(encodePieceHead(piece, length));
    for (let offset = 0; offset < length;) {
      const buffer = await this.#buffer();
      if (buffer === undefined) return;
      const part = buffer.data.subarray(0, Math.min(buffer.data.length, length - offset));
      try {
        await reading.read(part, offset);
      } catch (error) {
        this.#giveBack(buffer);
        throw error;
      }
      offset += part.length;
      if (offset < length) this.#write(buffer, part.length);
      else {
        const hash = reading.end();
        this.#write(buffer, part.length, () => this.#events.sent(piece, hash));
        if (hash !== undefined) this.#addSmall(hash);
      }
    }
  }

  #write(buffer: PooledBuffer, length: number, sent?: () => void): void {
    if (this.#isClosed) {
      this.#giveBack(buffer);
      return;
    }
    let start = HEADROOM_BYTES - this.#smallBytes;
    const bytes = buffer.whole.subarray(start, HEADROOM_BYTES + length);
    for (const small of this.#takeSmall()) {
      buffer.whole.set(small, start);
      start += small.length;
    }
    this.#carrier.write(bytes, () => {
      this.progress += bytes.length;
      this.#giveBack(buffer);
      sent?.();
    });
  }

  #addSmall(bytes: Uint8Array): void {
    this.#small.push(bytes);
    this.#smallBytes += bytes.length;
    if (this.#smallBytes + PIECE_HEAD_BYTES + HASH_BYTES > MAX_SMALL_BYTES) this.#flushSmall();
  }

  #takeSmall(): Uint8Array[] {
    this.#smallBytes = 0;
    return this.#small.splice(0);
  }

  #flushSmall(): void {
    if (this.#smallBytes === 0 || this.#isClosed) return;
    this.#carrier.write(Buffer.concat(this.#takeSmall()), () => undefined);
  }

  /** Undefined when the channel was closed while waiting. */
  async #buffer(): Promise<PooledBuffer | undefined> {
    while (this.#buffersOut >= this.#pool.allowance && !this.#isClosed)
      await new Promise<void>((resolve) => (this.#onBuffer = resolve));
    if (this.#isClosed) return undefined;
    this.#buffersOut += 1;
    return this.#pool.take();
  }

  #giveBack(buffer: PooledBuffer): void {
    this.#buffersOut -= 1;
    this.#pool.give(buffer);
    this.#onBuffer?.();
  }
}

function wrong(what: string): MmchatError {
  return new MmchatError('bad-frame', `The other side asked for ${what}.`);
}
