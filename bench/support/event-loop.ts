// How long a process is too late: what a timer of 1 ms waits beyond that.

import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Milliseconds. */
export interface LoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

const RESOLUTION_MS = 1;

/** Call the result at the end of what is watched; it waits for one more turn, so that the last delay counts too. */
export function watchEventLoop(): () => Promise<LoopDelay> {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  return async () => {
    await new Promise((resolve) => setTimeout(resolve, 2 * RESOLUTION_MS));
    histogram.disable();
    // The histogram has the time from one call to the next.
    const late = (nanos: number): number => Math.max(0, nanos / 1e6 - RESOLUTION_MS);
    return { p50: late(histogram.percentile(50)), p99: late(histogram.percentile(99)), max: late(histogram.max) };
  };
}
