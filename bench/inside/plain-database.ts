// A plain table in SQLite, as safe as the history (a write-ahead log, synced at every commit): what the history is
// measured against.

import { Database } from '../../src/store/history/sqlite-driver.ts';
import type { SignedEntry } from '../../src/wire/log-entry.ts';

export class PlainDatabase {
  readonly #database: Database;

  constructor(path: string) {
    this.#database = new Database(path);
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    this.#database.exec(
      'CREATE TABLE IF NOT EXISTS entries (id INTEGER PRIMARY KEY, header BLOB, signature BLOB, body BLOB)',
    );
  }

  /** One transaction. */
  append(entries: readonly SignedEntry[]): void {
    this.#database.exec('BEGIN');
    for (const { header, signature, body } of entries)
      this.#database.run('INSERT INTO entries (header, signature, body) VALUES (?, ?, ?)', header, signature, body);
    this.#database.exec('COMMIT');
  }

  close(): void {
    this.#database.close();
  }
}

/** Asks the full-text index of a closed history as one would by the book: the best hits first. Milliseconds. */
export function rankedSearchMs(path: string, word: string, limit: number): number {
  const database = new Database(path);
  try {
    const began = performance.now();
    database.all('SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT ?', `"${word}"`, limit);
    return performance.now() - began;
  } finally {
    database.close();
  }
}
