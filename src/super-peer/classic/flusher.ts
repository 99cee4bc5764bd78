// When outboxes are written: a few at once, so that nothing waits; many at the end of the turn, so that everything that
// the same turn still brings goes with them; what is not urgent a little later. Also knows which receivers take nothing.

import type { Clock, Timer } from '../../base/clock.ts';

/** An outbox. */
export interface Flushable {
  /** Since when its socket takes nothing; undefined: it does. */
  readonly stuckSinceMs: number | undefined;
  flush(): void;
  giveUp(): void;
}

const FEW = 8;
/** Nobody sees that somebody joined a tenth of a second ago; in a crowd of a thousand it saves most of the writing. */
const LATER_MS = 100;

export class Flusher {
  readonly #clock: Clock;
  readonly #stuck = new Set<Flushable>();
  #dirty: Flushable[] = [];
  #soon: NodeJS.Immediate | undefined;
  #waiting: Flushable[] = [];
  #later: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  nowMs(): number {
    return this.#clock.monotonicMs();
  }

  add(outbox: Flushable): void {
    this.#dirty.push(outbox);
  }

  /** What is not urgent waits here, unless something urgent takes it along. */
  addLater(outbox: Flushable): void {
    this.#waiting.push(outbox);
    this.#later ??= this.#clock.after(LATER_MS, () => {
      this.#later = undefined;
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const one of waiting) one.flush();
    });
  }

  stop(): void {
    this.#later?.cancel();
    this.#later = undefined;
  }

  /** Called when a piece of work is done. */
  settle(): void {
    if (this.#dirty.length === 0) return;
    if (this.#dirty.length <= FEW && this.#soon === undefined) this.flush();
    else this.#soon ??= setImmediate(() => this.flush());
  }

  flush(): void {
    if (this.#soon !== undefined) clearImmediate(this.#soon);
    this.#soon = undefined;
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const outbox of dirty) outbox.flush();
  }

  addStuck(outbox: Flushable): void {
    this.#stuck.add(outbox);
  }

  removeStuck(outbox: Flushable): void {
    this.#stuck.delete(outbox);
  }

  /** Those that have taken nothing for so long. */
  stuckFor(ms: number): readonly Flushable[] {
    const limit = this.nowMs() - ms;
    return [...this.#stuck].filter(({ stuckSinceMs }) => stuckSinceMs !== undefined && stuckSinceMs <= limit);
  }
}
