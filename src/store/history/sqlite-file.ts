// The database as a file: made, checked, put aside when it is damaged, kept to one process.

import { closeSync, existsSync, fsyncSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { PRIVATE_FILE_MODE } from '../durable-file.ts';
import { errorCodeOf } from '../file-errors.ts';
import { APPLICATION_ID, migrate, requireKnownVersion, versionIn } from './migrations.ts';
import { Database } from './sqlite-driver.ts';
import { isDamage, openingError } from './sqlite-errors.ts';
import { DamagedRow } from './sqlite-rows.ts';

/** Up to this size a file is looked through at every start: it takes some milliseconds. */
const QUICK_CHECK_BYTES = 4 * 1024 * 1024;
/** After it was larger, the write-ahead log is cut to this when it begins anew. */
const WAL_LIMIT_BYTES = 16 * 1024 * 1024;
/** https://sqlite.org/fileformat.html#the_database_header */
const HEADER_BYTES = 100;
const FORMAT_VERSIONS_AT = 18;
const USER_VERSION_AT = 60;

export interface FileOptions {
  readonly path: string;
  /** Wall time, for the name of a file that is put aside. */
  readonly now: number;
  /** The file may grow to so many pages of 4 KiB: for tests of a full disk. */
  readonly maxPages?: number;
}

/**
 * Opens the file and hands it to `use`, which reads what it needs. If the file is damaged, it is put aside and `use`
 * gets a new one.
 *
 * @throws MmchatError `data-dir`, `data-dir-in-use`, `disk-full`, `history`
 */
export function openDatabaseFile<Result>(
  options: FileOptions,
  use: (database: Database) => Result,
): { result: Result; database: Database; warnings: string[] } {
  const { path } = options;
  try {
    try {
      return { ...openOnce(options, use), warnings: [] };
    } catch (error) {
      if (!isDamage(error)) throw error;
      const aside = putAside(path, options.now);
      const warning = `The kept messages in ${path} were damaged. They are now in ${aside}, and a new file is begun.`;
      return { ...openOnce(options, use), warnings: [warning] };
    }
  } catch (error) {
    throw openingError(error, path);
  }
}

function openOnce<Result>(
  { path, maxPages }: FileOptions,
  use: (database: Database) => Result,
): { result: Result; database: Database } {
  const isNew = makeFile(path);
  // Before SQLite opens it: closing it again would already change the file.
  requireKnownVersion(versionInFile(path));
  const database = new Database(path);
  try {
    // Alone, so that no second process works on the same file; the lock goes with the process, however it ends.
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    database.exec('PRAGMA journal_mode = WAL');
    // FULL: a commit returns when the disk has it. On macOS only fullfsync goes past the disk's own memory.
    database.exec('PRAGMA synchronous = FULL; PRAGMA fullfsync = 1; PRAGMA checkpoint_fullfsync = 1');
    database.exec(
      `PRAGMA journal_size_limit = ${WAL_LIMIT_BYTES}; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384`,
    );
    if (maxPages !== undefined) database.exec(`PRAGMA max_page_count = ${maxPages}`);
    database.exec('BEGIN IMMEDIATE; COMMIT');
    check(database, path);
    migrate(database);
    const result = use(database);
    // A new file is only there for good when its folder knows of it.
    if (isNew) syncFolder(dirname(path));
    return { result, database };
  } catch (error) {
    closeQuietly(database);
    throw error;
  }
}

/** Leaves one whole file, free for the next one. */
export function closeDatabaseFile(database: Database): void {
  try {
    // The package keeps a closed file open (and locked) until its statements are collected as garbage. A lock can only be
    // given back without a write-ahead log; and a single file is what people expect to copy.
    database.exec('PRAGMA journal_mode = DELETE; PRAGMA locking_mode = NORMAL; SELECT 1 FROM sqlite_schema');
  } catch {
    // A full disk: the log stays, and the next start reads it.
  }
  database.close();
}

/** True when there was none. For its owner only: keys of closed rooms are in it. */
function makeFile(path: string): boolean {
  try {
    closeSync(openSync(path, 'wx', PRIVATE_FILE_MODE));
    return true;
  } catch (error) {
    if (errorCodeOf(error) !== 'EEXIST') throw error;
    return false;
  }
}

/** @throws DamagedRow for a header that neither this program nor a later one writes */
function versionInFile(path: string): number {
  const header = Buffer.alloc(HEADER_BYTES);
  const file = openSync(path, 'r');
  try {
    const isWhole = readSync(file, header, 0, HEADER_BYTES, 0) === HEADER_BYTES;
    if (!isWhole || header.subarray(0, 15).toString('latin1') !== 'SQLite format 3') return 0;
    // 1 without a write-ahead log, 2 with one; SQLite takes larger ones for a file that it may only read.
    for (const format of header.subarray(FORMAT_VERSIONS_AT, FORMAT_VERSIONS_AT + 2))
      if (format !== 1 && format !== 2) throw new DamagedRow('of the format');
    return versionIn(header.readUInt32BE(USER_VERSION_AT));
  } finally {
    closeSync(file);
  }
}

// Not all of it: that would take minutes. What the start reads is read, and a small file is looked through.
function check(database: Database, path: string): void {
  const isEmpty = database.get('SELECT 1 FROM sqlite_schema LIMIT 1') === undefined;
  if (!isEmpty && database.get('PRAGMA application_id')?.['application_id'] !== APPLICATION_ID)
    throw new DamagedRow('application_id');
  if (isEmpty || statSync(path).size > QUICK_CHECK_BYTES) return;
  if (database.get('PRAGMA quick_check(1)')?.['quick_check'] !== 'ok') throw new DamagedRow('of the quick check');
}

/** The file and its write-ahead log, under names that say when. Returns the new name. */
function putAside(path: string, now: number): string {
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
  let aside = `${path}.damaged-${time}`;
  for (let count = 2; existsSync(aside); count++) aside = `${path}.damaged-${time}-${count}`;
  renameSync(path, aside);
  for (const ending of ['-wal', '-shm']) if (existsSync(path + ending)) renameSync(path + ending, aside + ending);
  return aside;
}

function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function closeQuietly(database: Database): void {
  try {
    database.close();
  } catch {
    // There is an error already that says more.
  }
}
