// How loud it is, from 0 to 1 as meters show it: 60 decibels from silence to full.

import { energyOf } from './loudness.ts';

const RANGE_DB = 60;

/** The level of some samples: their effective value, on a logarithmic scale. */
export function levelOf(samples: Float32Array): number {
  return levelOfPower(energyOf(samples), samples.length);
}

/** Sums up frames; `read` gives the level since the last reading. */
export class LevelMeter {
  #sum = 0;
  #count = 0;

  push(frame: Float32Array): void {
    this.#sum += energyOf(frame);
    this.#count += frame.length;
  }

  read(): number {
    const level = levelOfPower(this.#sum, this.#count);
    this.#sum = 0;
    this.#count = 0;
    return level;
  }
}

function levelOfPower(sum: number, count: number): number {
  if (count === 0 || !(sum > 0)) return 0;
  // A sine of full amplitude counts as full: its power is one half.
  const decibels = 10 * Math.log10((2 * sum) / count);
  return Math.max(0, Math.min(1, 1 + decibels / RANGE_DB));
}
