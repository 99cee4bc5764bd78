// A lock between processes that works everywhere: whoever could make the folder has it.

import { mkdir, rmdir, stat } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { MmchatError } from '../../src/index.ts';

export interface DirectoryLockOptions {
  /** A lock this old was left behind by a process that died: what it guards takes milliseconds. @default 10000 */
  readonly staleMs?: number;
  /** @default 20000 */
  readonly patienceMs?: number;
}

const RETRY_MS = 20;

/**
 * Runs `work` while nobody else has the lock at `path`.
 *
 * @throws MmchatError `data-dir` when the lock can't be had
 */
export async function withDirectoryLock<Result>(
  path: string,
  work: () => Promise<Result>,
  { staleMs = 10_000, patienceMs = 20_000 }: DirectoryLockOptions = {},
): Promise<Result> {
  const startedAt = performance.now();
  while (!(await tryMake(path))) {
    if (performance.now() - startedAt > patienceMs)
      throw new MmchatError('data-dir', `The lock ${path} stays taken; remove it if no mmchat-p2p runs.`);
    await breakIfStale(path, staleMs);
    await wait(RETRY_MS * (0.5 + Math.random()));
  }
  try {
    return await work();
  } finally {
    await removeIfThere(path);
  }
}

/**
 * Two that break the same lock at once must not break the new one of a third: only who holds the breaker's own lock
 * removes another's, and looks at it again first.
 */
async function breakIfStale(path: string, staleMs: number): Promise<void> {
  if (!(await isOlder(path, staleMs))) return;
  const breaker = `${path}.break`;
  if (!(await tryMake(breaker))) {
    // Somebody died in the microseconds of breaking a lock of somebody who had died.
    if (await isOlder(breaker, staleMs * 3)) await removeIfThere(breaker);
    return;
  }
  try {
    if (await isOlder(path, staleMs)) await removeIfThere(path);
  } finally {
    await removeIfThere(breaker);
  }
}

async function tryMake(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function isOlder(path: string, ageMs: number): Promise<boolean> {
  try {
    // In either direction: the clock may have been set back since.
    return Math.abs(Date.now() - (await stat(path)).mtimeMs) > ageMs;
  } catch {
    return false;
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await rmdir(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}
