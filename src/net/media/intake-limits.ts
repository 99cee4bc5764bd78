// How much of what comes for one session is looked at: deciding costs less than decrypting.

import type { Clock } from '../../base/clock.ts';
import { TokenBucket } from '../../base/token-bucket.ts';

/** Ten times what a call needs: 100 packets of sound a second, 600 of picture, and what belongs to them. */
const AUDIO_LIMITS = { perSecond: 2_000, burst: 2_000 } as const;
const VIDEO_LIMITS = { perSecond: 8_000, burst: 8_000 } as const;
/**
 * From addresses that never sent anything genuine: enough for a call whose other end moved. Of its own, so that strangers who
 * overheard an SSRC can't use up what belongs to the call.
 */
const UNPROVEN_LIMITS = { perSecond: 250, burst: 250 } as const;
const ANSWER_LIMITS = { perSecond: 100, burst: 100 } as const;

export class IntakeLimits {
  readonly #proven: TokenBucket;
  readonly #unproven: TokenBucket;
  readonly #answers: TokenBucket;
  #hasVideo = false;

  constructor(clock: Clock) {
    this.#proven = new TokenBucket(clock, AUDIO_LIMITS);
    this.#unproven = new TokenBucket(clock, UNPROVEN_LIMITS);
    this.#answers = new TokenBucket(clock, ANSWER_LIMITS);
  }

  mayTake(isProven: boolean): boolean {
    return (isProven ? this.#proven : this.#unproven).tryTake();
  }

  mayAnswer(): boolean {
    return this.#answers.tryTake();
  }

  /** A picture goes one way or the other: its packets, or the reports about them, are many. */
  videoFlows(): void {
    if (this.#hasVideo) return;
    this.#hasVideo = true;
    this.#proven.setLimits(VIDEO_LIMITS);
  }
}
