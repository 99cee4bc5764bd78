// Drops what was said longer ago than one wants to keep: bodies only, headers stay, so that nobody sends it again.

import type { Clock, Timer } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { History } from '../contracts/history.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** After the start, when nobody waits for the disk any more. */
const FIRST_AFTER_MS = 60_000;

export interface RetentionParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly history: Pick<History, 'expire'>;
  /** 0 = for ever. */
  readonly keepDays: number;
}

export class Retention {
  readonly #parts: RetentionParts;
  readonly #timers: Timer[] = [];

  constructor(parts: RetentionParts) {
    this.#parts = parts;
  }

  start(): void {
    if (this.#parts.keepDays <= 0) return;
    this.#timers.push(
      this.#parts.clock.after(FIRST_AFTER_MS, () => void this.run()),
      this.#parts.clock.every(HOUR_MS, () => void this.run()),
    );
  }

  stop(): void {
    for (const timer of this.#timers.splice(0)) timer.cancel();
  }

  async run(): Promise<void> {
    const { clock, history, keepDays, log } = this.#parts;
    try {
      const dropped = await history.expire(clock.now() - keepDays * DAY_MS);
      if (dropped > 0) log.info('old messages were dropped', { messages: dropped });
    } catch (error) {
      log.warn('old messages could not be dropped', { error: messageOf(error) });
    }
  }
}
