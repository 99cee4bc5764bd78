// The resampler for a signal that comes bit by bit and has no end: what was needed is forgotten.

import { Resampler } from './resampler.ts';

export class StreamResampler {
  readonly #resampler: Resampler;
  /** Samples from `#first` on. */
  #input: Float32Array;
  #first = 0;
  #length = 0;
  #next = 0;

  constructor(fromHz: number, toHz: number) {
    this.#resampler = new Resampler(fromHz, toHz);
    // What lies before the beginning is silence.
    const { first, count } = this.#resampler.inputRange(0, 1);
    this.#first = first;
    this.#length = -first;
    this.#input = new Float32Array(4 * count);
  }

  push(samples: Float32Array): void {
    const needed = this.#length + samples.length;
    if (needed > this.#input.length) {
      const larger = new Float32Array(2 * needed);
      larger.set(this.#input.subarray(0, this.#length));
      this.#input = larger;
    }
    this.#input.set(samples, this.#length);
    this.#length = needed;
  }

  /** The next `count` samples; undefined while too few have come. */
  pull(count: number): Float32Array | undefined {
    const range = this.#resampler.inputRange(this.#next, count);
    const from = range.first - this.#first;
    if (from + range.count > this.#length) return undefined;
    const output = this.#resampler.resample(this.#input.subarray(from, from + range.count), this.#next, count);
    this.#next += count;
    const kept = this.#resampler.inputRange(this.#next, 1).first - this.#first;
    this.#input.copyWithin(0, kept, this.#length);
    this.#length -= kept;
    this.#first += kept;
    return output;
  }

  /** What was not pulled is forgotten: the next sample is the first of something new. */
  restart(): void {
    const { first } = this.#resampler.inputRange(0, 1);
    this.#input.fill(0);
    this.#first = first;
    this.#length = -first;
    this.#next = 0;
  }
}
