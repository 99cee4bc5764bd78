// Which of the last packet indices were received already (RFC 3711, 3.3.2).

export type ReplayVerdict = 'new' | 'replayed' | 'too-old';

/** A ring of bits: index i has bit i modulo size. Nothing is copied when it moves. */
export class ReplayWindow {
  readonly #size: number;
  readonly #bits: Uint32Array;
  #highest = -1;

  /** @param size a multiple of 32 */
  constructor(size: number) {
    this.#size = size;
    this.#bits = new Uint32Array(size / 32);
  }

  /** -1 before the first. */
  get highest(): number {
    return this.#highest;
  }

  check(index: number): ReplayVerdict {
    if (index > this.#highest) return 'new';
    if (index <= this.#highest - this.#size || index < 0) return 'too-old';
    const bit = index % this.#size;
    return ((this.#bits[bit >>> 5] ?? 0) & (1 << (bit & 31))) === 0 ? 'new' : 'replayed';
  }

  /** Only for an index that is `new` and whose packet was found genuine. */
  mark(index: number): void {
    if (index > this.#highest) {
      if (index - this.#highest >= this.#size) this.#bits.fill(0);
      else for (let passed = this.#highest + 1; passed < index; passed++) this.#clear(passed % this.#size);
      this.#highest = index;
    }
    const bit = index % this.#size;
    this.#bits[bit >>> 5] = (this.#bits[bit >>> 5] ?? 0) | (1 << (bit & 31));
  }

  #clear(bit: number): void {
    this.#bits[bit >>> 5] = (this.#bits[bit >>> 5] ?? 0) & ~(1 << (bit & 31));
  }
}
