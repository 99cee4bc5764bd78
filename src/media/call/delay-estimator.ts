// How long frames must wait so that nearly all of them are there when their turn comes: from how unevenly they arrive.

const WINDOW_FRAMES = 400;
/** How much of what arrived must have been in time. */
const SHARE_IN_TIME = 0.97;
const MARGIN_MS = 1;
/**
 * After a late frame the wait grows at once, but no further than this above what is usual: what stood still once, here
 * or there, is played late once. What comes again is usual soon.
 */
const MOST_AT_ONCE_MS = 8;
/** Back it goes by this part of the way with each frame: 1 s. */
const SHRINK = 0.01;
const FRAMES_BETWEEN_SORTS = 10;

export const TARGET_DELAY_MS = { least: 2, start: 3, most: 400 } as const;

/** All times in milliseconds: `mediaMs` on the sender's clock, `arrivalMs` on ours. Only their differences count. */
export class DelayEstimator {
  readonly #transits = new Float64Array(WINDOW_FRAMES);
  #count = 0;
  #next = 0;
  #shortest = Infinity;
  #usual = 0;
  #target: number = TARGET_DELAY_MS.start;

  /** For each frame when it arrives for the first time, in whatever form. */
  push(mediaMs: number, arrivalMs: number): void {
    const transit = arrivalMs - mediaMs;
    // After a pause, or on another way: what was before says nothing.
    if (this.#count > 0 && transit - this.#shortest > 2 * TARGET_DELAY_MS.most) this.reset();
    this.#transits[this.#next] = transit;
    this.#next = (this.#next + 1) % WINDOW_FRAMES;
    this.#count = Math.min(this.#count + 1, WINDOW_FRAMES);
    this.#shortest = Math.min(this.#shortest, transit);
    if (this.#next % FRAMES_BETWEEN_SORTS === 0) this.#sort();

    const wanted = Math.max(TARGET_DELAY_MS.least, this.#usual + MARGIN_MS);
    const needed = Math.min(wanted + MOST_AT_ONCE_MS, TARGET_DELAY_MS.most, transit - this.#shortest + MARGIN_MS);
    if (needed > this.#target) this.#target = needed;
    else if (wanted < this.#target) this.#target += (wanted - this.#target) * SHRINK;
  }

  /** Of the quickest frame of the last seconds: what the network can't do without, and the difference of the clocks. */
  get shortestTransitMs(): number {
    return this.#shortest;
  }

  /** How much longer than the quickest a frame should be able to take. */
  get targetMs(): number {
    return this.#target;
  }

  /** Forgets what was measured, not what it led to. */
  reset(): void {
    this.#count = 0;
    this.#next = 0;
    this.#shortest = Infinity;
    this.#usual = 0;
  }

  #sort(): void {
    const sorted = this.#transits.slice(0, this.#count).sort();
    this.#shortest = sorted[0] ?? Infinity;
    const inTime = sorted[Math.floor(SHARE_IN_TIME * (this.#count - 1))] ?? this.#shortest;
    this.#usual = Math.min(TARGET_DELAY_MS.most, inTime - this.#shortest);
  }
}
