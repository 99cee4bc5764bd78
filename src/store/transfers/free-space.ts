// How much a disk has room for.

import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { errorCodeOf } from '../file-errors.ts';
import { targetError } from './transfer-errors.ts';

/** What stays free whatever comes; both of them. */
const KEPT_FREE_BYTES = 1e9;
const KEPT_FREE_PART = 0.05;

export interface DiskSpace {
  /** For this user. */
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** Of the disk that the folder is on, or would be on: it need not exist yet. */
export async function freeSpace(folder: string): Promise<DiskSpace> {
  const path = resolve(folder);
  try {
    const { bavail, blocks, bsize } = await statfs(path);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch (error) {
    const parent = dirname(path);
    if (errorCodeOf(error) === 'ENOENT' && parent !== path) return freeSpace(parent);
    throw targetError(folder, error);
  }
}

/** Whether so many bytes may come by themselves: afterwards 1 GB and 5 % of the disk are still free. */
export function roomFor(sizeBytes: number, { freeBytes, totalBytes }: DiskSpace): boolean {
  return freeBytes - sizeBytes >= Math.max(KEPT_FREE_BYTES, totalBytes * KEPT_FREE_PART);
}
