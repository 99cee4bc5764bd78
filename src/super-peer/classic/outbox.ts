// What waits to be written to one socket: batched, in order, and never more than is bounded. Senders whose words wait
// here because this receiver is slow are held responsible, so that they can be slowed down.

import type { Socket } from 'node:net';
import type { Counters } from './counters.ts';
import type { Flushable, Flusher } from './flusher.ts';
import type { ClassicLimits } from './limits.ts';
import type { MemoryBudget } from './memory-budget.ts';

/** Who is slowed down when what they send piles up. */
export interface Sender {
  /** `bytes` more (or fewer, below zero) of this one wait in queues of slow receivers. */
  hold(bytes: number): void;
}

/** Something to write. One for all receivers: it is made once. */
export interface Piece {
  /** ASCII as a string, or bytes. */
  readonly data: string | Buffer;
  readonly sender?: Sender;
  /** The socket has taken all of it, or never will. */
  readonly written?: (taken: boolean) => void;
  /** In how many queues of slow receivers it waits: its memory is counted once. */
  holders?: number;
}

/** Why a receiver is not served any more. */
export type GiveUpReason = 'closed-output-limit' | 'closed-stuck';

export interface OutboxParts {
  readonly limits: ClassicLimits;
  readonly counters: Counters;
  readonly flusher: Flusher;
  /** For what waits for slow receivers. */
  readonly budget: MemoryBudget;
}

/** At once to the system: small enough that a slow receiver shows that it takes something. */
const BATCH_BYTES = 64 * 1024;
const NO_BYTES = Buffer.alloc(0);

/** A piece for which its sender is held responsible. A class of its own, since most pieces need no wrapping. */
class Held {
  readonly piece: Piece;

  constructor(piece: Piece) {
    this.piece = piece;
  }
}

export class Outbox implements Flushable {
  readonly #socket: Socket;
  readonly #parts: OutboxParts;
  readonly #onGivenUp: (reason: GiveUpReason) => void;
  #onEmpty: (() => void) | undefined;
  /** What is there when only one small piece is: nearly always so, and a queue for it would cost more than writing it. */
  #single: Piece | undefined;
  #queue: (Piece | Held)[] = [];
  #head = 0;
  /** Of the first entry so much is written. */
  #offset = 0;
  /** Entries before this index are written once the socket has taken its batch. */
  #batchEnd = 0;
  #queuedBytes = 0;
  #batchBytes = 0;
  #dirty = false;
  /** For something not urgent. */
  #waiting = false;
  #closed = false;
  /** The socket has not taken the last batch since then; undefined: it has. */
  #stuckSinceMs: number | undefined;

  constructor(socket: Socket, parts: OutboxParts, onGivenUp: (reason: GiveUpReason) => void) {
    this.#socket = socket;
    this.#parts = parts;
    this.#onGivenUp = onGivenUp;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  get stuckSinceMs(): number | undefined {
    return this.#stuckSinceMs;
  }

