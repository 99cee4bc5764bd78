// Time that passes only when a test says so. `advance` runs what is due in order and lets promises settle in between, so
// that minutes of a whole LAN take milliseconds and come out the same each time.

import { setImmediate } from 'node:timers';
import type { Clock, Timer } from '../../src/base/clock.ts';

interface Due {
  atMs: number;
  readonly order: number;
  readonly periodMs?: number;
  readonly callback: () => void;
  cancelled: boolean;
}

export class VirtualClock implements Clock {
  #nowMs = 0;
  #wallOffsetMs = Date.UTC(2026, 0, 5, 9);
  #order = 0;
  /** A binary heap: the one that is due first is on top. */
  readonly #heap: Due[] = [];

  now(): number {
    return this.#nowMs + this.#wallOffsetMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  /** The wall clock jumps; what is measured stays true. */
  setWallClock(epochMs: number): void {
    this.#wallOffsetMs = epochMs - this.#nowMs;
  }

  after(delayMs: number, callback: () => void): Timer {
    return this.#add(Math.max(0, delayMs), callback);
  }

  every(periodMs: number, callback: () => void): Timer {
    return this.#add(periodMs, callback, periodMs);
  }

  /** Timers that wait. */
  get timerCount(): number {
    return this.#heap.filter(({ cancelled }) => !cancelled).length;
  }

  async advance(byMs: number): Promise<void> {
    const endMs = this.#nowMs + byMs;
    await settled();
    for (let due = this.#heap[0]; due !== undefined && due.atMs <= endMs; due = this.#heap[0]) {
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      if (this.#runDue()) await settled();
    }
    this.#nowMs = endMs;
  }

  /** All that is due at this very moment; says whether anything ran. */
  #runDue(): boolean {
    let ran = false;
    for (let due = this.#heap[0]; due !== undefined && due.atMs <= this.#nowMs; due = this.#heap[0]) {
      this.#pop();
      if (due.cancelled) continue;
      ran = true;
      if (due.periodMs !== undefined) {
        due.atMs += due.periodMs;
        this.#push(due);
      } else due.cancelled = true;
      due.callback();
    }
    return ran;
  }

  #add(delayMs: number, callback: () => void, periodMs?: number): Timer {
    const due: Due = {
      atMs: this.#nowMs + delayMs,
      order: this.#order++,
      callback,
      cancelled: false,
      ...(periodMs === undefined ? {} : { periodMs }),
    };
    this.#push(due);
    return { cancel: () => (due.cancelled = true) };
  }

  #push(due: Due): void {
    const heap = this.#heap;
    let index = heap.push(due) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isEarlier(due, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = due;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isEarlier(heap[child + 1]!, heap[child]!)) child++;
      if (!isEarlier(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
  }
}

function isEarlier(left: Due, right: Due): boolean {
  return left.atMs < right.atMs || (left.atMs === right.atMs && left.order < right.order);
}

/** Everything that promises still had to do is done. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The clock of one process on a machine: when it is killed, nothing of it ever runs again. */
export class ProcessClock implements Clock {
  readonly #base: Clock;
  readonly #timers = new Set<Timer>();
  #killed = false;
  /** How far this machine's wall clock is off. */
  readonly wallErrorMs: number;

  constructor(base: Clock, wallErrorMs = 0) {
    this.#base = base;
    this.wallErrorMs = wallErrorMs;
  }

  get timerCount(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#base.now() + this.wallErrorMs;
  }

  monotonicMs(): number {
    return this.#base.monotonicMs();
  }

  after(delayMs: number, callback: () => void): Timer {
    return this.#keep((timer) =>
      this.#base.after(delayMs, () => {
        this.#timers.delete(timer);
        callback();
      }),
    );
  }

  every(periodMs: number, callback: () => void): Timer {
    return this.#keep(() => this.#base.every(periodMs, callback));
  }

  kill(): void {
    this.#killed = true;
    for (const timer of this.#timers) timer.cancel();
  }

  #keep(begin: (timer: Timer) => Timer): Timer {
    if (this.#killed) return { cancel: () => undefined };
    const timer: Timer = {
      cancel: () => {
        this.#timers.delete(timer);
        inner.cancel();
      },
    };
    const inner = begin(timer);
    this.#timers.add(timer);
    return timer;
  }
}
