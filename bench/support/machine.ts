// The machine that a measurement was made on: without it a number says little.

import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

export interface Machine {
  readonly node: string;
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  /** Load average of the last minute, when it began and when it ended: others at work show here. */
  readonly loadBefore: number;
  readonly loadAfter: number;
  /** Of a virtual one: the share of the time that others on the same hardware had instead; null where it is not known. */
  readonly stolenPercent: number | null;
}

/** Call the result when the measurement has ended. */
export function watchMachine(): () => Machine {
  const loadBefore = load();
  const before = times();
  return () => ({
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown processor',
    cores: availableParallelism(),
    memoryGiB: Number((totalmem() / 2 ** 30).toFixed(1)),
    loadBefore,
    loadAfter: load(),
    stolenPercent: stolenPercent(before, times()),
  });
}

/** Of all processors since the start: of all kinds together, and stolen ones. */
function times(): { readonly all: number; readonly stolen: number } | undefined {
  try {
    const counts = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]?.split(/\s+/u).slice(1, 9).map(Number) ?? [];
    return { all: counts.reduce((sum, count) => sum + count, 0), stolen: counts[7] ?? 0 };
  } catch {
    return undefined;
  }
}

function stolenPercent(before: ReturnType<typeof times>, after: ReturnType<typeof times>): number | null {
  if (before === undefined || after === undefined || after.all <= before.all) return null;
  return Number(((100 * (after.stolen - before.stolen)) / (after.all - before.all)).toFixed(1));
}

function load(): number {
  return Number((loadavg()[0] ?? 0).toFixed(2));
}
