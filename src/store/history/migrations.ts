// Brings a database to the version of this program, one step after another, forward only.

import { MmchatError } from '../../base/errors.ts';
import { SCHEMA_1 } from './schema-1.ts';
import type { Database } from './sqlite-driver.ts';

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
    database.exec(`PRAGMA user_version = ${migrations.length}; PRAGMA application_id = ${APPLICATION_ID}; COMMIT`);
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

export function versionOf(database: Database): number {
  return Number(database.get('PRAGMA user_version')?.['user_version']);
}

/** @throws MmchatError `data-dir` for a database of a later program, which must stay as it is */
export function requireKnownVersion(version: number, known: number = MIGRATIONS.length): void {
  if (version <= known) return;
  throw new MmchatError(
    'data-dir',
    'The messages in the data folder were kept by a newer mmchat-p2p. Please update, or choose another folder with --data-dir.',
  );
}
