// How much of a disk is free.

import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { errorCodeOf } from '../file-errors.ts';
import { targetError } from './transfer-errors.ts';

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
