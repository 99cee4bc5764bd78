// A clock that stands still until a test moves it.

import type { Clock, Timer } from '../../src/base/clock.ts';

interface Due {
  atMs: number;
  readonly periodMs?: number;
  readonly callback: () => void;
}

export class ManualClock implements Clock {
  #nowMs = 1000;
  #asleepMs = 0;
  readonly #due = new Set<Due>();

  now(): number {
    return 1_700_000_000_000 + this.#nowMs + this.#asleepMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): Timer {
    return this.#add({ atMs: this.#nowMs + delayMs, callback });
  }

  every(periodMs: number, callback: () => void): Timer {
    return this.#add({ atMs: this.#nowMs + periodMs, periodMs, callback });
  }

  get timerCount(): number {
    return this.#due.size;
  }

  advance(byMs: number): void {
    const endMs = this.#nowMs + byMs;
    for (;;) {
      const [next] = [...this.#due].filter((due) => due.atMs <= endMs).sort((left, right) => left.atMs - right.atMs);
      if (next === undefined) break;
      this.#nowMs = next.atMs;
      if (next.periodMs === undefined) this.#due.delete(next);
      else next.atMs += next.periodMs;
      next.callback();
    }
    this.#nowMs = endMs;
  }

  /** Only the wall clock goes on, as on a machine that is suspended. */
  sleep(forMs: number): void {
    this.#asleepMs += forMs;
  }

  /** Time goes by in which nothing was called back, as in a process that was stopped; then everything due is, once. */
  stall(forMs: number): void {
    this.#nowMs += forMs;
    for (const due of this.#due) due.atMs = Math.max(due.atMs, this.#nowMs);
  }

  #add(due: Due): Timer {
    this.#due.add(due);
    return { cancel: () => this.#due.delete(due) };
  }
}
