// How much to send, from what the other side reports: losses are met with copies first, growing delay with fewer bits.

import { MAX_OLDER_FRAMES } from '../../wire/media/red.ts';

/**
 * Headers of a packet (IP, UDP, RTP, SRTP) are 45 kbit/s at 100 packets a second: below the least, sound gets worse and
 * the network hardly notices.
 */
export const BITS_PER_SECOND = { least: 16_000, start: 48_000, most: 64_000 } as const;

export interface SendingRate {
  readonly bitsPerSecond: number;
  /** Frames before that travel along. */
  readonly copies: number;
  /** From 0 to 1. */
  readonly expectedLoss: number;
}

export interface ReceiverReport {
  /** From 0 to 1, since the report before. */
  readonly fractionLost: number;
  /** Undefined: not known (yet). */
  readonly roundTripMs?: number;
}

/** More than this share of losses asks for one copy, for two. */
const COPIES_FROM = [0.005, 0.08] as const;
/** They go again when losses stay below a third of that, for so many reports. */
const REPORTS_UNTIL_FEWER_COPIES = 10;
const REPORTS_UNTIL_GROWTH = 4;
const GROWTH_BITS_PER_SECOND = 4_000;
/** A queue is growing on the way when a round trip takes this much longer than the quickest. */
const QUEUE_MS = 60;
const SHRINK = 0.8;
/** Losses this high are a queue that is full, copies or not. */
const OVERLOAD = 0.35;
const SMOOTHING = 0.3;

export class RateControl {
  #bitsPerSecond: number = BITS_PER_SECOND.start;
  #copies = 0;
  #loss = 0;
  #quickestMs = Infinity;
  #calmReports = 0;
  #reportsWithFewLosses = 0;

  /** For each report of the receiver. */
  report({ fractionLost, roundTripMs }: ReceiverReport): SendingRate {
    const lost = Number.isFinite(fractionLost) ? Math.max(0, Math.min(1, fractionLost)) : 0;
    // Bad news at once, good news slowly.
    this.#loss = lost > this.#loss ? (lost + this.#loss) / 2 : this.#loss + (lost - this.#loss) * SMOOTHING;
    this.#setCopies(lost);
    this.#setBits(lost, roundTripMs);
    return this.rate;
  }

  get rate(): SendingRate {
    return { bitsPerSecond: this.#bitsPerSecond, copies: this.#copies, expectedLoss: this.#loss };
  }

  #setCopies(lost: number): void {
    const asked = COPIES_FROM.filter((least) => lost > least).length;
    if (asked > this.#copies) this.#copies = Math.min(MAX_OLDER_FRAMES, asked);
    const fewest = (COPIES_FROM[this.#copies - 1] ?? 0) / 3;
    this.#reportsWithFewLosses = this.#copies > 0 && this.#loss < fewest ? this.#reportsWithFewLosses + 1 : 0;
    if (this.#reportsWithFewLosses < REPORTS_UNTIL_FEWER_COPIES) return;
    this.#copies--;
    this.#reportsWithFewLosses = 0;
  }

  #setBits(lost: number, roundTripMs: number | undefined): void {
    if (this.#isQueueing(roundTripMs) || lost > OVERLOAD) {
      this.#calmReports = 0;
      this.#bitsPerSecond = Math.max(BITS_PER_SECOND.least, Math.round(this.#bitsPerSecond * SHRINK));
      return;
    }
    this.#calmReports++;
    if (this.#calmReports < REPORTS_UNTIL_GROWTH) return;
    this.#calmReports = 0;
    this.#bitsPerSecond = Math.min(BITS_PER_SECOND.most, this.#bitsPerSecond + GROWTH_BITS_PER_SECOND);
  }

  #isQueueing(roundTripMs: number | undefined): boolean {
    if (roundTripMs === undefined || !Number.isFinite(roundTripMs) || roundTripMs < 0) return false;
    // The way may have become longer for good: the quickest is forgotten little by little.
    this.#quickestMs = Math.min(roundTripMs, this.#quickestMs * 1.02 + 0.1);
    return roundTripMs > this.#quickestMs + QUEUE_MS;
  }
}
