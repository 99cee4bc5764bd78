// The folders of one tree, held open, so that names in them mean what they meant before, whatever is put in their place.
//
// Where the system shows open files as paths (/proc/self/fd on Linux) a name is looked up in the folder that was opened:
// no link on the way can lead elsewhere, and no path is too long. Elsewhere folders are recognised by their identity
// each time before they are used.

import { closeSync, existsSync, lstatSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { errorCodeOf } from '../file-errors.ts';
import { PRIVATE_FOLDER_MODE, READ_FOLDER } from './open-flags.ts';

const HELD_LIMIT = 32;

export interface FolderNode {
  /** Index of the folder that it is in; the first one is in none. */
  readonly parent: number;
  readonly name: string;
}

export interface HeldFoldersParts {
  /** Path of the first folder; not a link. */
  readonly root: string;
  /** All folders, each behind the one that it is in; may grow. */
  readonly folders: readonly FolderNode[];
  /** Make those that are missing. */
  readonly make?: boolean;
  /** For tests: as on a system that does not show open files as paths. */
  readonly byPath?: boolean;
}

export class HeldFolders {
  readonly #folders: readonly FolderNode[];
  readonly #make: boolean;
  readonly #byPath: boolean;
  readonly #identities = new Map<number, string>();
  /** Open folders, the one used last at the end. */
  readonly #open = new Map<number, number>();
  #root: string;
  #rootFd: number | undefined;

  /** @throws what the system says when there is no folder at `root` */
  constructor({ root, folders, make = false, byPath = !showsOpenFiles() }: HeldFoldersParts) {
    this.#root = root;
    this.#folders = folders;
    this.#make = make;
    this.#byPath = byPath;
    if (byPath) this.#identities.set(0, identityOf(root));
    else this.#rootFd = openSync(root, READ_FOLDER);
  }

  /**
   * A path to the folder for system calls that are made at once: after the next call, or an await, it may mean another.
   *
   * @throws what the system says when it is gone or is no folder any more
   */
  at(index: number): string {
    return this.#byPath ? this.#pathOf(index) : `/proc/self/fd/${this.#fdOf(index)}`;
  }

  /** The first folder has another path now. */
  moved(root: string): void {
    this.#root = root;
  }

  /** Nothing can be asked for any more. */
  close(): void {
    for (const fd of this.#open.values()) closeSync(fd);
    this.#open.clear();
    if (this.#rootFd !== undefined) closeSync(this.#rootFd);
    this.#rootFd = undefined;
  }

  #fdOf(index: number): number {
    if (index === 0) {
      if (this.#rootFd === undefined) throw new Error('these folders are closed');
      return this.#rootFd;
    }
    const held = this.#open.get(index);
    if (held !== undefined) {
      this.#open.delete(index);
      this.#open.set(index, held);
      return held;
    }
    const { parent, name } = this.#node(index);
    const path = `/proc/self/fd/${this.#fdOf(parent)}/${name}`;
    if (this.#make) makeUnlessThere(path);
    const fd = openSync(path, READ_FOLDER);
    for (const [oldest, oldestFd] of this.#open) {
      if (this.#open.size < HELD_LIMIT) break;
      this.#open.delete(oldest);
      closeSync(oldestFd);
    }
    this.#open.set(index, fd);
    return fd;
  }

  #pathOf(index: number): string {
    const known = this.#identities.get(index);
    // From the top down, once; later a link on the way shows as another identity at its end.
    const path =
      known === undefined ? join(this.#pathOf(this.#node(index).parent), this.#node(index).name) : this.#joined(index);
    if (known === undefined && this.#make) makeUnlessThere(path);
    const identity = identityOf(path);
    if (known !== undefined && known !== identity) throw replaced(path);
    this.#identities.set(index, identity);
    return path;
  }

  #joined(index: number): string {
    const names: string[] = [];
    for (let at = index; at !== 0; at = this.#node(at).parent) names.push(this.#node(at).name);
    return join(this.#root, ...names.reverse());
  }

  #node(index: number): FolderNode {
    const node = this.#folders[index];
    if (node === undefined) throw new RangeError('no such folder');
    return node;
  }
}

/** Whether a path of the system leads to whatever is open. */
function showsOpenFiles(): boolean {
  return process.platform === 'linux' && existsSync('/proc/self/fd');
}

function makeUnlessThere(path: string): void {
  try {
    mkdirSync(path, PRIVATE_FOLDER_MODE);
  } catch (error) {
    if (errorCodeOf(error) !== 'EEXIST') throw error;
  }
}

function identityOf(path: string): string {
  const { dev, ino } = folderStat(path);
  return `${dev} ${ino}`;
}

function folderStat(path: string): { readonly dev: number; readonly ino: number } {
  const stat = lstatSync(path);
  if (!stat.isDirectory()) throw replaced(path);
  return stat;
}

function replaced(path: string): Error {
  return Object.assign(new Error(`${path} is not the folder that it was`), { code: 'ENOTDIR' });
}
