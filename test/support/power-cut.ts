// What a disk holds after the power went: the history's files as they are at this moment, without whoever has them open.

import { copyFile, open, rm, stat } from 'node:fs/promises';

const WAL = '-wal';

/**
 * Copies the database and its write-ahead log while somebody works on it. What a promise of the history has confirmed is
 * in the copy; of what was being written, a part may be.
 */
export async function copyHistory(from: string, to: string): Promise<void> {
  await rm(to + WAL, { force: true });
  // The database first: what a checkpoint moves there in between is still in the log, whose copy comes after.
  await copyFile(from, to);
  await copyFile(from + WAL, to + WAL).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  });
}

/** How long the write-ahead log is: after a confirmation, all of it is synced. */
export async function walLength(path: string): Promise<number> {
  try {
    return (await stat(path + WAL)).size;
  } catch {
    return 0;
  }
}

/** Cuts the write-ahead log of a copy back to so many bytes: what was written later had not been synced. */
export async function cutWal(path: string, length: number): Promise<void> {
  const file = await open(path + WAL, 'r+');
  try {
    await file.truncate(length);
  } finally {
    await file.close();
  }
}
