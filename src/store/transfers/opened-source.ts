// Reading what is sent, and noticing when it changes meanwhile.

import { closeSync, fstatSync, lstatSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { join } from 'node:path';
import type { ByteSource, SourceFacts } from '../../contracts/transfer-files.ts';
import { errorCodeOf } from '../file-errors.ts';
import { spansOf, type FolderLayout } from './folder-layout.ts';
import { isUnchanged, type FileIdentity } from './identity.ts';
import { OpenFiles } from './open-files.ts';
import { readFully } from './positioned-io.ts';
import { changedError, misuse, sourceError } from './transfer-errors.ts';

const OPEN_FILES_LIMIT = 8;
const FILES_BETWEEN_TURNS = 256;
// A link or something else has the name now.
const REPLACED: ReadonlySet<string> = new Set(['ELOOP', 'ENOTDIR', 'ENXIO']);

export interface OpenedSourceParts {
  readonly facts: SourceFacts;
  /** For sentences. */
  readonly path: string;
  /** Empty for a file. */
  readonly manifest: Uint8Array;
  readonly layout: FolderLayout;
  /** Of each file of the layout, as it was. */
  readonly identities: readonly FileIdentity[];
  /** Gives a descriptor for reading. */
  openFile(index: number): number;
  /** A descriptor of the first file that is open already. */
  readonly opened?: number;
  /** For one system call at once. */
  pathOf(index: number): string;
  closeAll(): void;
}

export class OpenedSource implements ByteSource {
  readonly facts: SourceFacts;
  readonly #parts: OpenedSourceParts;
  readonly #files: OpenFiles;
  #isClosed = false;

  constructor(parts: OpenedSourceParts) {
    this.facts = parts.facts;
    this.#parts = parts;
    this.#files = new OpenFiles(OPEN_FILES_LIMIT, (index) => this.#opened(index));
    if (parts.opened !== undefined) this.#files.put(0, parts.opened);
  }

  async read(buffer: Uint8Array, position: number): Promise<void> {
    const { manifest, layout } = this.#parts;
    if (this.#isClosed) throw misuse('This file is closed already.');
    if (!(position >= 0) || position + buffer.length > this.facts.streamBytes)
      throw misuse('There is nothing to read there.');
    if (position < manifest.length) buffer.set(manifest.subarray(position, position + buffer.length));
    for (const { file, offset, start, end } of spansOf(layout, position, buffer.length))
      await this.#readFile(file, buffer.subarray(start, end), offset);
  }

  async #readFile(index: number, buffer: Uint8Array, offset: number): Promise<void> {
    try {
      await this.#files.use(index, async (fd) => {
        const isWhole = await readFully(fd, buffer, offset);
        // Looked at after reading: what was read is from before any change that does not show yet.
        if (!isWhole || !this.#isSame(index, fd)) throw changedError(this.#shown(index));
      });
    } catch (error) {
      throw sourceError(this.#shown(index), error);
    }
  }

  async checkUnchanged(): Promise<void> {
    let untilTurn = FILES_BETWEEN_TURNS;
    for (const [index, identity] of this.#parts.identities.entries()) {
      untilTurn -= 1;
      if (untilTurn === 0) {
        untilTurn = FILES_BETWEEN_TURNS;
        await setImmediate();
      }
      if (this.#isClosed) throw misuse('This file is closed already.');
      try {
        if (isUnchanged(identity, lstatSync(this.#parts.pathOf(index)))) continue;
      } catch (error) {
        throw changedError(this.#shown(index), error);
      }
      throw changedError(this.#shown(index));
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return this.#files.idle();
    this.#isClosed = true;
    await this.#files.close();
    this.#parts.closeAll();
  }

  #opened(index: number): number {
    let fd: number;
    try {
      fd = this.#parts.openFile(index);
    } catch (error) {
      throw REPLACED.has(errorCodeOf(error)) ? changedError(this.#shown(index), error) : error;
    }
    if (this.#isSame(index, fd)) return fd;
    closeSync(fd);
    throw changedError(this.#shown(index));
  }

  #isSame(index: number, fd: number): boolean {
    const identity = this.#parts.identities[index];
    return identity !== undefined && isUnchanged(identity, fstatSync(fd));
  }

  #shown(index: number): string {
    const { facts, layout, path } = this.#parts;
    if (facts.kind === 'file') return path;
    const names: string[] = [];
    const file = layout.files[index];
    for (let at = file?.folder ?? 0; at > 0; at = layout.folders[at]?.parent ?? 0)
      names.push(layout.folders[at]?.name ?? '');
    return join(path, ...names.reverse(), file?.name ?? '');
  }
}
