// Everything in a folder, seen once: what will be sent, and what will not.

import { closeSync, fstatSync, lstatSync, opendirSync, openSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { cleanLine } from '../../base/clean-text.ts';
import { MmchatError } from '../../base/errors.ts';
import type { SkippedItem } from '../../contracts/transfer-files.ts';
import { isManifestName, manifestItemBytes, manifestPathBytes, type ManifestItem } from '../../wire/folder-manifest.ts';
import {
  MAX_MANIFEST_BYTES,
  MAX_MANIFEST_DEPTH,
  MAX_MANIFEST_ITEMS,
  MAX_MANIFEST_PATH_BYTES,
} from '../../wire/limits.ts';
import { errorCodeOf } from '../file-errors.ts';
import { HeldFolders, type FolderNode } from './held-folders.ts';
import { fileIdentityOf, modificationTimeOf, type FileIdentity } from './identity.ts';
import { READ_FILE } from './open-flags.ts';
import { shownPath, sourceError } from './transfer-errors.ts';

/** Of what is skipped so much is told by name. */
const TOLD_SKIPPED_LIMIT = 1_000;
// System calls are made at once, for there are many; others get a turn in between.
const ITEMS_BETWEEN_TURNS = 128;
const READ_AHEAD_NAMES = 512;
// Not about one file: the next would fail as well.
const OUT_OF_FILES: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOMEM']);

export interface WalkedFolder {
  /** Each folder before what is in it, by name. */
  readonly items: readonly ManifestItem[];
  /** Of the files, in their order. */
  readonly identities: readonly FileIdentity[];
  readonly skipped: readonly SkippedItem[];
  readonly skippedCount: number;
}

/**
 * @param path of a folder; not a link
 * @throws MmchatError `too-large`, `unreadable` (the folder itself), `no-such-file`
 */
export async function walkFolder(path: string): Promise<WalkedFolder> {
  const walk = new FolderWalk(path);
  try {
    await walk.everything();
    return walk;
  } finally {
    walk.close();
  }
}

interface WalkedNode extends FolderNode {
  readonly pathBytes: number;
}

interface ChildFolder {
  readonly node: number;
  readonly modifiedAt: number;
  readonly names: readonly string[];
}

class FolderWalk implements WalkedFolder {
  readonly items: ManifestItem[] = [];
  readonly identities: FileIdentity[] = [];
  readonly skipped: SkippedItem[] = [];
  skippedCount = 0;
  readonly #path: string;
  readonly #nodes: WalkedNode[] = [{ parent: -1, name: '', pathBytes: 0 }];
  readonly #held: HeldFolders;
  #listed = 0;
  #bytes = 0;
  #untilTurn = ITEMS_BETWEEN_TURNS;

  constructor(path: string) {
    this.#path = path;
    try {
      this.#held = new HeldFolders({ root: path, folders: this.#nodes });
    } catch (error) {
      throw sourceError(path, error);
    }
  }

  close(): void {
    this.#held.close();
  }

  async everything(): Promise<void> {
    let names: string[];
    try {
      names = this.#namesIn(0);
    } catch (error) {
      throw sourceError(this.#path, error);
    }
    await this.#folder(0, -1, 0, names);
  }

  async #folder(node: number, parent: number, depth: number, names: readonly string[]): Promise<void> {
    if (depth >= MAX_MANIFEST_DEPTH && names.length > 0)
      throw tooLarge(this.#path, `has more than ${MAX_MANIFEST_DEPTH} folders in each other`);
    for (const [index, name] of names.entries()) {
      this.#untilTurn -= 1;
      if (this.#untilTurn <= 0) {
        this.#untilTurn = ITEMS_BETWEEN_TURNS;
        await setImmediate();
      }
      // What is no UTF-8 comes as text all the same; two such names can come as the same text.
      if (!isManifestName(name) || name === names[index - 1]) this.#skip(node, name, 'bad-name');
      else await this.#item(node, parent, depth, name);
    }
  }

  async #item(node: number, parent: number, depth: number, name: string): Promise<void> {
    let child: ChildFolder | undefined;
    try {
      child = this.#look(node, parent, name);
    } catch (error) {
      if (error instanceof MmchatError) throw error;
      if (OUT_OF_FILES.has(errorCodeOf(error))) throw sourceError(this.#path, error);
      this.#skip(node, name, name.includes('\uFFFD') ? 'bad-name' : 'unreadable');
    }
    if (child === undefined) return;
    this.#add({ kind: 'folder', parent, name, size: 0, modifiedAt: child.modifiedAt });
    await this.#folder(child.node, this.items.length - 1, depth + 1, child.names);
  }

  /** Takes or skips what has this name; a folder is given back. */
  #look(node: number, parent: number, name: string): ChildFolder | undefined {
    const pathBytes = manifestPathBytes(this.#nodes[node]?.pathBytes ?? 0, name);
    if (pathBytes > MAX_MANIFEST_PATH_BYTES) throw tooLarge(this.#path, 'has paths that are too long');
    const path = `${this.#held.at(node)}/${name}`;
    const stat = lstatSync(path);
    if (stat.isDirectory()) {
      const child = this.#nodes.push({ parent: node, name, pathBytes }) - 1;
      return { node: child, modifiedAt: modificationTimeOf(stat), names: this.#namesIn(child) };
    }
    if (stat.isFile()) this.#file(parent, name, path);
    else this.#skip(node, name, stat.isSymbolicLink() ? 'symlink' : 'special');
    return undefined;
  }

  // Opened to see whether it can be read; what was opened is looked at, whatever has its name by now.
  #file(parent: number, name: string, path: string): void {
    const fd = openSync(path, READ_FILE);
    try {
      const stat = fstatSync(fd);
      this.#add({ kind: 'file', parent, name, size: stat.size, modifiedAt: modificationTimeOf(stat) });
      this.identities.push(fileIdentityOf(stat));
    } finally {
      closeSync(fd);
    }
  }

  #add(item: ManifestItem): void {
    this.#bytes += manifestItemBytes(item.name);
    if (this.#bytes > MAX_MANIFEST_BYTES) throw tooLarge(this.#path, 'has names too long for one list');
    this.items.push(item);
  }

  #namesIn(node: number): string[] {
    const names: string[] = [];
    const folder = opendirSync(this.#held.at(node), { bufferSize: READ_AHEAD_NAMES });
    try {
      for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) {
        this.#listed += 1;
        if (this.#listed > MAX_MANIFEST_ITEMS)
          throw tooLarge(this.#path, `has more than ${MAX_MANIFEST_ITEMS.toLocaleString('en')} files and folders`);
        names.push(entry.name);
      }
    } finally {
      folder.closeSync();
    }
    // The same folder gives the same list, whatever order its disk has.
    return names.sort();
  }

  #skip(node: number, name: string, reason: SkippedItem['reason']): void {
    this.skippedCount += 1;
    if (this.skipped.length >= TOLD_SKIPPED_LIMIT) return;
    const names = [name];
    for (let at = node; at > 0; at = this.#nodes[at]?.parent ?? 0) names.push(this.#nodes[at]?.name ?? '');
    this.skipped.push({ path: cleanLine(names.reverse().join('/')), reason });
  }
}

function tooLarge(path: string, why: string): MmchatError {
  return new MmchatError('too-large', `The folder ${shownPath(path)} ${why}: send it as an archive, or in parts.`);
}