  /** @param urgent otherwise it may wait a little, so that more goes with it; the order stays */
  push(piece: Piece, urgent = true): void {
    if (this.#closed) {
      piece.written?.(false);
      return;
    }
    const bytes = piece.data.length;
    this.#queuedBytes += bytes;
    if (this.#queuedBytes > this.#parts.limits.freeOutputBytes) {
      this.#hold(piece);
      this.#enqueue(new Held(piece));
    } else if (this.#queuedBytes === bytes && bytes <= BATCH_BYTES) this.#single = piece;
    else this.#enqueue(piece);
    if (this.#queuedBytes > this.#parts.limits.guestOutputBytes) {
      this.#onGivenUp('closed-output-limit');
      return;
    }
    if (this.#dirty || this.#stuckSinceMs !== undefined) return;
    if (urgent) {
      this.#dirty = true;
      this.#parts.flusher.add(this);
    } else if (!this.#waiting) {
      this.#waiting = true;
      this.#parts.flusher.addLater(this);
    }
  }

  /** Hands to the system what it takes now. */
  flush(): void {
    this.#dirty = false;
    this.#waiting = false;
    if (this.#single !== undefined) this.#writeSingle(this.#single);
    while (this.#head < this.#queue.length && this.#stuckSinceMs === undefined) {
      if (this.#closed || !this.#socket.writable) return;
      const batch = this.#nextBatch();
      this.#parts.counters.add('bytes-out', this.#batchBytes);
      if (typeof batch === 'string') this.#socket.write(batch, 'latin1');
      else this.#socket.write(batch);
      if (this.#socket.writableLength === 0) this.#onTaken();
      else this.#awaitDrain();
    }
  }

  #writeSingle(piece: Piece): void {
    const { data } = piece;
    if (this.#closed || !this.#socket.writable) return;
    this.#parts.counters.add('bytes-out', data.length);
    if (typeof data === 'string') this.#socket.write(data, 'latin1');
    else this.#socket.write(data);
    this.#single = undefined;
    if (this.#socket.writableLength === 0) {
      this.#queuedBytes -= data.length;
      piece.written?.(true);
      this.#onEmpty?.();
      return;
    }
    this.#queue.push(piece);
    this.#batchEnd = 1;
    this.#batchBytes = data.length;
    this.#awaitDrain();
  }

  #enqueue(entry: Piece | Held): void {
    if (this.#single !== undefined) {
      this.#queue.push(this.#single);
      this.#single = undefined;
    }
    this.#queue.push(entry);
  }

  #awaitDrain(): void {
    this.#stuckSinceMs = this.#parts.flusher.nowMs();
    this.#parts.flusher.addStuck(this);
    // An empty write behind it: called back when everything before has been taken.
    this.#socket.write(NO_BYTES, (error) => {
      if (error === null || error === undefined) this.#onDrained();
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#parts.flusher.removeStuck(this);
    const left = this.#queue.slice(this.#head);
    if (this.#single !== undefined) left.push(this.#single);
    this.#single = undefined;
    this.#queue = [];
    this.#head = 0;
    this.#queuedBytes = 0;
    for (const entry of left) this.#done(entry, false);
  }

  /** It has taken nothing for too long. */
  giveUp(): void {
    this.#onGivenUp('closed-stuck');
  }

  /** Calls back when everything has been taken; nothing may be pushed any more. */
  whenEmpty(callback: () => void): void {
    if (this.#queuedBytes === 0) callback();
    else this.#onEmpty = callback;
  }

  /** Strings become one, and a piece that is larger than a batch is cut. */
  #nextBatch(): string | Buffer {
    const first = this.#queue[this.#head];
    if (first === undefined) throw new RangeError('nothing to write');
    const data = dataOf(first);
    if (data.length - this.#offset > BATCH_BYTES || typeof data !== 'string') {
      const start = this.#offset;
      const end = Math.min(data.length, start + BATCH_BYTES);
      this.#batchBytes = end - start;
      this.#offset = end === data.length ? 0 : end;
      this.#batchEnd = this.#head + (end === data.length ? 1 : 0);
      if (typeof data === 'string') return data.slice(start, end);
      return data.subarray(start, end);
    }
    let batch = this.#offset === 0 ? data : data.slice(this.#offset);
    this.#offset = 0;
    let index = this.#head + 1;
    for (; index < this.#queue.length; index++) {
      const next = this.#queue[index];
      const more = next === undefined ? undefined : dataOf(next);
      if (typeof more !== 'string' || batch.length + more.length > BATCH_BYTES) break;
      batch += more;
    }
    this.#batchEnd = index;
    this.#batchBytes = batch.length;
    return batch;
  }

  #onTaken(): void {
    this.#queuedBytes -= this.#batchBytes;
    const from = this.#head;
    const to = this.#batchEnd;
    this.#head = to;
    for (let index = from; index < to; index++) {
      const entry = this.#queue[index];
      if (entry !== undefined) this.#done(entry, true);
    }
    if (this.#head === this.#queue.length) {
      this.#queue.length = 0;
      this.#head = 0;
      this.#batchEnd = 0;
      this.#onEmpty?.();
    } else if (this.#head > 1_024 && this.#head > this.#queue.length / 2) {
      this.#queue = this.#queue.slice(this.#head);
      this.#batchEnd -= this.#head;
      this.#head = 0;
    }
  }

  #onDrained(): void {
    if (this.#closed) return;
    this.#stuckSinceMs = undefined;
    this.#parts.flusher.removeStuck(this);
    this.#onTaken();
    this.flush();
  }

  #done(entry: Piece | Held, taken: boolean): void {
    const piece = entry instanceof Held ? entry.piece : entry;
    if (entry instanceof Held) this.#release(piece);
    piece.written?.(taken);
  }

  #hold(piece: Piece): void {
    const bytes = piece.data.length;
    piece.holders = (piece.holders ?? 0) + 1;
    if (piece.holders === 1) this.#parts.budget.take(bytes);
    piece.sender?.hold(bytes);
  }

  #release(piece: Piece): void {
    const bytes = piece.data.length;
    piece.holders = (piece.holders ?? 1) - 1;
    if (piece.holders === 0) this.#parts.budget.release(bytes);
    piece.sender?.hold(-bytes);
  }
}

function dataOf(entry: Piece | Held): string | Buffer {
  return entry instanceof Held ? entry.piece.data : entry.data;
}
