// Looks now and then whether multicast gets through: with people linked, some mDNS packet of theirs must have come.

import type { Clock, Timer } from '../base/clock.ts';
import type { DiscoveryReport } from '../contracts/discovery.ts';

/** Honest mDNS answers within a second or two; whoever was just linked by hand gets the time to be heard. */
const CHECK_EVERY_MS = 10_000;

export interface MulticastCheckParts {
  readonly clock: Clock;
  readonly report: () => DiscoveryReport;
  readonly linkCount: () => number;
  readonly onBlocked: () => void;
}

export class MulticastCheck {
  readonly #parts: MulticastCheckParts;
  #timer: Timer | undefined;

  constructor(parts: MulticastCheckParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer ??= this.#parts.clock.every(CHECK_EVERY_MS, () => this.#check());
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** There is one verdict in a run. */
  #check(): void {
    const heard = this.#parts.report().mdnsHeard > 0;
    if (!heard && this.#parts.linkCount() === 0) return;
    this.stop();
    if (!heard) this.#parts.onBlocked();
  }
}
