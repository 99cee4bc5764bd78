// A history on a real SQLite file, but in this thread: for scenarios on virtual time, where a worker would answer whenever
// it likes. The same rules, tables and file as in the program.

import { appendFile } from 'node:fs/promises';
import type { Random } from '../../src/base/random.ts';
import type { HistoryOpening } from '../../src/contracts/history.ts';
import type { HistoryParts } from '../../src/store/history/called-history.ts';
import { LocalHistory } from '../../src/store/history/local-history.ts';
import type { Database } from '../../src/store/history/sqlite-driver.ts';
import { closeDatabaseFile, openDatabaseFile } from '../../src/store/history/sqlite-file.ts';
import { SqliteTables } from '../../src/store/history/sqlite-tables.ts';
import { copyHistory } from './power-cut.ts';

export interface LocalSqliteHistoryParts extends HistoryParts {
  readonly path: string;
}

export class LocalSqliteHistory extends LocalHistory {
  readonly #path: string;
  readonly #warnings: readonly string[];
  #database: Database | undefined;

  constructor(parts: LocalSqliteHistoryParts) {
    const { path, clock } = parts;
    const { database, warnings } = openDatabaseFile({ path, now: clock.now() }, (opened) => opened);
    super(parts, new SqliteTables(database));
    this.#path = path;
    this.#database = database;
    this.#warnings = warnings;
  }

  override async open(): Promise<HistoryOpening> {
    return { ...(await super.open()), warnings: this.#warnings };
  }

  override async close(): Promise<void> {
    await super.close();
    if (this.#database !== undefined) closeDatabaseFile(this.#database);
    this.#database = undefined;
  }

  /**
   * The power goes: at `copy` is what the disk then holds, everything confirmed and the torn beginning of something that
   * was not. This history answers no more.
   */
  async cutPower(copy: string, random: Random): Promise<void> {
    this.abandon();
    await copyHistory(this.#path, copy);
    await appendFile(`${copy}-wal`, random.bytes(Math.floor(random.fraction() * 9_000)));
    this.#database?.close();
    this.#database = undefined;
  }
}
