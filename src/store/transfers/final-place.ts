// The last step of a transfer: what is whole gets its name, and never takes that of anything else.

import { closeSync, existsSync, linkSync, mkdirSync, openSync, renameSync, rmdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { numberedFileName } from '../../state/file-names.ts';
import { NO_HARD_LINKS, PRIVATE_FILE_MODE } from '../durable-file.ts';
import { errorCodeOf } from '../file-errors.ts';
import { CREATE_FILE, PRIVATE_FOLDER_MODE } from './open-flags.ts';

// What a rename says when something came to where an own empty claim was.
const CLAIM_LOST: ReadonlySet<string> = new Set(['EEXIST', 'ENOTEMPTY', 'ENOTDIR', 'EISDIR']);

/** Gives the file at `part` the first free one of `name`, `name (1)`, … in the folder. Its new path. */
export function placeFile(part: string, folder: string, name: string): string {
  return firstFree(folder, name, (path) => {
    try {
      // Unlike rename, link fails when there is anything of that name.
      linkSync(part, path);
    } catch (error) {
      if (!NO_HARD_LINKS.has(errorCodeOf(error))) throw error;
      claimByFile(part, path);
      return;
    }
    unlinkSync(part);
  });
}

/** The same for a folder. */
export function placeFolder(part: string, folder: string, name: string): string {
  const place = process.platform === 'win32' ? renameUnlessThere : claimByFolder;
  return firstFree(folder, name, (path) => place(part, path));
}

// Rename replaces an empty folder, and only that. So the one that is replaced is one's own: nobody's folder is lost, and
// one that something was put into meanwhile stays.
function claimByFolder(part: string, path: string): void {
  mkdirSync(path, PRIVATE_FOLDER_MODE);
  replaceClaim(part, path, rmdirSync);
}

/** Where there are no hard links an empty file claims the name, which only its maker replaces. */
export function claimByFile(part: string, path: string): void {
  closeSync(openSync(path, CREATE_FILE, PRIVATE_FILE_MODE));
  replaceClaim(part, path, unlinkSync);
}

function replaceClaim(part: string, path: string, remove: (path: string) => void): void {
  try {
    renameSync(part, path);
  } catch (error) {
    if (CLAIM_LOST.has(errorCodeOf(error))) throw taken(error);
    remove(path);
    throw error;
  }
}

// On Windows a rename never replaces a folder; it says EPERM.
function renameUnlessThere(part: string, path: string): void {
  try {
    renameSync(part, path);
  } catch (error) {
    throw existsSync(path) ? taken(error) : error;
  }
}

function taken(cause: unknown): Error {
  return Object.assign(new Error('this name is taken', { cause }), { code: 'EEXIST' });
}

function firstFree(folder: string, name: string, place: (path: string) => void): string {
  for (let number = 0; ; number++) {
    const path = join(folder, numberedFileName(name, number));
    try {
      place(path);
      return path;
    } catch (error) {
      if (errorCodeOf(error) !== 'EEXIST') throw error;
    }
  }
}
