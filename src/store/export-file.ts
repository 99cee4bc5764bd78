// A new file of any length, written piece by piece: it is there whole, or not at all, and never in the place of another.

import { link, lstat, open, rename, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { MmchatError } from '../base/errors.ts';
import { NO_HARD_LINKS, PRIVATE_FILE_MODE, syncFolder } from './durable-file.ts';
import { errorCodeOf, reasonOf } from './file-errors.ts';

const CHUNK_CHARACTERS = 64 * 1024;

export interface WrittenFile<Result> {
  /** The absolute path. */
  readonly path: string;
  readonly result: Result;
}

/**
 * Makes a file at `path` of what `write` appends. When it resolves the file is on the disk; when it rejects nothing is
 * left behind. `temporaryName` must be one that nobody else uses.
 *
 * @throws MmchatError `file-exists`, `bad-option` (an unusable path), `disk-full`, `history` (the disk failed), and
 *   whatever `write` throws
 */
export async function writeNewFile<Result>(
  path: string,
  temporaryName: string,
  write: (append: (text: string) => Promise<void>) => Promise<Result>,
): Promise<WrittenFile<Result>> {
  const place = resolve(path);
  if (/[/\\]$/u.test(path)) throw new MmchatError('bad-option', `${path} names a folder, not a file.`);
  await refuseTaken(place);
  // A name of its own: one made from the file's could be too long for the file system.
  const temporary = join(dirname(place), `.mmchat-${temporaryName}.tmp`);
  const file = await openTemporary(temporary, place);
  try {
    const result = await filled(file, place, write);
    await putInPlace(temporary, place);
    return { path: place, result };
  } finally {
    await unlink(temporary).catch(() => undefined);
    await syncFolder(dirname(place)).catch(() => undefined);
  }
}

async function refuseTaken(place: string): Promise<void> {
  try {
    await lstat(place);
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return;
    throw unusable(place, error);
  }
  throw taken(place);
}

async function openTemporary(temporary: string, place: string): Promise<FileHandle> {
  try {
    return await open(temporary, 'wx', PRIVATE_FILE_MODE);
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT')
      throw new MmchatError('bad-option', `There is no folder ${dirname(place)} to write into.`, { cause: error });
    if (['ENOSPC', 'EDQUOT'].includes(errorCodeOf(error))) throw failed(place, error);
    throw unusable(place, error);
  }
}

async function filled<Result>(
  file: FileHandle,
  place: string,
  write: (append: (text: string) => Promise<void>) => Promise<Result>,
): Promise<Result> {
  const doing = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      throw failed(place, error);
    }
  };
  let waiting = '';
  const flush = async (): Promise<void> => {
    const text = waiting;
    waiting = '';
    // writeFile on a handle goes on where the last one ended, and repeats short writes.
    if (text !== '') await doing(() => file.writeFile(text));
  };
  try {
    const result = await write(async (text) => {
      waiting += text;
      if (waiting.length >= CHUNK_CHARACTERS) await flush();
    });
    await flush();
    await doing(() => file.sync());
    return result;
  } finally {
    await file.close();
  }
}

async function putInPlace(temporary: string, place: string): Promise<void> {
  try {
    // Unlike rename, link never takes the place of a file that is there.
    await link(temporary, place);
  } catch (error) {
    if (errorCodeOf(error) === 'EEXIST') throw taken(place);
    if (!NO_HARD_LINKS.has(errorCodeOf(error))) throw failed(place, error);
    await claimAndRename(temporary, place);
  }
}

/** Where there are no hard links: the name is claimed by an empty file, which only its maker replaces. */
export async function claimAndRename(temporary: string, place: string): Promise<void> {
  try {
    await (await open(place, 'wx', PRIVATE_FILE_MODE)).close();
  } catch (error) {
    throw errorCodeOf(error) === 'EEXIST' ? taken(place) : failed(place, error);
  }
  try {
    await rename(temporary, place);
  } catch (error) {
    await unlink(place).catch(() => undefined);
    throw failed(place, error);
  }
}

function taken(place: string): MmchatError {
  return new MmchatError('file-exists', `${place} is there already; nothing was written.`);
}

function unusable(place: string, error: unknown): MmchatError {
  return new MmchatError('bad-option', `${place} can't be written: ${reasonOf(error)}.`, { cause: error });
}

function failed(place: string, error: unknown): MmchatError {
  const code = ['ENOSPC', 'EDQUOT'].includes(errorCodeOf(error)) ? 'disk-full' : 'history';
  return new MmchatError(code, `${place} could not be written: ${reasonOf(error)}.`, { cause: error });
}
