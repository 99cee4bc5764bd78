// Makes sound a little longer or shorter without a step: two clocks that differ by up to a thousandth hear each other
// without the buffer between them running full or empty. A cubic curve through four samples, read at a rate near one.

import { BLOCK_SAMPLES, FRAME_SAMPLES } from '../audio-format.ts';

/** The rate may change by this much from block to block: the ear hears no bend. */
const MOST_RATE_CHANGE = 10e-6;
/** Three samples around the point that is read have to be kept. */
const HISTORY_SAMPLES = 3;
const MOST_WAITING_SAMPLES = 4 * FRAME_SAMPLES;

export class DriftCorrector {
  readonly #samples = new Float32Array(MOST_WAITING_SAMPLES + HISTORY_SAMPLES);
  #filled = HISTORY_SAMPLES;
  /** Where the next sample is read, from 1: one before and two after are needed. */
  #read = 1;
  #rate = 1;
  #wantedRate = 1;

  /** Samples in for one sample out, at the moment. */
  get rate(): number {
    return this.#rate;
  }

  /** What is in it and not yet read. */
  get waitingSamples(): number {
    return this.#filled - (HISTORY_SAMPLES - 1) - this.#read;
  }

  /** Reached slowly. */
  set wantedRate(rate: number) {
    this.#wantedRate = rate;
  }

  /** Whether `read` has to be fed first. */
  get isHungry(): boolean {
    const rate = this.#nextRate();
    return Math.floor(this.#read + (BLOCK_SAMPLES - 1) * rate) + 2 >= this.#filled;
  }

  /** Forgets what is in it; so many samples of silence come first. */
  restart(silentSamples: number): void {
    this.#samples.fill(0);
    this.#read = 1;
    this.#filled = HISTORY_SAMPLES + silentSamples;
  }

  push(samples: Float32Array): void {
    const fitting = Math.min(samples.length, this.#samples.length - this.#filled);
    this.#samples.set(samples.subarray(0, fitting), this.#filled);
    this.#filled += fitting;
  }

  /** The next block; what is missing at its end is silence. Catmull and Rom's spline. */
  read(): Float32Array {
    const rate = this.#nextRate();
    const samples = this.#samples;
    const block = new Float32Array(BLOCK_SAMPLES);
    let at = this.#read;
    for (let index = 0; index < BLOCK_SAMPLES; index++) {
      const whole = Math.floor(at);
      const part = at - whole;
      at += rate;
      const here = samples[whole] ?? 0;
      if (part === 0) {
        block[index] = here;
        continue;
      }
      const before = samples[whole - 1] ?? 0;
      const next = samples[whole + 1] ?? 0;
      const after = samples[whole + 2] ?? 0;
      const first = next - before;
      const second = 2 * before - 5 * here + 4 * next - after;
      const third = 3 * (here - next) + after - before;
      block[index] = here + 0.5 * part * (first + part * (second + part * third));
    }
    this.#rate = rate;
    this.#read = at;
    this.#compact();
    return block;
  }

  #nextRate(): number {
    const change = this.#wantedRate - this.#rate;
    return this.#rate + Math.max(-MOST_RATE_CHANGE, Math.min(MOST_RATE_CHANGE, change));
  }

  #compact(): void {
    const gone = Math.max(0, Math.min(Math.floor(this.#read), this.#filled - (HISTORY_SAMPLES - 1)) - 1);
    this.#samples.copyWithin(0, gone, this.#filled);
    this.#samples.fill(0, this.#filled - gone, this.#filled);
    this.#filled -= gone;
    this.#read -= gone;
  }
}
