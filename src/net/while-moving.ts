// Waiting for bytes that are on their way, as long as they get on: on a busy machine two megabytes can take seconds.

import { sleep, type Clock } from '../base/clock.ts';

export interface Patience {
  readonly clock: Clock;
  /** Gives up when nothing moved for this long … */
  readonly stillMs: number;
  /** … and in any case after this long. */
  readonly mostMs: number;
}

/** Resolves when `work` is over, whichever way, or when the patience is. */
export async function whileMoving(work: Promise<unknown>, bytes: () => number, patience: Patience): Promise<void> {
  const over = new AbortController();
  const end = (): void => over.abort();
  work.then(end, end);
  for (let waitedMs = 0; waitedMs < patience.mostMs && !over.signal.aborted; waitedMs += patience.stillMs) {
    const before = bytes();
    await sleep(patience.clock, patience.stillMs, over.signal);
    if (bytes() === before) return;
  }
}
