// Bytes in any chunks -> lines of text, with a bound on what a line may be.

import { Buffer } from 'node:buffer';

/** Longest request line, in bytes: the longest text of a message fits several times, however it is escaped. */
export const LINE_LIMIT = 1024 * 1024;

/** A line, or why there is none. */
export type SplitLine = { readonly text: string } | { readonly problem: 'too-long' | 'not-utf8' };

const LF = 0x0a;

export class LineSplitter {
  readonly #limit: number;
  // Grows by doubling: a line that comes byte by byte costs neither a million small buffers nor quadratic copying.
  #buffer = Buffer.alloc(0);
  #length = 0;
  #skipping = false;

  constructor(limit: number = LINE_LIMIT) {
    this.#limit = limit;
  }

  /** The lines that this chunk completes, one after another; take all of them before the next push. */
  *push(chunk: Uint8Array): Generator<SplitLine> {
    let start = 0;
    while (start < chunk.length) {
      const end = chunk.indexOf(LF, start);
      const piece = chunk.subarray(start, end < 0 ? chunk.length : end);
      start += piece.length + 1;
      if (!this.#skipping && this.#length + piece.length > this.#limit) {
        this.#skipping = true;
        this.#length = 0;
        this.#buffer = Buffer.alloc(0);
        yield { problem: 'too-long' };
      }
      if (!this.#skipping) this.#append(piece);
      if (end < 0) return;
      if (this.#skipping) this.#skipping = false;
      else yield this.#take();
    }
  }

  /** What stands after the last line end. */
  *end(): Generator<SplitLine> {
    if (this.#length > 0) yield this.#take();
    this.#skipping = false;
  }

  #append(piece: Uint8Array): void {
    const needed = this.#length + piece.length;
    if (needed > this.#buffer.length) {
      const grown = Buffer.allocUnsafe(Math.min(Math.max(needed, this.#buffer.length * 2, 256), this.#limit));
      this.#buffer.copy(grown, 0, 0, this.#length);
      this.#buffer = grown;
    }
    this.#buffer.set(piece, this.#length);
    this.#length = needed;
  }

  #take(): SplitLine {
    const bytes = this.#buffer.subarray(0, this.#length);
    this.#length = 0;
    try {
      // A byte order mark at the start is dropped by the decoder; a CR at the end is white space to JSON.
      const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
      return { text: text.endsWith('\r') ? text.slice(0, -1) : text };
    } catch {
      return { problem: 'not-utf8' };
    } finally {
      // One long line must not hold its memory for the rest of the session.
      if (this.#buffer.length > 65_536) this.#buffer = Buffer.alloc(0);
    }
  }
}
