// SHA-256 of a run of bytes whose pieces mostly, but not always, come in order: what was not seen in order is read.

import { createHash, type Hash } from 'node:crypto';

export interface PieceOfRun {
  readonly hash: Hash;
  /** Of the end of the piece. */
  readonly end: number;
  /** Which run it continues: there is another one after a change. */
  readonly run: number;
}

/** Reads bytes of the run; `buffer` is filled. */
export type ReadRun = (buffer: Uint8Array, position: number) => Promise<void>;

export class RunHash {
  #hash = createHash('sha256');
  #position = 0;
  #run = 0;

  /** So many bytes from the beginning are hashed. */
  get position(): number {
    return this.#position;
  }

  /** For a piece that begins where the hash ends: takes its bytes, and counts only when it is given back. */
  pieceAt(start: number, length: number): PieceOfRun | undefined {
    return start === this.#position ? { hash: this.#hash.copy(), end: start + length, run: this.#run } : undefined;
  }

  /** All bytes of the piece went into it. */
  add(piece: PieceOfRun): void {
    if (piece.run !== this.#run || piece.end <= this.#position) return;
    this.#hash = piece.hash;
    this.#position = piece.end;
  }

  /** Bytes from `position` on are other ones now. */
  changedAt(position: number): void {
    if (position < this.#position) this.reset();
  }

  reset(): void {
    this.#hash = createHash('sha256');
    this.#position = 0;
    this.#run += 1;
  }

  /** Of the whole run; reads what is missing at its end. */
  async digest(length: number, buffer: Uint8Array, read: ReadRun): Promise<Uint8Array> {
    const hash = this.#hash.copy();
    const run = this.#run;
    for (let position = this.#position; position < length;) {
      const part = buffer.subarray(0, Math.min(buffer.length, length - position));
      await read(part, position);
      hash.update(part);
      position += part.length;
    }
    this.add({ hash, end: length, run });
    return new Uint8Array(hash.copy().digest());
  }
}
