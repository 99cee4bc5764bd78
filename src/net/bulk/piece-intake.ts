// One piece on its way to the disk.

import type { Hash } from 'node:crypto';
import type { PieceIntake, PieceOutcome } from './pieces.ts';

export interface Ending {
  /** All bytes of it were written. */
  readonly isWhole: boolean;
  readonly hash: Hash | undefined;
  readonly claimed: Uint8Array | undefined;
  readonly trusted: boolean;
}

interface IntakeParts {
  readonly hash: Hash | undefined;
  /** Whoever wrote to the same place before. */
  readonly before: Promise<void>;
  write(bytes: Uint8Array, offset: number): Promise<void>;
  /** All of it came. */
  whole(): void;
  /** All of it is written, or some of it won't be. */
  end(ending: Ending): PieceOutcome;
}

export class Intake implements PieceIntake {
  readonly #parts: IntakeParts;
  readonly #writes = new Set<Promise<void>>();
  #isAborted = false;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  async write(bytes: Uint8Array, offset: number): Promise<void> {
    if (this.#isAborted) return;
    this.#parts.hash?.update(bytes);
    const written = this.#writeAfter(bytes, offset);
    this.#writes.add(written);
    try {
      await written;
    } finally {
      this.#writes.delete(written);
    }
  }

  async end(claimed: Uint8Array | undefined, { trusted }: { readonly trusted: boolean }): Promise<PieceOutcome> {
    if (!this.#isAborted) this.#parts.whole();
    await Promise.all(this.#writes);
    return this.#parts.end({ isWhole: !this.#isAborted, hash: this.#parts.hash, claimed, trusted });
  }

  abort(): void {
    this.#isAborted = true;
  }

  /** Nothing of it is being written any more. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#writes, this.#parts.before]);
  }

  async #writeAfter(bytes: Uint8Array, offset: number): Promise<void> {
    await this.#parts.before;
    if (!this.#isAborted) await this.#parts.write(bytes, offset);
  }
}
