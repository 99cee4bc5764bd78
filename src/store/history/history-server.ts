// What the worker does: keeps the database and answers calls. Without the worker around it, for tests.

import { MmchatError } from '../../base/errors.ts';
import type { HistoryLimits, HistoryOpening } from '../../contracts/history.ts';
import { HistoryEngine } from './engine.ts';
import type { Database } from './sqlite-driver.ts';
import { historyError, isDiskTrouble } from './sqlite-errors.ts';
import { closeDatabaseFile, openDatabaseFile } from './sqlite-file.ts';
import { SqliteTables } from './sqlite-tables.ts';
import { runCall, stepsOf, type Call, type CallContext } from './verbs.ts';

export interface ServerOptions {
  readonly path: string;
  readonly machine: string;
  readonly limits: HistoryLimits;
  /** For tests of a full disk. */
  readonly maxPages?: number;
}

export type CallResult = { readonly value: unknown } | { readonly error: MmchatError };

export class HistoryServer {
  readonly #path: string;
  readonly #engine: HistoryEngine;
  readonly #database: Database;
  readonly opening: HistoryOpening;

  /** @throws MmchatError as `History.open` */
  constructor(options: ServerOptions, { now, freshLogId }: CallContext) {
    const { path, machine, limits, maxPages } = options;
    this.#path = path;
    const { result, database, warnings } = openDatabaseFile(
      { path, now, ...(maxPages === undefined ? {} : { maxPages }) },
      (opened) => {
        const engine = new HistoryEngine(new SqliteTables(opened), limits);
        return { engine, opening: engine.open({ machine, freshLogId }) };
      },
    );
    this.#database = database;
    this.#engine = result.engine;
    this.opening = { ...result.opening, warnings };
  }

  read(call: Call): unknown {
    return this.#orHistoryError(() => this.#engine.read(() => runCall(this.#engine, call)));
  }

  /** Calls that were waiting together: one transaction, one sync of the disk for all of them. */
  write(calls: readonly Call[]): CallResult[] {
    try {
      return this.#engine.transaction(() => calls.map((call) => this.#attempt(call)));
    } catch (error) {
      if (calls.length > 1 && !isDiskTrouble(error)) return calls.flatMap((call) => this.write([call]));
      const known = historyError(error, this.#path);
      return calls.map(() => ({ error: known }));
    }
  }

  /** @param pause called between transactions: lets others take a turn */
  async long(call: Call, pause: () => Promise<void>): Promise<unknown> {
    for (const steps = stepsOf(this.#engine, call); ;) {
      const step = this.#orHistoryError(() => this.#engine.transaction(() => steps.next()));
      if (step.done === true) return step.value;
      await pause();
    }
  }

  close(): void {
    try {
      this.#orHistoryError(() => this.#engine.close());
    } finally {
      closeDatabaseFile(this.#database);
    }
  }

  // What a call itself is refused for, it is refused before it changed anything: others in its transaction go on.
  #attempt(call: Call): CallResult {
    try {
      return { value: runCall(this.#engine, call) };
    } catch (error) {
      if (error instanceof MmchatError) return { error };
      throw error;
    }
  }

  #orHistoryError<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw historyError(error, this.#path);
    }
  }
}
