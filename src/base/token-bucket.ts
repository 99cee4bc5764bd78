// A token bucket: so many a second on average, so many at once (as in RFC 2697, one colour).

import type { Clock } from './clock.ts';

export interface TokenBucketLimits {
  perSecond: number;
  burst: number;
}

export class TokenBucket {
  readonly #clock: Clock;
  #limits: TokenBucketLimits;
  #tokens: number;
  #filledAtMs: number;

  constructor(clock: Clock, limits: TokenBucketLimits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#tokens = limits.burst;
    this.#filledAtMs = clock.monotonicMs();
  }

  setLimits(limits: TokenBucketLimits): void {
    this.#fill();
    this.#limits = limits;
  }

  /** Takes `count` tokens if they are there. */
  tryTake(count = 1): boolean {
    this.#fill();
    if (this.#tokens < count) return false;
    this.#tokens -= count;
    return true;
  }

  /**
   * Takes `count` tokens even if that makes a debt, and says how many milliseconds to wait until the debt is paid:
   * for callers that slow the sender down instead of dropping.
   */
  takeWithDebt(count = 1): number {
    this.#fill();
    this.#tokens -= count;
    return this.#tokens >= 0 ? 0 : (-this.#tokens / this.#limits.perSecond) * 1000;
  }

  #fill(): void {
    const nowMs = this.#clock.monotonicMs();
    const earned = ((nowMs - this.#filledAtMs) / 1000) * this.#limits.perSecond;
    this.#tokens = Math.min(this.#limits.burst, this.#tokens + earned);
    this.#filledAtMs = nowMs;
  }
}
