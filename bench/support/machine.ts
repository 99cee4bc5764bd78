// The machine that a measurement was made on: without it a number says little.

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
}

/** Call the result when the measurement has ended. */
export function watchMachine(): () => Machine {
  const loadBefore = load();
  return () => ({
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown processor',
    cores: availableParallelism(),
    memoryGiB: Number((totalmem() / 2 ** 30).toFixed(1)),
    loadBefore,
    loadAfter: load(),
  });
}

function load(): number {
  return Number((loadavg()[0] ?? 0).toFixed(2));
}
