// What has come of one remote log in one conversation: which sequences, so that nothing counts twice and receipts are
// true. Gaps are possible as long as nobody fills them (entries sent before we were there).

/** `too-old`: so many gaps later that nobody knows any more whether it has come. */
export type Arrival = 'new' | 'duplicate' | 'fork' | 'broken-chain' | 'too-old';

/** Ids and hashes are kept for the newest so many; older duplicates are recognised by their range. */
export const REMEMBERED_ENTRIES = 256;
export const MAX_RANGES = 64;

interface Remembered {
  readonly id: string;
  readonly hash: string;
}

export class ReceivedLog {
  /** Ascending, apart from each other. */
  readonly #ranges: { first: number; last: number }[] = [];
  readonly #entries = new Map<number, Remembered>();
  /** Up to here ranges were given up. */
  #floor = 0;

  /** Looks at an entry without taking it in. `previous` is the hash of the one before it, as hex. */
  judge(sequence: number, id: string, previous: string): Arrival {
    const known = this.#entries.get(sequence);
    if (known !== undefined) return known.id === id ? 'duplicate' : 'fork';
    if (this.#rangeOf(sequence) !== undefined) return 'duplicate';
    if (sequence <= this.#floor) return 'too-old';
    const before = this.#entries.get(sequence - 1);
    if (before !== undefined && before.hash !== previous) return 'broken-chain';
    return 'new';
  }

  add(sequence: number, id: string, hash: string): void {
    this.#entries.set(sequence, { id, hash });
    if (this.#entries.size > REMEMBERED_ENTRIES) {
      const oldest = this.#entries.keys().next();
      if (oldest.done !== true) this.#entries.delete(oldest.value);
    }
    this.#addToRanges(sequence);
  }

  /** The unbroken range that ends highest: what a receipt can vouch for. */
  receiptRange(sequence: number): { first: number; last: number } {
    return this.#rangeOf(sequence) ?? { first: sequence, last: sequence };
  }

  #rangeOf(sequence: number): { first: number; last: number } | undefined {
    return this.#ranges.find(({ first, last }) => first <= sequence && sequence <= last);
  }

  #addToRanges(sequence: number): void {
    let index = this.#ranges.findIndex(({ last }) => last + 1 >= sequence);
    if (index < 0) index = this.#ranges.length;
    const at = this.#ranges[index];
    if (at === undefined || sequence < at.first - 1) this.#ranges.splice(index, 0, { first: sequence, last: sequence });
    else if (sequence === at.first - 1) at.first = sequence;
    else at.last = Math.max(at.last, sequence);
    const here = this.#ranges[index];
    const next = this.#ranges[index + 1];
    if (here !== undefined && next !== undefined && here.last + 1 === next.first) {
      here.last = next.last;
      this.#ranges.splice(index + 1, 1);
    }
    if (this.#ranges.length > MAX_RANGES) this.#floor = this.#ranges.shift()?.last ?? this.#floor;
  }
}
