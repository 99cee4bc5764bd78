// A few of many files, open as long as there is room for them; what is in use is never closed.

import { closeSync } from 'node:fs';
import { misuse } from './transfer-errors.ts';

interface OpenFile {
  readonly fd: number;
  users: number;
}

export class OpenFiles {
  readonly #limit: number;
  readonly #openFile: (index: number) => number;
  /** The one used last at the end. */
  readonly #files = new Map<number, OpenFile>();
  #users = 0;
  #isClosed = false;
  #wake: (() => void)[] = [];

  /** `openFile` gives a descriptor, which belongs to this from then on. */
  constructor(limit: number, openFile: (index: number) => number) {
    this.#limit = limit;
    this.#openFile = openFile;
  }

  /** A descriptor that is open already, for as long as there is room for it. */
  put(index: number, fd: number): void {
    this.#files.set(index, { fd, users: 0 });
  }

  async use<Result>(index: number, work: (fd: number) => Promise<Result>): Promise<Result> {
    const file = this.#take(index);
    file.users += 1;
    this.#users += 1;
    try {
      return await work(file.fd);
    } finally {
      file.users -= 1;
      this.#users -= 1;
      if (this.#users === 0) for (const wake of this.#wake.splice(0)) wake();
    }
  }

  /** Resolves when nothing is in use. */
  async idle(): Promise<void> {
    while (this.#users > 0) await new Promise<void>((resolve) => this.#wake.push(resolve));
  }

  /** Closes what is open; what is used later is opened again. */
  async release(): Promise<void> {
    await this.idle();
    for (const { fd } of this.#files.values()) closeSync(fd);
    this.#files.clear();
  }

  /** For good, after what is in use. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.release();
  }

  #take(index: number): OpenFile {
    if (this.#isClosed) throw misuse('This file is closed already.');
    const known = this.#files.get(index);
    if (known !== undefined) {
      this.#files.delete(index);
      this.#files.set(index, known);
      return known;
    }
    const file = { fd: this.#openFile(index), users: 0 };
    for (const [oldest, { fd, users }] of this.#files) {
      if (this.#files.size < this.#limit) break;
      if (users > 0) continue;
      this.#files.delete(oldest);
      closeSync(fd);
    }
    this.#files.set(index, file);
    return file;
  }
}
