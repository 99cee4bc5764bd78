// The files of a folder that comes, once it is known which they are.

import { closeSync, fstatSync, fsync, ftruncateSync, lstatSync, openSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { PRIVATE_FILE_MODE } from '../durable-file.ts';
import { errorCodeOf } from '../file-errors.ts';
import { setModified } from './file-times.ts';
import { spansOf, type FolderLayout, type LayoutFile } from './folder-layout.ts';
import { HeldFolders } from './held-folders.ts';
import { OpenFiles } from './open-files.ts';
import { CREATE_FILE, READ_FOLDER, WRITE_FILE } from './open-flags.ts';
import { readFully, writeFully } from './positioned-io.ts';
import { misuse } from './transfer-errors.ts';

const OPEN_FILES_LIMIT = 32;
// All threads that Node has for files: more would only wait, fewer let the disk wait.
const SYNCS_AT_ONCE = 4;
const LOOKS_BETWEEN_TURNS = 256;

const sync = promisify(fsync);

export interface ReceivedFolderParts {
  /** Where the files are; a folder that is there and is no link. */
  readonly root: string;
  readonly layout: FolderLayout;
  /** Whether an earlier run may have made some of them. */
  readonly isResumed: boolean;
}

/** Throws what the system says; sentences are made where it is used. */
export class ReceivedFolder {
  readonly #layout: FolderLayout;
  readonly #isResumed: boolean;
  readonly #held: HeldFolders;
  readonly #files: OpenFiles;
  /** 1 for each file that was made or found in this run. */
  readonly #known: Uint8Array;

  constructor({ root, layout, isResumed }: ReceivedFolderParts) {
    this.#layout = layout;
    this.#isResumed = isResumed;
    this.#held = new HeldFolders({ root, folders: layout.folders, make: true });
    this.#files = new OpenFiles(OPEN_FILES_LIMIT, (index) => this.#open(index));
    this.#known = new Uint8Array(layout.files.length);
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    for (const { file, offset, start, end } of spansOf(this.#layout, position, bytes.length))
      await this.#files.use(file, (fd) => writeFully(fd, bytes.subarray(start, end), offset));
  }

  async read(buffer: Uint8Array, position: number): Promise<void> {
    for (const { file, offset, start, end } of spansOf(this.#layout, position, buffer.length)) {
      const isThere = await this.#files.use(file, (fd) => readFully(fd, buffer.subarray(start, end), offset));
      if (!isThere) throw misuse('This part of the folder is not here yet.');
    }
  }

  /** Bytes of the files that are there without a gap. */
  async presentBytes(): Promise<number> {
    let present = 0;
    for (const [index, file] of this.#layout.files.entries()) {
      if (index % LOOKS_BETWEEN_TURNS === 0) await setImmediate();
      const size = Math.min(file.size, this.#sizeOf(file));
      present += size;
      if (size < file.size) break;
    }
    return present;
  }

  /** Makes what has no bytes, sets all times, and has the disk keep it. */
  async complete(): Promise<void> {
    const { files, folders } = this.#layout;
    for (const index of folders.keys()) {
      if (index % LOOKS_BETWEEN_TURNS === 0) await setImmediate();
      this.#held.at(index);
    }
    await eachOf(files.length, (index) => this.#files.use(index, (fd) => this.#completeFile(index, fd)));
    await eachOf(folders.length, async (index) => {
      setModified(this.#held.at(index), folders[index]?.modifiedAt ?? 0);
      await this.#syncFolder(index);
    });
  }

  async #completeFile(index: number, fd: number): Promise<void> {
    const file = this.#file(index);
    if (fstatSync(fd).size !== file.size) throw misuse('This folder is not whole yet.');
    setModified(fd, file.modifiedAt);
    await sync(fd);
  }

  async #syncFolder(index: number): Promise<void> {
    if (process.platform === 'win32') return;
    // A descriptor of its own: the one that is held may be closed meanwhile.
    const fd = openSync(`${this.#held.at(index)}/.`, READ_FOLDER);
    try {
      await sync(fd);
    } finally {
      closeSync(fd);
    }
  }

  /** It has its final name now. */
  moved(root: string): void {
    this.#held.moved(root);
    // A move changes the time on some file systems.
    setModified(this.#held.at(0), this.#layout.folders[0]?.modifiedAt ?? 0);
  }

  /** Resolves when nothing is written or read; on Windows nothing is open then, for what is open can't be moved. */
  async idle(): Promise<void> {
    await (process.platform === 'win32' ? this.#files.release() : this.#files.idle());
  }

  async close(): Promise<void> {
    await this.#files.close();
    this.#held.close();
  }

  #open(index: number): number {
    const file = this.#file(index);
    const path = `${this.#held.at(file.folder)}/${file.name}`;
    const fd = this.#known[index] === 1 ? openSync(path, WRITE_FILE) : this.#openFirst(path);
    const stat = fstatSync(fd);
    // A file with a second name would be written to under both.
    if (!stat.isFile() || stat.nlink !== 1) {
      closeSync(fd);
      throw Object.assign(new Error(`${path} is no file of this transfer`), { code: 'EEXIST' });
    }
    if (stat.size > file.size) ftruncateSync(fd, file.size);
    this.#known[index] = 1;
    return fd;
  }

  // In a new part nothing can be there yet: what is, somebody else put there.
  #openFirst(path: string): number {
    try {
      if (this.#isResumed) return openSync(path, WRITE_FILE);
    } catch (error) {
      if (errorCodeOf(error) !== 'ENOENT') throw error;
    }
    return openSync(path, CREATE_FILE, PRIVATE_FILE_MODE);
  }

  /** What is there of a file; nothing if it is none, which shows when it is written. */
  #sizeOf({ folder, name }: LayoutFile): number {
    try {
      const stat = lstatSync(`${this.#held.at(folder)}/${name}`);
      return stat.isFile() ? stat.size : 0;
    } catch {
      return 0;
    }
  }

  #file(index: number): LayoutFile {
    const file = this.#layout.files[index];
    if (file === undefined) throw new RangeError('no such file');
    return file;
  }
}

/** Runs `work` for 0 … count - 1, a few at once; none begins after one has failed. */
async function eachOf(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      try {
        await work(index);
      } catch (error) {
        next = count;
        throw error;
      }
    }
  };
  const results = await Promise.allSettled(Array.from({ length: SYNCS_AT_ONCE }, worker));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
