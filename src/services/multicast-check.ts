// Looks now and then whether multicast gets through: with people linked for a while, some mDNS packet must have come.

import type { Clock, Timer } from '../base/clock.ts';
import type { DiscoveryReport } from '../contracts/discovery.ts';

const CHECK_EVERY_MS = 2_500;
/** A node that hears nobody asks every ten seconds or so: by then somebody who is linked has answered. */
const PATIENCE_MS = 15_000;

export interface MulticastCheckParts {
  readonly clock: Clock;
  readonly report: () => DiscoveryReport;
  readonly linkCount: () => number;
  readonly onBlocked: () => void;
}

export class MulticastCheck {
  readonly #parts: MulticastCheckParts;
  #timer: Timer | undefined;
  #linkedSinceMs: number | undefined;

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
    const { clock, report, linkCount, onBlocked } = this.#parts;
    if (report().mdnsHeard > 0) {
      this.stop();
    } else if (linkCount() === 0) {
      this.#linkedSinceMs = undefined;
    } else {
      const nowMs = clock.monotonicMs();
      this.#linkedSinceMs ??= nowMs;
      if (nowMs - this.#linkedSinceMs < PATIENCE_MS) return;
      this.stop();
      onBlocked();
    }
  }
}
