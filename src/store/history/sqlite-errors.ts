// What went wrong in the database, for programs and in words.

import { MmchatError } from '../../base/errors.ts';
import { errorCodeOf, reasonOf } from '../file-errors.ts';
import { DamagedRow } from './sqlite-rows.ts';

/** Primary result codes: https://sqlite.org/rescode.html */
const BUSY = 5;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const ERROR = 1;
const CANTOPEN = 14;
const NOTADB = 26;

/** The package gives some errors without their code; these sentences are SQLite's own. */
const MESSAGES: readonly (readonly [string, number])[] = [
  ['database disk image is malformed', CORRUPT],
  ['file is not a database', NOTADB],
  ['database or disk is full', FULL],
  ['disk I/O error', IOERR],
  ['database is locked', BUSY],
];

/**
 * What a changed schema or index makes of the program's own statements, which are always the same: SQLite has no more than
 * its general code for it.
 */
const DAMAGED_SCHEMA = [
  'invalid fts5 file format',
  'vtable constructor failed',
  'malformed database schema',
  'no such table',
  'no such column',
  'no such module',
  'no such tokenizer',
  'unrecognized',
  'syntax error',
  'parse error',
  'has no column',
  'duplicate column',
  'error in',
];

/** SQLite's result code without its details, 0 for errors that are none of SQLite's. */
function sqliteCodeOf(error: unknown): number {
  if (!(error instanceof Error)) return 0;
  const code = 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
  if (code === ERROR) return CORRUPT;
  if (code === undefined && DAMAGED_SCHEMA.some((message) => error.message.includes(message))) return CORRUPT;
  if (code !== undefined) return code;
  return MESSAGES.find(([message]) => error.message.includes(message))?.[1] ?? 0;
}

/** The file holds what nobody wrote. */
export function isDamage(error: unknown): boolean {
  return error instanceof DamagedRow || [CORRUPT, NOTADB].includes(sqliteCodeOf(error));
}

/** The disk did it, not what was asked: trying again one by one would not help. */
export function isDiskTrouble(error: unknown): boolean {
  return isDamage(error) || isDiskFull(error) || sqliteCodeOf(error) === IOERR;
}

function isDiskFull(error: unknown): boolean {
  return sqliteCodeOf(error) === FULL || ['ENOSPC', 'EDQUOT'].includes(errorCodeOf(error));
}

export function historyError(error: unknown, path: string): MmchatError {
  if (error instanceof MmchatError) return error;
  const cause = { cause: error };
  if (isDiskFull(error))
    return new MmchatError(
      'disk-full',
      'The disk is full: new messages are not kept until there is space again.',
      cause,
    );
  if (isDamage(error))
    return new MmchatError(
      'history',
      `The kept messages in ${path} are damaged. After a restart they are put aside, and a new file is begun.`,
      cause,
    );
  const reason = error instanceof Error ? error.message : String(error);
  return new MmchatError('history', `Messages could not be kept or read in ${path}: ${reason}.`, cause);
}

/** Of an error while the file is opened. */
export function openingError(error: unknown, path: string): MmchatError {
  if (error instanceof MmchatError) return error;
  const cause = { cause: error };
  const code = sqliteCodeOf(error);
  if (code === BUSY)
    return new MmchatError(
      'data-dir-in-use',
      `Another mmchat-p2p is using ${path}; give this one a folder with --data-dir.`,
      cause,
    );
  if (
    code === CANTOPEN ||
    code === READONLY ||
    (code === 0 && errorCodeOf(error).startsWith('E') && !isDiskFull(error))
  ) {
    const reason = code === 0 ? reasonOf(error) : 'it can not be opened for writing';
    return new MmchatError(
      'data-dir',
      `The file ${path} can't be used: ${reason}. --data-dir names another folder.`,
      cause,
    );
  }
  return historyError(error, path);
}
