// The list of names for everybody after a join or leave. Where these are apart, one for each; in a crowd they are merged,
// since n lists of n names for n guests would be what nobody can carry.

import type { Clock, Timer } from '../../base/clock.ts';
import { TokenBucket } from '../../base/token-bucket.ts';
import type { Counters } from './counters.ts';
import type { Flusher } from './flusher.ts';
import type { ClassicLimits } from './limits.ts';
import type { NameTable } from './name-table.ts';
import type { Piece } from './outbox.ts';

/** A crowd that is still coming is waited for. */
const CALM_MS = 300;

export interface ListAnnouncerParts {
  readonly clock: Clock;
  readonly limits: ClassicLimits;
  readonly names: NameTable;
  readonly counters: Counters;
  readonly flusher: Flusher;
}

export class ListAnnouncer {
  readonly #parts: ListAnnouncerParts;
  /** Of bytes to all guests together: few guests always have their list at once, whatever they do. */
  readonly #bytes: TokenBucket;
  #timer: Timer | undefined;
  #changedAtMs = 0;

  constructor(parts: ListAnnouncerParts) {
    this.#parts = parts;
    const { listBurstBytes, listBytesPerSecond } = parts.limits;
    this.#bytes = new TokenBucket(parts.clock, { perSecond: listBytesPerSecond, burst: listBurstBytes });
  }

  /** The list is another one now. */
  changed(): void {
    const { clock, limits, counters } = this.#parts;
    this.#changedAtMs = clock.monotonicMs();
    if (this.#timer !== undefined) {
      counters.add('lists-merged');
      return;
    }
    const waitMs = Math.min(this.#bytes.takeWithDebt(0), limits.listMs);
    if (waitMs === 0) {
      this.#send();
      return;
    }
    this.#sendAfter(waitMs, this.#changedAtMs + limits.listMs);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #sendAfter(waitMs: number, latestMs: number): void {
    const { clock, flusher } = this.#parts;
    this.#timer = clock.after(waitMs, () => {
      const nowMs = clock.monotonicMs();
      const calmInMs = Math.min(this.#changedAtMs + CALM_MS, latestMs) - nowMs;
      if (calmInMs > 0) return this.#sendAfter(calmInMs, latestMs);
      this.#timer = undefined;
      this.#send();
      flusher.settle();
    });
  }

  #send(): void {
    const { names, counters } = this.#parts;
    const piece: Piece = { data: names.listLine };
    for (const guest of names.guests) guest.send(piece);
    this.#bytes.takeWithDebt(piece.data.length * names.guests.size);
    counters.add('lists-sent');
    counters.add('list-bytes', piece.data.length * names.guests.size);
  }
}
