// The end of a channel that wants pieces: asks for them and takes them in. Bytes are copied once, into buffers that are
// hashed and written when they are full; while all are being written nothing is read from the other end.

import { WireError } from '../../base/errors.ts';
import {
  encodeForget,
  encodeRequest,
  MAX_WAITING_RANGES,
  SourceFrameDecoder,
  type PieceRange,
} from '../../wire/bulk-frames.ts';
import type { BufferPool, PooledBuffer } from './buffer-pool.ts';
import type { Carrier } from './carrier.ts';
import type { ChannelEnd } from './channel.ts';
import type { PieceIntake, PieceOutcome, PieceSink } from './pieces.ts';
import { RangeQueue } from './range-queue.ts';

/** What may still come after the carrier was told to pause. */
const MAX_STASH_BYTES = 4 * 1024 * 1024;

export interface FetchingEvents {
  ended(piece: number, bytes: number, outcome: PieceOutcome): void;
  /** The target can't be written. */
  failed(error: unknown): void;
  /** The other end does not keep to the rules. */
  broken(error: unknown): void;
}

interface Current {
  readonly piece: number;
  readonly length: number;
  readonly intake: PieceIntake;
  /** Bytes that were handed on to be written. */
  offset: number;
}

export class FetchingEnd implements ChannelEnd {
  readonly #carrier: Carrier;
  readonly #sink: PieceSink;
  readonly #pool: BufferPool;
  readonly #events: FetchingEvents;
  readonly #trusted: boolean;
  readonly #decoder: SourceFrameDecoder;
  /** Asked for, not answered yet; answers come in this order. */
  readonly #due = new RangeQueue();
  /** To be asked for when fewer are due. */
  readonly #wanted = new RangeQueue();
  #current: Current | undefined;
  #buffer: PooledBuffer | undefined;
  #filled = 0;
  #buffersOut = 0;
  /** Came while no buffer was free. */
  #stash: Uint8Array[] = [];
  #stashBytes = 0;
  /** Pieces that came, but are not all written yet. */
  readonly #ending = new Set<Promise<void>>();
  #isClosed = false;
  progress = 0;

