// How many packets of discovery are looked at: a flood costs a bounded amount of work, whoever sends it.

import type { Clock } from '../base/clock.ts';
import { TokenBucket, type TokenBucketLimits } from '../base/token-bucket.ts';

/** Bursts fit fifty nodes that start together, also when all are on one machine. */
export const OVERALL_LIMITS: TokenBucketLimits = { perSecond: 200, burst: 400 };
export const SOURCE_LIMITS: TokenBucketLimits = { perSecond: 20, burst: 100 };
const SOURCES_KEPT = 256;

/** One bucket over all, one for each source address; of the sources the least recently seen is forgotten. */
export class SourceLimiter {
  readonly #clock: Clock;
  readonly #overall: TokenBucket;
  readonly #sources = new Map<string, TokenBucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#overall = new TokenBucket(clock, OVERALL_LIMITS);
  }

  allows(source: string): boolean {
    let bucket = this.#sources.get(source);
    if (bucket === undefined) bucket = new TokenBucket(this.#clock, SOURCE_LIMITS);
    else this.#sources.delete(source);
    this.#sources.set(source, bucket);
    if (this.#sources.size > SOURCES_KEPT) {
      const [oldest] = this.#sources.keys();
      if (oldest !== undefined) this.#sources.delete(oldest);
    }
    // The source's own bucket first: one that floods must not empty the common one.
    return bucket.tryTake() && this.#overall.tryTake();
  }

  get sourceCount(): number {
    return this.#sources.size;
  }
}
