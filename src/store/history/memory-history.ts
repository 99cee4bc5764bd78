// A history that ends with the process: for tests on virtual time, and for when there is no database.

import type { HistoryParts } from './called-history.ts';
import type { HistoryEngine } from './engine.ts';
import { LocalHistory } from './local-history.ts';
import { MemoryTables } from './memory-tables.ts';

const DEFAULT_MAX_ENTRIES = 100_000;

export interface MemoryHistoryParts extends HistoryParts {
  /** Entries that are remembered; the oldest go. @default 100,000 */
  readonly maxEntries?: number;
}

export class MemoryHistory extends LocalHistory {
  readonly #parts: MemoryHistoryParts;
  readonly #tables: MemoryTables;

  constructor(parts: MemoryHistoryParts, tables: MemoryTables = new MemoryTables()) {
    super(parts, tables);
    this.#parts = parts;
    this.#tables = tables;
  }

  /** The next start of the same node: what was kept is there. If this one isn't closed, it is as if it had been killed. */
  reopened(parts: Partial<MemoryHistoryParts> = {}): MemoryHistory {
    this.abandon();
    return new MemoryHistory({ ...this.#parts, ...parts }, this.#tables);
  }

  /** As it would be from a copy of its files, made now. */
  copied(): MemoryHistory {
    return new MemoryHistory(this.#parts, this.#tables.copied());
  }

  protected override afterWrite(engine: HistoryEngine): void {
    engine.forgetAbove(this.#parts.maxEntries ?? DEFAULT_MAX_ENTRIES);
  }
}