  constructor(
    carrier: Carrier,
    sink: PieceSink,
    options: { readonly trusted: boolean },
    pool: BufferPool,
    events: FetchingEvents,
  ) {
    this.#carrier = carrier;
    this.#sink = sink;
    this.#pool = pool;
    this.#events = events;
    this.#trusted = options.trusted;
    this.#decoder = new SourceFrameDecoder(
      {
        piece: (piece, length) => this.#begin(piece, length),
        bytes: (bytes) => this.#take(bytes),
        pieceEnd: (hash) => this.#end(hash),
        refused: (range) => this.#refused(range),
      },
      { hashPieces: sink.layout.hashPieces },
    );
  }

  get isWaiting(): boolean {
    return (!this.#due.isEmpty || this.#current !== undefined) && this.#stash.length === 0;
  }

  /** @throws WireError for pieces that there are not */
  request(range: PieceRange): void {
    const { first, count } = range;
    if (
      !Number.isInteger(count) ||
      count < 1 ||
      !this.#sink.layout.has(first) ||
      !this.#sink.layout.has(first + count - 1)
    )
      throw new WireError('There are no such pieces.');
    this.#wanted.push(range);
    this.#ask();
  }

  /** What has not begun to come is not wanted any more. */
  forget(): void {
    if (!this.#due.isEmpty) this.#carrier.write(encodeForget(), () => undefined);
    for (const { first, count } of this.#wanted.clear())
      for (let piece = first; piece < first + count; piece++) this.#events.ended(piece, 0, { kind: 'refused' });
  }

  /** @throws WireError when the other end does not keep to the rules */
  bytes(chunk: Uint8Array): void {
    if (this.#isClosed) return;
    this.progress += chunk.length;
    if (this.#stash.length === 0) {
      const read = this.#decoder.push(chunk);
      if (read < chunk.length) this.#keep(chunk.subarray(read));
    } else this.#keep(chunk);
  }

  /** Resolves when whatever came whole is written and told. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stash = [];
    this.#current?.intake.abort();
    this.#current = undefined;
    if (this.#buffer !== undefined) this.#giveBack(this.#buffer);
    this.#buffer = undefined;
    await Promise.all(this.#ending);
  }

  #ask(): void {
    while (this.#due.rangeCount < MAX_WAITING_RANGES) {
      const range = this.#wanted.shiftRange();
      if (range === undefined) return;
      this.#due.push(range);
      this.#carrier.write(encodeRequest(range), () => undefined);
    }
  }

  #begin(piece: number, length: number): void {
    if (this.#due.shift() !== piece) throw new WireError('A piece came that nobody asked for.');
    if (length !== this.#sink.layout.lengthOf(piece)) throw new WireError('A piece came that has another length.');
    this.#current = { piece, length, intake: this.#sink.begin(piece), offset: 0 };
    this.#ask();
  }

  #refused({ first, count }: PieceRange): void {
    for (let piece = first; piece < first + count; piece++) {
      if (this.#due.shift() !== piece) throw new WireError('A piece was refused that nobody asked for.');
      this.#events.ended(piece, 0, { kind: 'refused' });
    }
    this.#ask();
  }

  #take(bytes: Uint8Array): number {
    let taken = 0;
    while (taken < bytes.length && this.#current !== undefined) {
      const buffer = this.#buffer ?? this.#freeBuffer();
      if (buffer === undefined) break;
      this.#buffer = buffer;
      const part = bytes.subarray(taken, taken + buffer.data.length - this.#filled);
      buffer.data.set(part, this.#filled);
      taken += part.length;
      this.#filled += part.length;
      const { offset, length } = this.#current;
      if (this.#filled === buffer.data.length || offset + this.#filled === length) this.#write(buffer, this.#current);
    }
    return taken;
  }

  #write(buffer: PooledBuffer, current: Current): void {
    const written = current.intake.write(buffer.data.subarray(0, this.#filled), current.offset);
    current.offset += this.#filled;
    this.#buffer = undefined;
    this.#filled = 0;
    written.then(
      () => {
        this.#giveBack(buffer);
        this.#readStash();
      },
      (error: unknown) => {
        this.#giveBack(buffer);
        if (!this.#isClosed) this.#events.failed(error);
      },
    );
  }

  #end(hash: Uint8Array | undefined): void {
    const current = this.#current;
    if (current === undefined) return;
    this.#current = undefined;
    const { piece, length, intake } = current;
    const ended = intake
      .end(hash, { trusted: this.#trusted })
      .then(
        (outcome) => this.#events.ended(piece, length, outcome),
        // The write has told why.
        () => undefined,
      )
      .finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
  }

  #keep(bytes: Uint8Array): void {
    this.#stash.push(bytes.slice());
    this.#stashBytes += bytes.length;
    if (this.#stashBytes > MAX_STASH_BYTES) throw new WireError('More came than was asked for.');
    this.#carrier.pause();
  }

  #readStash(): void {
    if (this.#stash.length === 0 || this.#isClosed) return;
    try {
      while (this.#stash.length > 0) {
        const [chunk = new Uint8Array(0)] = this.#stash;
        const read = this.#decoder.push(chunk);
        this.#stashBytes -= read;
        if (read < chunk.length) {
          this.#stash[0] = chunk.subarray(read);
          return;
        }
        this.#stash.shift();
      }
      this.#carrier.resume();
    } catch (error) {
      this.#events.broken(error);
    }
  }

  #freeBuffer(): PooledBuffer | undefined {
    if (this.#buffersOut >= this.#pool.allowance) return undefined;
    this.#buffersOut += 1;
    return this.#pool.take();
  }

  #giveBack(buffer: PooledBuffer): void {
    this.#buffersOut -= 1;
    this.#pool.give(buffer);
  }
}
