// How fast bytes come, over the last seconds.

import type { Clock } from '../../base/clock.ts';

const WINDOW_MS = 3_000;

export class RateMeter {
  readonly #clock: Clock;
  readonly #samples: { atMs: number; bytes: number }[] = [];
  #sum = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(bytes: number): void {
    this.#samples.push({ atMs: this.#clock.monotonicMs(), bytes });
    this.#sum += bytes;
    this.#forgetOld();
  }

  get bytesPerSecond(): number {
    this.#forgetOld();
    const first = this.#samples[0];
    if (first === undefined) return 0;
    // What came first took its time before it was counted: it stands for the beginning, not for a share.
    const spanMs = Math.max(250, this.#clock.monotonicMs() - first.atMs);
    return Math.round(((this.#sum - (this.#samples.length > 1 ? first.bytes : 0)) / spanMs) * 1_000);
  }

  #forgetOld(): void {
    const oldestMs = this.#clock.monotonicMs() - WINDOW_MS;
    for (let first = this.#samples[0]; first !== undefined && first.atMs < oldestMs; first = this.#samples[0]) {
      this.#sum -= first.bytes;
      this.#samples.shift();
    }
  }
}
