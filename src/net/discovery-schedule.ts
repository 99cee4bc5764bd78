// When something is sent: a few times right after a start or a change, then now and then with jitter.

import type { Clock, Timer } from '../base/clock.ts';
import type { Random } from '../base/random.ts';

export interface BurstScheduleParts {
  readonly clock: Clock;
  readonly random: Random;
  /** Since `restart`, ascending; 0 = at once, within `restart`. */
  readonly burstMs: readonly number[];
  /** Between the later ones; asked before each. */
  readonly periodMs: () => number;
  readonly run: () => void;
}

/** Share of the period by which it is lengthened or shortened, so that nodes started together drift apart. */
const JITTER = 0.2;

export class BurstSchedule {
  readonly #parts: BurstScheduleParts;
  #timer: Timer | undefined;

  constructor(parts: BurstScheduleParts) {
    this.#parts = parts;
  }

  /** Begins anew with the burst. */
  restart(): void {
    this.stop();
    this.#step(0, 0);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #step(index: number, passedMs: number): void {
    const nextMs = this.#parts.burstMs[index];
    if (nextMs === undefined) {
      this.#later();
    } else if (nextMs <= passedMs) {
      // In this order, so that `run` may stop or restart the schedule.
      this.#step(index + 1, passedMs);
      this.#parts.run();
    } else {
      this.#timer = this.#parts.clock.after(nextMs - passedMs, () => this.#step(index, nextMs));
    }
  }

  #later(): void {
    const factor = 1 + JITTER * (2 * this.#parts.random.fraction() - 1);
    this.#timer = this.#parts.clock.after(this.#parts.periodMs() * factor, () => {
      this.#later();
      this.#parts.run();
    });
  }
}
