// Which packets did not come, when to ask for them, and when to stop.

import { MAX_NACK_SEQUENCES } from '../../wire/media/nack.ts';

/** Packets overtake each other by this much: nobody is asked before. */
const REORDER_MS = 4;
const MOST_ASKED = 4;
/** Sequence numbers are unwrapped here. A larger gap is an outage: a key frame is cheaper. */
export const MOST_MISSING = MAX_NACK_SEQUENCES;

interface Missing {
  readonly sinceMs: number;
  askedMs: number;
  asked: number;
}

export class MissingPackets {
  readonly #missing = new Map<number, Missing>();
  #highest: number | undefined;
  #recovered = 0;

  get size(): number {
    return this.#missing.size;
  }

  /** Those that came after they had been asked for. */
  get recovered(): number {
    return this.#recovered;
  }

  receive(sequence: number, nowMs: number): void {
    if ((this.#missing.get(sequence)?.asked ?? 0) > 0) this.#recovered++;
    this.#missing.delete(sequence);
    const first = (this.#highest ?? sequence - 1) + 1;
    if (sequence < first) return;
    this.#highest = sequence;
    if (sequence - first > MOST_MISSING) {
      this.#missing.clear();
      return;
    }
    for (let lost = first; lost < sequence; lost++)
      this.#missing.set(lost, { sinceMs: nowMs, askedMs: -Infinity, asked: 0 });
    for (const oldest of this.#missing.keys()) {
      if (this.#missing.size <= MOST_MISSING) break;
      this.#missing.delete(oldest);
    }
  }

  /** The one behind all that came was sent as well, it seems. */
  suspectNext(nowMs: number): void {
    if (this.#highest === undefined) return;
    this.#highest++;
    this.#missing.set(this.#highest, { sinceMs: nowMs - REORDER_MS, askedMs: -Infinity, asked: 0 });
  }

  /** Older ones are of no use any more. */
  forgetBefore(sequence: number): void {
    for (const lost of this.#missing.keys()) if (lost < sequence) this.#missing.delete(lost);
  }

  /** 16 bits each, ascending. */
  toAsk(nowMs: number, againAfterMs: number): number[] {
    const sequences: number[] = [];
    for (const [sequence, missing] of this.#missing) {
      if (nowMs - missing.sinceMs < REORDER_MS || nowMs - missing.askedMs < againAfterMs) continue;
      if (missing.asked >= MOST_ASKED) continue;
      missing.askedMs = nowMs;
      missing.asked++;
      sequences.push(sequence & 0xffff);
    }
    return sequences;
  }

  /** Forgets those that were awaited for longer. Whether there were any. */
  giveUp(nowMs: number, afterMs: number): boolean {
    const before = this.#missing.size;
    for (const [sequence, { sinceMs }] of this.#missing) if (nowMs - sinceMs > afterMs) this.#missing.delete(sequence);
    return this.#missing.size < before;
  }
}
