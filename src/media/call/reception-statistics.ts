// How a stream arrives, in the numbers of a report block (RFC 3550, 6.4.1; computed as in A.1, A.3 and A.8).

import type { ReportBlock } from '../../wire/media/rtcp.ts';
import { SAMPLES_PER_MS } from '../audio-format.ts';

/** A sequence number this far ahead is a new count: believed when the next one follows on it. */
const MOST_DROPOUT = 3_000;
const MOST_MISORDER = 100;
/** The field has 24 bits, one of them for the sign. */
const CUMULATIVE = { least: -0x80_0000, most: 0x7f_ffff } as const;

/** What is left of a report block are names and times of senders. */
export type Reception = Pick<ReportBlock, 'fractionLost' | 'cumulativeLost' | 'highestSequence' | 'jitter'>;

export class ReceptionStatistics {
  readonly #samplesPerMs: number;
  #base: number | undefined;
  #highest = 0;
  #wraps = 0;
  #received = 0;
  /** Where a count that started anew would go on. */
  #awaited: number | undefined;
  #lastTransit: number | undefined;
  #jitter = 0;
  #before = { expected: 0, lost: 0 };

  constructor(samplesPerMs = SAMPLES_PER_MS) {
    this.#samplesPerMs = samplesPerMs;
  }

  receive({ sequence, timestamp }: { readonly sequence: number; readonly timestamp: number }, arrivalMs: number): void {
    if (!this.#count(sequence & 0xffff)) return;
    this.#received++;
    this.#measure(timestamp, arrivalMs);
  }

  /**
   * Undefined as long as nothing came. The share of losses begins anew with each call: for one per report.
   *
   * @param awaited packets that are missing but have been asked for: they count as lost when they did not come
   */
  report(awaited = 0): Reception | undefined {
    if (this.#base === undefined) return undefined;
    const expected = this.expected;
    const expectedNow = expected - this.#before.expected;
    const lost = this.lost - awaited;
    const lostNow = lost - this.#before.lost;
    this.#before = { expected, lost };
    return {
      fractionLost: lostNow <= 0 || expectedNow <= 0 ? 0 : Math.min(255, Math.floor((lostNow * 256) / expectedNow)),
      cumulativeLost: Math.max(CUMULATIVE.least, Math.min(CUMULATIVE.most, this.lost)),
      highestSequence: (this.#wraps * 65_536 + this.#highest) >>> 0,
      jitter: Math.round(this.#jitter),
    };
  }

  get expected(): number {
    return this.#base === undefined ? 0 : this.#wraps * 65_536 + this.#highest - this.#base + 1;
  }

  get received(): number {
    return this.#received;
  }

  get lost(): number {
    return this.expected - this.#received;
  }

  get jitterMs(): number {
    return this.#jitter / this.#samplesPerMs;
  }

  #count(sequence: number): boolean {
    if (this.#base === undefined) {
      this.#begin(sequence);
      return true;
    }
    const ahead = (sequence - this.#highest) & 0xffff;
    if (ahead < MOST_DROPOUT) {
      if (sequence < this.#highest) this.#wraps++;
      this.#highest = sequence;
    } else if (ahead <= 65_536 - MOST_MISORDER) {
      if (this.#awaited !== sequence) {
        this.#awaited = (sequence + 1) & 0xffff;
        return false;
      }
      this.#begin(sequence);
    }
    this.#awaited = undefined;
    return true;
  }

  #begin(sequence: number): void {
    this.#base = sequence;
    this.#highest = sequence;
    this.#wraps = 0;
    this.#received = 0;
    this.#awaited = undefined;
    this.#lastTransit = undefined;
    this.#before = { expected: 0, lost: 0 };
  }

  #measure(timestamp: number, arrivalMs: number): void {
    const transit = (Math.round(arrivalMs * this.#samplesPerMs) - timestamp) | 0;
    if (this.#lastTransit !== undefined) {
      // Both wrap at 32 bits; their difference doesn't.
      const change = Math.abs((transit - this.#lastTransit) | 0);
      this.#jitter += (change - this.#jitter) / 16;
    }
    this.#lastTransit = transit;
  }
}
