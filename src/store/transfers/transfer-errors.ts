// What can go wrong with files of people's own and files that come, in sentences.

import { cleanLine } from '../../base/clean-text.ts';
import { MmchatError } from '../../base/errors.ts';
import { errorCodeOf, reasonOf } from '../file-errors.ts';

const SHOWN_PATH_LIMIT = 300;
const NOTHING_THERE: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ERR_INVALID_ARG_VALUE', 'ENAMETOOLONG']);
const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);
// Something else is where a file or folder of ours was: O_NOFOLLOW and O_DIRECTORY say so.
const REPLACED: ReadonlySet<string> = new Set(['ELOOP', 'ENOTDIR', 'EEXIST', 'ENXIO', 'EISDIR']);

/** A path as it may be shown: harmless, and not endless. */
export function shownPath(path: string): string {
  const line = cleanLine(path.slice(0, SHOWN_PATH_LIMIT * 4));
  return line.length > SHOWN_PATH_LIMIT ? `${line.slice(0, SHOWN_PATH_LIMIT)}…` : line;
}

/** Why something that is to be sent cannot be. */
export function sourceError(path: string, error: unknown): MmchatError {
  if (error instanceof MmchatError) return error;
  if (NOTHING_THERE.has(errorCodeOf(error)))
    return new MmchatError('no-such-file', `There is no file or folder ${shownPath(path)}.`, { cause: error });
  return new MmchatError('unreadable', `${shownPath(path)} can't be read: ${reasonOf(error)}.`, { cause: error });
}

/** A file is not what it was when it was offered. */
export function changedError(path: string, cause?: unknown): MmchatError {
  return new MmchatError('changed', `${shownPath(path)} was changed while it was sent.`, { cause });
}

/** Why something that comes cannot be kept. */
export function targetError(folder: string, error: unknown): MmchatError {
  if (error instanceof MmchatError) return error;
  const code = errorCodeOf(error);
  if (FULL.has(code))
    return new MmchatError('disk-full', `The disk of the download folder ${shownPath(folder)} is full.`, {
      cause: error,
    });
  return unusableFolder(
    folder,
    REPLACED.has(code) ? 'something else is in the place of a file' : reasonOf(error),
    error,
  );
}

/** The sentence names the option: whoever can't write here can choose another place. */
export function unusableFolder(folder: string, reason: string, cause?: unknown): MmchatError {
  return new MmchatError(
    'data-dir',
    `The download folder ${shownPath(folder)} can't be used: ${reason}. Another one can be chosen with --downloads.`,
    { cause },
  );
}

/** A mistake of whoever calls, not of any person. */
export function misuse(sentence: string): MmchatError {
  return new MmchatError('internal', sentence);
}
