// Files that are either the old ones or whole new ones, whenever the power goes.

import { constants, copyFile, link, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCodeOf } from './file-errors.ts';

/** Only the owner may read and write. */
export const PRIVATE_FILE_MODE = 0o600;

/** What `link` answers on file systems that have no hard links. */
export const NO_HARD_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/** Replaces the file at `path`. When it resolves, the new content is on the disk. One writer at a time. */
export async function replaceFile(path: string, content: string): Promise<void> {
  const temporary = `${path}.tmp`;
  await writeAndSync(temporary, content, 'w');
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

/**
 * Makes the file at `path` if there is none. False when somebody else was first: then theirs stays untouched.
 * `temporaryName` must be one that nobody else uses.
 */
export async function createFile(path: string, content: string, temporaryName: string): Promise<boolean> {
  const temporary = `${path}.${temporaryName}.tmp`;
  await writeAndSync(temporary, content, 'wx');
  try {
    // Unlike rename, link never takes the place of a file that is there.
    await linkOrCopy(temporary, path);
  } catch (error) {
    if (errorCodeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(temporary);
  }
  await syncFolder(dirname(path));
  return true;
}

async function writeAndSync(path: string, content: string, flags: 'w' | 'wx'): Promise<void> {
  const file = await open(path, flags, PRIVATE_FILE_MODE);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

// Some file systems (FAT, some network shares) have no hard links. There a crash in the middle of the copy can leave a
// part of a file, which its reader notices.
async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!NO_HARD_LINKS.has(errorCodeOf(error))) throw error;
    await copyFile(from, to, constants.COPYFILE_EXCL);
  }
}

/** A rename is only durable once the folder is. Windows can't sync folders, and does it by itself. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
