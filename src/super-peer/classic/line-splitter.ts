// Cuts a stream of bytes into lines, wherever it was cut before. Lines are pulled, so that whoever handles them can stop
// between two of them; unfinished ones grow within a common budget.

import type { Counters } from './counters.ts';
import type { ClassicLimits } from './limits.ts';
import type { MemoryBudget } from './memory-budget.ts';

const LINE_FEED = 0x0a;
const NOTHING = Buffer.alloc(0);
const FIRST_CAPACITY = 1_024;

export interface LineSplitterParts {
  readonly limits: ClassicLimits;
  readonly budget: MemoryBudget;
  readonly counters: Counters;
}

/** A line (it may still have its end); or `undefined` when more bytes are needed; or 'no-memory': ask again when the budget has some. */
export type NextLine = Buffer | undefined | 'no-memory';

export class LineSplitter {
  readonly #parts: LineSplitterParts;
  /** What was pushed and not looked at. Never kept longer than until the reader is resumed. */
  #chunks: Buffer[] = [];
  #at = 0;
  #partial = NOTHING;
  #partialLength = 0;
  /** The line in `#partial` was given out and is now used up. */
  #given = false;
  #skipping = false;

  constructor(parts: LineSplitterParts) {
    this.#parts = parts;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  /** Whether an unfinished line takes memory of the common budget. */
  get takesBudget(): boolean {
    return this.#charged > 0;
  }

  /** The line is valid until the next call. */
  next(): NextLine {
    if (this.#given) this.#forget();
    for (let chunk = this.#chunks[0]; chunk !== undefined; chunk = this.#chunks[0]) {
      const end = chunk.indexOf(LINE_FEED, this.#at);
      if (this.#at === 0 && end === chunk.length - 1 && this.#partialLength === 0 && !this.#skipping) {
        // What people type comes like this.
        this.#chunks.shift();
        if (chunk.length <= this.#parts.limits.lineBytes) return chunk;
        this.#parts.counters.add('skipped-too-long');
        continue;
      }
      const piece = chunk.subarray(this.#at, end === -1 ? chunk.length : end);
      if (end !== -1 && this.#partialLength === 0 && !this.#skipping) {
        this.#at = end + 1;
        if (piece.length <= this.#parts.limits.lineBytes) return piece;
        this.#parts.counters.add('skipped-too-long');
        continue;
      }
      if (!this.#append(piece)) return 'no-memory';
      if (end === -1) {
        this.#chunks.shift();
        this.#at = 0;
        continue;
      }
      this.#at = end + 1;
      if (this.#skipping) {
        this.#skipping = false;
        continue;
      }
      this.#given = true;
      return this.#partial.subarray(0, this.#partialLength);
    }
    return undefined;
  }

  /** Gives up the unfinished line: the rest of it is skipped when it comes. */
  abandon(): void {
    if (this.#partialLength === 0 || this.#given) return;
    this.#skipping = true;
    this.#parts.counters.add('skipped-abandoned');
    this.#forget();
  }

  /** Gives back all memory. */
  close(): void {
    this.#chunks = [];
    this.#at = 0;
    this.#forget();
  }

  #append(piece: Buffer): boolean {
    if (this.#skipping || piece.length === 0) return true;
    const length = this.#partialLength + piece.length;
    if (length > this.#parts.limits.lineBytes) {
      this.#skipping = true;
      this.#parts.counters.add('skipped-too-long');
      this.#forget();
      return true;
    }
    if (length > this.#partial.length && !this.#grow(length)) return false;
    piece.copy(this.#partial, this.#partialLength);
    this.#partialLength = length;
    return true;
  }

  /** Copied into one block, whatever the pieces: a block for every byte of a slow sender would take a hundred times as much. */
  #grow(length: number): boolean {
    const { lineBytes } = this.#parts.limits;
    const capacity = Math.min(lineBytes, Math.max(length, 2 * this.#partial.length, FIRST_CAPACITY));
    const more = this.#cost(capacity) - this.#charged;
    if (more > 0 && !this.#parts.budget.tryTake(more, this)) return false;
    const grown = Buffer.allocUnsafeSlow(capacity);
    this.#partial.copy(grown, 0, 0, this.#partialLength);
    this.#partial = grown;
    return true;
  }

  get #charged(): number {
    return this.#cost(this.#partial.length);
  }

  #cost(capacity: number): number {
    return Math.max(0, capacity - this.#parts.limits.freeInputBytes);
  }

  #forget(): void {
    const charged = this.#charged;
    this.#given = false;
    this.#partialLength = 0;
    // A small block is kept: the next line will be cut as well.
    if (charged > 0 || this.#chunks.length === 0) this.#partial = NOTHING;
    if (charged > 0) this.#parts.budget.release(charged, this);
  }
}
