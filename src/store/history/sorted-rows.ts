// Rows in an order of their own, found by halving.

import type { EntryRow } from './tables.ts';

export class SortedRows {
  readonly #rows: EntryRow[] = [];
  readonly #compare: (left: EntryRow, right: EntryRow) => number;

  constructor(compare: (left: EntryRow, right: EntryRow) => number) {
    this.#compare = compare;
  }

  static of(compare: (left: EntryRow, right: EntryRow) => number, rows: readonly EntryRow[]): SortedRows {
    const sorted = new SortedRows(compare);
    for (const row of rows) sorted.add(row);
    return sorted;
  }

  all(): readonly EntryRow[] {
    return this.#rows;
  }

  add(row: EntryRow): void {
    this.#rows.splice(
      this.#indexWhere((other) => this.#compare(other, row) > 0),
      0,
      row,
    );
  }

  delete(row: EntryRow): void {
    const index = this.#indexWhere((other) => this.#compare(other, row) >= 0);
    if (this.#rows[index] === row) this.#rows.splice(index, 1);
  }

  /** Those from the first one on of which this holds; it must hold for all after it. */
  *from(holds: (row: EntryRow) => boolean): Iterable<EntryRow> {
    for (let index = this.#indexWhere(holds); ; index++) {
      const row = this.#rows[index];
      if (row === undefined) return;
      yield row;
    }
  }

  /** The last ones before those of which this holds, last one first. */
  lastBefore(holds: (row: EntryRow) => boolean, limit: number): EntryRow[] {
    const end = this.#indexWhere(holds);
    return this.#rows.slice(Math.max(0, end - limit), end).reverse();
  }

  #indexWhere(holds: (row: EntryRow) => boolean): number {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const row = this.#rows[middle];
      if (row === undefined || holds(row)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
