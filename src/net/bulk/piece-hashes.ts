// The hashes of pieces, as far as they are known.

import { bytesEqual } from '../../base/bytes.ts';
import { HASH_BYTES } from '../../wire/limits.ts';

export class PieceHashes {
  readonly #hashes: Uint8Array;
  readonly #known: Uint8Array;

  constructor(count: number) {
    this.#hashes = new Uint8Array(count * HASH_BYTES);
    this.#known = new Uint8Array(count);
  }

  get(piece: number): Uint8Array | undefined {
    return this.#known[piece] === 1 ? this.#hashes.slice(piece * HASH_BYTES, (piece + 1) * HASH_BYTES) : undefined;
  }

  set(piece: number, hash: Uint8Array): void {
    this.#hashes.set(hash, piece * HASH_BYTES);
    this.#known[piece] = 1;
  }

  forget(piece: number): void {
    this.#known[piece] = 0;
  }

  /** Undefined when it isn't known. */
  matches(piece: number, hash: Uint8Array): boolean | undefined {
    const known = this.get(piece);
    return known === undefined ? undefined : bytesEqual(known, hash);
  }
}
