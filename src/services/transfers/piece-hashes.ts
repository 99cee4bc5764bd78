// The hashes of the pieces of one transfer, as far as they are known, and telling them to others in few messages.

import { concatBytes } from '../../base/bytes.ts';
import { HASH_BYTES, MAX_PIECE_HASHES } from '../../wire/limits.ts';
import { PieceSet } from './piece-set.ts';

export class PieceHashes {
  readonly known: PieceSet;
  readonly #hashes: Uint8Array;

  constructor(pieceCount: number) {
    this.known = new PieceSet(pieceCount);
    this.#hashes = new Uint8Array(pieceCount * HASH_BYTES);
  }

  /** Whether it was new. */
  set(piece: number, hash: Uint8Array): boolean {
    if (hash.length !== HASH_BYTES || piece >= this.known.size) return false;
    this.#hashes.set(hash, piece * HASH_BYTES);
    return this.known.add(piece);
  }

  /** Takes hashes of pieces from `first` on. */
  setAll(first: number, hashes: Uint8Array): void {
    for (let at = 0; at * HASH_BYTES < hashes.length; at++)
      this.set(first + at, hashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));
  }

  /** One after the other; only what is known counts. */
  get bytes(): Uint8Array {
    return this.#hashes;
  }

  /** Those of `pieces` that are known, in messages of runs. */
  *runs(pieces: PieceSet = this.known): Iterable<{ first: number; hashes: Uint8Array }> {
    let first: number | undefined;
    let parts: Uint8Array[] = [];
    for (let piece = pieces.next(0); piece !== undefined; piece = pieces.next(piece + 1)) {
      if (!this.known.has(piece)) continue;
      const isNext = first !== undefined && first + parts.length === piece && parts.length < MAX_PIECE_HASHES;
      if (!isNext) {
        if (first !== undefined) yield { first, hashes: concatBytes(...parts) };
        first = piece;
        parts = [];
      }
      parts.push(this.#hashes.subarray(piece * HASH_BYTES, (piece + 1) * HASH_BYTES));
    }
    if (first !== undefined) yield { first, hashes: concatBytes(...parts) };
  }
}
