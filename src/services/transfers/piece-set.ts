// Which pieces of a transfer somebody has: one bit a piece, the first one the highest of the first byte.

export class PieceSet {
  readonly size: number;
  readonly #bits: Uint8Array;
  #count = 0;

  constructor(size: number) {
    this.size = size;
    this.#bits = new Uint8Array(Math.ceil(size / 8));
  }

  static full(size: number): PieceSet {
    const set = new PieceSet(size);
    for (let piece = 0; piece < size; piece++) set.add(piece);
    return set;
  }

  /** What is beyond the last piece is not looked at; missing bytes are pieces that are not there. */
  static from(bits: Uint8Array, size: number): PieceSet {
    const set = new PieceSet(size);
    for (let piece = 0; piece < size; piece++)
      if (((bits[piece >> 3] ?? 0) & (0x80 >> (piece & 7))) !== 0) set.add(piece);
    return set;
  }

  get count(): number {
    return this.#count;
  }

  get isFull(): boolean {
    return this.#count === this.size;
  }

  has(piece: number): boolean {
    return ((this.#bits[piece >> 3] ?? 0) & (0x80 >> (piece & 7))) !== 0;
  }

  /** Whether it was new. Pieces that there are not are not added. */
  add(piece: number): boolean {
    if (piece < 0 || piece >= this.size || this.has(piece)) return false;
    this.#bits[piece >> 3] = (this.#bits[piece >> 3] ?? 0) | (0x80 >> (piece & 7));
    this.#count += 1;
    return true;
  }

  delete(piece: number): boolean {
    if (piece < 0 || piece >= this.size || !this.has(piece)) return false;
    this.#bits[piece >> 3] = (this.#bits[piece >> 3] ?? 0) & ~(0x80 >> (piece & 7));
    this.#count -= 1;
    return true;
  }

  /** How many are here and not in `other`, of the same size. */
  countWithout(other: PieceSet): number {
    let count = 0;
    for (let at = 0; at < this.#bits.length; at++)
      for (let rest = (this.#bits[at] ?? 0) & ~(other.#bits[at] ?? 0); rest !== 0; rest &= rest - 1) count += 1;
    return count;
  }

  /** A copy of the bits; nothing at all when there is nothing. */
  toBytes(): Uint8Array {
    return this.#count === 0 ? new Uint8Array(0) : this.#bits.slice();
  }

  /** The first piece from `start` on that is here (or, with `there: false`, that is not). */
  next(start: number, there = true): number | undefined {
    const skipped = there ? 0 : 0xff;
    for (let piece = Math.max(0, start); piece < this.size; piece++) {
      if ((piece & 7) === 0 && this.#bits[piece >> 3] === skipped) {
        piece += 7;
        continue;
      }
      if (this.has(piece) === there) return piece;
    }
    return undefined;
  }
}
