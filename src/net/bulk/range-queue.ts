// Pieces in the order in which they were asked for, kept as ranges.

import type { PieceRange } from '../../wire/bulk-frames.ts';

export class RangeQueue {
  #ranges: { first: number; count: number }[] = [];

  get rangeCount(): number {
    return this.#ranges.length;
  }

  get isEmpty(): boolean {
    return this.#ranges.length === 0;
  }

  push({ first, count }: PieceRange): void {
    const last = this.#ranges.at(-1);
    if (last !== undefined && last.first + last.count === first) last.count += count;
    else this.#ranges.push({ first, count });
  }

  peek(): number | undefined {
    return this.#ranges[0]?.first;
  }

  shift(): number | undefined {
    const [range] = this.#ranges;
    if (range === undefined) return undefined;
    const { first } = range;
    range.first += 1;
    range.count -= 1;
    if (range.count === 0) this.#ranges.shift();
    return first;
  }

  /** The next range, whole. */
  shiftRange(): PieceRange | undefined {
    return this.#ranges.shift();
  }

  /** All of them; none are left. */
  clear(): PieceRange[] {
    return this.#ranges.splice(0);
  }
}
