// Numbers that wrap (16-bit sequence numbers, 32-bit timestamps) become numbers that grow.

/**
 * Reads each number as the one nearest to the highest so far. The first stays as it is; numbers that are older than the
 * first can be negative.
 */
export class SequenceUnwrapper {
  readonly #span: number;
  #highest: number | undefined;

  constructor(bits: 16 | 32) {
    this.#span = 2 ** bits;
  }

  /** The highest number so far. */
  get highest(): number | undefined {
    return this.#highest;
  }

  /** What `value` would be read as; remembers nothing. */
  peek(value: number): number {
    if (this.#highest === undefined) return value;
    const forward = modulo(value - this.#highest, this.#span);
    return this.#highest + (forward < this.#span / 2 ? forward : forward - this.#span);
  }

  unwrap(value: number): number {
    const unwrapped = this.peek(value);
    if (this.#highest === undefined || unwrapped > this.#highest) this.#highest = unwrapped;
    return unwrapped;
  }
}

function modulo(value: number, span: number): number {
  return ((value % span) + span) % span;
}
