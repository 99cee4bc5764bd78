// What a disk holds after the power went: the history's files as they are at this moment, without whoever has them open.

import { copyFile, open, rm, stat } from 'node:fs/promises';

const WAL = '-wal';
const WAL_HEADER_BYTES = 32;

/**
 * Copies the database and its write-ahead log while somebody may be working on them: both as they were at one moment.
 * What a promise of the history has confirmed is in the copy; of what was being written, a part may be.
 */
export async function copyHistory(from: string, to: string): Promise<void> {
  for (;;) {
    await rm(to + WAL, { force: true });
    const before = await checkpointState(from);
    await copyFile(from, to);
    await copyFile(from + WAL, to + WAL).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    });
    // Nothing went from the log to the database in between.
    if ((await checkpointState(from)) === before) return;
  }
}

async function checkpointState(path: string): Promise<string> {
  const { mtimeNs, size } = await stat(path, { bigint: true });
  return `${mtimeNs} ${size} ${await walHeader(path)}`;
}

async function walHeader(path: string): Promise<string> {
  try {
    const file = await open(path + WAL);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(WAL_HEADER_BYTES), 0, WAL_HEADER_BYTES, 0);
      return buffer.toString('hex', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return '';
  }
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
