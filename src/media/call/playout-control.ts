// Keeps what waits at what is needed: says how fast to play, and when one frame too many may go.

import { BLOCK_MS, BLOCK_SAMPLES, FRAME_MS } from '../audio-format.ts';

/** Only what waited at every one of so many pulls was never needed. */
const WINDOW_PULLS = 25;
/** Frames are fetched at pulls, which come every 5 ms: the wait can't be set finer than that, and that much is borne. */
const TOO_MUCH_MS = BLOCK_MS;
/**
 * The band is that wide and lies so much below: clocks that differ go on running apart while it is noticed (a window)
 * and the rate is reached. A frame at its lower edge still has most of the target's own margin.
 */
const EARLIER_MS = 0.25;
/** Then a whole frame goes in a silence. */
const FRAME_TOO_MUCH_MS = FRAME_MS;
/** Then one goes even when somebody talks. */
const FAR_TOO_MUCH_MS = 2.5 * FRAME_MS;

/** What should be left of the last frame when the next is fetched: every sample more is delay. */
export const SPARE_SAMPLES = 48;
const RATE_PER_SPARE_SAMPLE = 1e-3 / 96;
const MOST_STEADY_RATE = 2_000e-6;
/** As long as it takes to make the wait a block longer or shorter: a sender with another clock must be met that much earlier. */
const LEAD_MS = 2_500;
/** More would make every wait too long. */
const MOST_LEAD_MS = 1;
const DRIFT_SMOOTHING = 0.0025;
/** A tenth of a semitone. */
const MOST_RATE = 5_000e-6;
const RATE_PER_MS = 100e-6;

export type Excess = 'none' | 'some' | 'much';

export class PlayoutControl {
  readonly #waits = new Float64Array(WINDOW_PULLS);
  #count = 0;
  /** The rate at which nothing changes. */
  #driftRate = 1;

  /** For each frame that was there when it was fetched: how long the quickest frame would have waited by then. */
  push(waitMs: number): void {
    this.#waits[this.#count % WINDOW_PULLS] = waitMs;
    this.#count++;
  }

  /** One frame was left out: all of them would have waited that much less. */
  shorten(): void {
    for (let index = 0; index < WINDOW_PULLS; index++) this.#waits[index] = (this.#waits[index] ?? 0) - FRAME_MS;
  }

  /** What was waited before says nothing any more. */
  reset(): void {
    this.#count = 0;
  }

  /** The least of the last pulls; undefined after a start. */
  get leastWaitMs(): number | undefined {
    if (this.#count === 0) return undefined;
    let least = Infinity;
    for (let index = 0; index < Math.min(this.#count, WINDOW_PULLS); index++)
      least = Math.min(least, this.#waits[index] ?? 0);
    return least;
  }

  /** Samples in for one out, from block to block. */
  rate(targetMs: number, spareSamples: number): number {
    const overMs = this.#overMs(targetMs);
    if (overMs !== undefined && overMs < -EARLIER_MS)
      return 1 - Math.min(MOST_RATE, MOST_STEADY_RATE - (overMs + EARLIER_MS) * RATE_PER_MS);
    const tooMuchMs = TOO_MUCH_MS - EARLIER_MS - Math.min(MOST_LEAD_MS, Math.max(0, this.#driftRate - 1) * LEAD_MS);
    if (overMs !== undefined && overMs > tooMuchMs && this.#count >= WINDOW_PULLS)
      return 1 + Math.min(MOST_RATE, MOST_STEADY_RATE + (overMs - tooMuchMs) * RATE_PER_MS);
    const steady = (Math.min(spareSamples, BLOCK_SAMPLES) - SPARE_SAMPLES) * RATE_PER_SPARE_SAMPLE;
    const rate = 1 + Math.max(-MOST_STEADY_RATE, Math.min(MOST_STEADY_RATE, steady));
    this.#driftRate += (rate - this.#driftRate) * DRIFT_SMOOTHING;
    return rate;
  }

  excess(targetMs: number): Excess {
    const overMs = this.#overMs(targetMs);
    if (overMs === undefined || this.#count < WINDOW_PULLS || overMs <= FRAME_TOO_MUCH_MS) return 'none';
    return overMs > FAR_TOO_MUCH_MS ? 'much' : 'some';
  }

  #overMs(targetMs: number): number | undefined {
    const leastMs = this.leastWaitMs;
    return leastMs === undefined ? undefined : leastMs - targetMs - Math.max(0, 1 - this.#driftRate) * LEAD_MS;
  }
}
