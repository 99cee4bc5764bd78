// Brings a database to the version of this program, one step after another, forward only.

import { MmchatError } from '../../base/errors.ts';
import { SCHEMA_1 } from './schema-1.ts';
import type { Database } from './sqlite-driver.ts';
import { DamagedRow } from './sqlite-rows.ts';

/** The step at index N leads from version N to N + 1. Published steps never change. */
export const MIGRATIONS: readonly string[] = [SCHEMA_1];

/** "mmch": tells a history from other SQLite files. */
export const APPLICATION_ID = 0x6d6d6368;

/** All steps that are missing, or none of them. */
export function migrate(database: Database, migrations: readonly string[] = MIGRATIONS): void {
  const version = versionOf(database);
  requireKnownVersion(version, migrations.length);
  if (version === migrations.length) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    for (const step of migrations.slice(version)) database.exec(step);
    database.exec(
      `PRAGMA user_version = ${markOf(migrations.length)}; PRAGMA application_id = ${APPLICATION_ID}; COMMIT`,
    );
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

/** @throws DamagedRow when no program writes such a version */
export function versionOf(database: Database): number {
  return versionIn(Number(database.get('PRAGMA user_version')?.['user_version']));
}

/** What stands in the file's header for a version: the version twice, so that a changed byte is not taken for a newer program. */
export function markOf(version: number): number {
  return version * 0x1_0001;
}

/**
 * The version behind a mark; files of the first builds have a plain 1.
 *
 * @throws DamagedRow for what is no mark
 */
export function versionIn(mark: number): number {
  if (mark === 1) return 1;
  const version = mark & 0xffff;
  if (mark !== markOf(version)) throw new DamagedRow('of the version');
  return version;
}

/** @throws MmchatError `data-dir` for a database of a later program, which must stay as it is */
export function requireKnownVersion(version: number, known: number = MIGRATIONS.length): void {
  if (version <= known) return;
  throw new MmchatError(
    'data-dir',
    'The messages in the data folder were kept by a newer mmchat-p2p. Please update, or choose another folder with --data-dir.',
  );
}
