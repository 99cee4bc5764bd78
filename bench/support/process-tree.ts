// What a process and all that it started use together.

import { readdir, readFile } from 'node:fs/promises';
import { usageOf } from './process-usage.ts';

/** Microseconds of processor time so far; undefined where /proc does not tell. */
export async function cpuMicrosOfTree(pid: number): Promise<number | undefined> {
  const own = await usageOf(pid);
  if (own === undefined) return undefined;
  let sum = own.cpuMicros;
  for (const child of await childrenOf(pid)) sum += (await cpuMicrosOfTree(child)) ?? 0;
  return sum;
}

async function childrenOf(pid: number): Promise<number[]> {
  const children: number[] = [];
  for (const thread of await readdir(`/proc/${pid}/task`).catch(() => []))
    for (const child of (await readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => '')).split(' '))
      if (child.trim() !== '') children.push(Number(child));
  return children;
}
