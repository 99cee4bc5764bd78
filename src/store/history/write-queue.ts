// Writes that wait for the worker: whatever gathered while it writes is its next transaction.

import type { Call } from './verbs.ts';

/** Entries in one transaction: some tens of milliseconds, so that questions get their turn in between. */
export const BATCH_ENTRIES = 512;

export interface NumberedCall {
  readonly id: number;
  readonly call: Call;
}

export class WriteQueue {
  #waiting: NumberedCall[] = [];
  readonly #underWay = new Set<number>();

  add(call: NumberedCall): void {
    this.#waiting.push(call);
  }

  /** The calls that go together now: none while others are under way. */
  next(): readonly NumberedCall[] {
    if (this.#underWay.size > 0) return [];
    let entries = 0;
    let count = 0;
    for (const { call } of this.#waiting) {
      entries += weightOf(call);
      if (count > 0 && entries > BATCH_ENTRIES) break;
      count++;
    }
    const calls = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    for (const { id } of calls) this.#underWay.add(id);
    return calls;
  }

  answered(id: number): void {
    this.#underWay.delete(id);
  }
}

function weightOf({ args: [first] }: Call): number {
  return Array.isArray(first) ? Math.max(1, first.length) : 1;
}
