// What another process uses, as Linux tells in /proc.

import { readdir, readFile } from 'node:fs/promises';

export interface Usage {
  /** Processor time of all its threads since it began. */
  readonly cpuMicros: number;
  readonly residentBytes: number;
  readonly peakBytes: number;
}

/** Undefined where there is no such process, or no /proc. */
export async function usageOf(pid: number): Promise<Usage | undefined> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return {
      cpuMicros: await cpuMicrosOf(pid),
      residentBytes: 1024 * Number(/^VmRSS:\s+(\d+) kB$/mu.exec(status)?.[1]),
      peakBytes: 1024 * Number(/^VmHWM:\s+(\d+) kB$/mu.exec(status)?.[1]),
    };
  } catch {
    return undefined;
  }
}

// By the scheduler, in nanoseconds: /proc/PID/stat counts in hundredths of a second, too coarse for an idle process. It
// has a line for each thread; node's threads stay.
async function cpuMicrosOf(pid: number): Promise<number> {
  let nanos = 0;
  for (const thread of await readdir(`/proc/${pid}/task`)) {
    const [onCpu = ''] = (await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8')).split(' ');
    nanos += Number(onCpu);
  }
  return nanos / 1e3;
}
