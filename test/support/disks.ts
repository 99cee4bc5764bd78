// The disks of people in scenarios: what their histories are on, over restarts, kills, power cuts and backups.

import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { History } from '../../src/contracts/history.ts';
import type { HistoryParts } from '../../src/store/history/called-history.ts';
import { MemoryHistory } from '../../src/store/history/memory-history.ts';
import { LocalSqliteHistory } from './local-sqlite-history.ts';
import type { SeededRandom } from './seeded-random.ts';

export interface Disk {
  /** Before each start: after a kill it is as the power cut left it. */
  ready(): Promise<void>;
  open(parts: HistoryParts): History;
  /** The process on it was killed. */
  killed(): void;
  /** Puts the files away as they are; the result puts them back. Only while nobody uses them. */
  backUp(): () => void;
}

/** What is confirmed is there again; nothing is ever torn. */
export class MemoryDisk implements Disk {
  #history: MemoryHistory | undefined;

  async ready(): Promise<void> {
    // There is nothing to repair.
  }

  open(parts: HistoryParts): History {
    this.#history = this.#history === undefined ? new MemoryHistory(parts) : this.#history.reopened(parts);
    return this.#history;
  }

  killed(): void {
    this.#history?.abandon();
  }

  backUp(): () => void {
    const copy = this.#history?.copied();
    return () => (this.#history = copy);
  }
}

/** A real SQLite file, cut back to what was synced whenever its process is killed. */
export class SqliteDisk implements Disk {
  readonly #folder: string;
  readonly #random: SeededRandom;
  #files = 0;
  #path: string;
  #history: LocalSqliteHistory | undefined;
  #isTorn = false;

  constructor(folder: string, random: SeededRandom) {
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
    this.#random = random;
    this.#path = this.#nextPath();
  }

  async ready(): Promise<void> {
    const history = this.#history;
    if (history === undefined) return;
    // It answers no more; a second call finds nothing to do.
    this.#history = undefined;
    const before = this.#path;
    this.#path = this.#nextPath();
    // A file of its own for each run: whatever an earlier run still has open in this process is no business of the next.
    if (this.#isTorn) await history.cutPower(this.#path, this.#random);
    else copyFiles(before, this.#path);
    this.#isTorn = false;
  }

  open(parts: HistoryParts): History {
    this.#history = new LocalSqliteHistory({ ...parts, path: this.#path });
    return this.#history;
  }

  killed(): void {
    this.#history?.abandon();
    this.#isTorn = true;
  }

  backUp(): () => void {
    // A backup of a folder whose process was killed is one of what the disk holds then.
    const copy = this.#nextPath();
    copyFiles(this.#path, copy);
    return () => {
      this.#path = copy;
      this.#history = undefined;
      this.#isTorn = false;
    };
  }

  #nextPath(): string {
    this.#files += 1;
    return join(this.#folder, `history-${this.#files}.db`);
  }
}

function copyFiles(from: string, to: string): void {
  for (const suffix of ['', '-wal']) {
    rmSync(to + suffix, { force: true });
    if (existsSync(from + suffix)) copyFileSync(from + suffix, to + suffix);
  }
}
