// A folder that comes: its list first, then its files.
//
//   NAME.1a2b3c4d.part/manifest   the list, as it came
//   NAME.1a2b3c4d.part/files/     becomes NAME

import { createHash } from 'node:crypto';
import { fstatSync, ftruncateSync, lstatSync, mkdirSync, openSync } from 'node:fs';
import { bytesEqual } from '../../base/bytes.ts';
import { MmchatError } from '../../base/errors.ts';
import { withRange, type Ranges } from '../../base/ranges.ts';
import type { ByteTarget, TargetSpec } from '../../contracts/transfer-files.ts';
import { safeFileName } from '../../state/file-names.ts';
import { decodeFolderManifest } from '../../wire/folder-manifest.ts';
import { PRIVATE_FILE_MODE, syncFolder } from '../durable-file.ts';
import { errorCodeOf } from '../file-errors.ts';
import { placeFolder } from './final-place.ts';
import { layoutOf, safeNames } from './folder-layout.ts';
import { HeldFolders } from './held-folders.ts';
import { OpenFiles } from './open-files.ts';
import { CREATE_FILE, PRIVATE_FOLDER_MODE, WRITE_FILE } from './open-flags.ts';
import { claimPart, earlierPart } from './part-place.ts';
import { readFully, writeFully } from './positioned-io.ts';
import { ReceivedFolder } from './received-folder.ts';
import { removeTree } from './remove-tree.ts';
import { misuse, shownPath, targetError } from './transfer-errors.ts';

const MANIFEST = 'manifest';
const FILES = 'files';

/** @param folder real path of the download folder */
export async function openFolderTarget(spec: TargetSpec, folder: string): Promise<ByteTarget> {
  const earlier = earlierPart(spec, folder);
  const target = (earlier === undefined ? undefined : taken(spec, folder, earlier)) ?? made(spec, folder);
  try {
    await target.takeUp();
    return target;
  } catch (error) {
    await (target.partPath === earlier ? target.close() : target.discard());
    throw targetError(folder, error);
  }
}

// What can't be taken up again is left alone: the transfer begins anew beside it.
function taken(spec: TargetSpec, folder: string, path: string): FolderTarget | undefined {
  try {
    return new FolderTarget(spec, folder, path, true);
  } catch {
    return undefined;
  }
}

function made(spec: TargetSpec, folder: string): FolderTarget {
  const { path } = claimPart(spec, folder, (part) => mkdirSync(part, PRIVATE_FOLDER_MODE));
  return new FolderTarget(spec, folder, path, false);
}

class FolderTarget implements ByteTarget {
  readonly partPath: string;
  presentBytes = 0;
  readonly #spec: TargetSpec;
  readonly #folder: string;
  readonly #isResumed: boolean;
  readonly #part: HeldFolders;
  readonly #manifest: OpenFiles;
  #manifestRanges: Ranges = [];
  /** Once the list is whole and good. */
  #received: ReceivedFolder | undefined;
  #finished: Promise<{ readonly path: string }> | undefined;
  #closed: Promise<void> | undefined;

  constructor(spec: TargetSpec, folder: string, partPath: string, isResumed: boolean) {
    this.#spec = spec;
    this.#folder = folder;
    this.partPath = partPath;
    this.#isResumed = isResumed;
    this.#part = new HeldFolders({ root: partPath, folders: [{ parent: -1, name: '' }] });
    this.#manifest = new OpenFiles(1, () => openManifest(`${this.#part.at(0)}/${MANIFEST}`));
  }

  /** Looks at what an earlier run has left. */
  async takeUp(): Promise<void> {
    try {
      mkdirSync(`${this.#part.at(0)}/${FILES}`, PRIVATE_FOLDER_MODE);
    } catch (error) {
      if (!this.#isResumed || errorCodeOf(error) !== 'EEXIST') throw error;
    }
    const { manifestBytes } = this.#spec;
    const present = await this.#manifest.use(0, async (fd) => {
      if (fstatSync(fd).size > manifestBytes) ftruncateSync(fd, manifestBytes);
      return fstatSync(fd).size;
    });
    if (present > 0) this.#manifestRanges = withRange([], { first: 0, last: present - 1 });
    this.presentBytes = present;
    if (present < manifestBytes) return;
    try {
      await this.#acceptManifest();
      this.presentBytes += (await this.#received?.presentBytes()) ?? 0;
    } catch (error) {
      if (!(error instanceof MmchatError)) throw error;
      // A crash may have spoilt it: it has to come once more.
      this.#manifestRanges = [];
      this.presentBytes = 0;
    }
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    if (this.#finished !== undefined) throw misuse('This folder is finished already.');
    this.#requireInside(bytes.length, position);
    const inManifest = Math.max(0, Math.min(bytes.length, this.#spec.manifestBytes - position));
    try {
      if (inManifest > 0) await this.#writeManifest(bytes.subarray(0, inManifest), position);
      if (inManifest < bytes.length)
        await this.#requireReceived().write(bytes.subarray(inManifest), position + inManifest);
    } catch (error) {
      throw targetError(this.#folder, error);
    }
  }

  async read(buffer: Uint8Array, position: number): Promise<void> {
    this.#requireInside(buffer.length, position);
    const inManifest = Math.max(0, Math.min(buffer.length, this.#spec.manifestBytes - position));
    try {
      if (inManifest > 0) await this.#readManifest(buffer.subarray(0, inManifest), position);
      if (inManifest < buffer.length)
        await this.#requireReceived().read(buffer.subarray(inManifest), position + inManifest);
    } catch (error) {
      throw targetError(this.#folder, error);
    }
  }

  async #writeManifest(bytes: Uint8Array, position: number): Promise<void> {
    // Once it is good it stays: the files were made by it. The same bytes may well come again.
    if (this.#received !== undefined) return;
    await this.#manifest.use(0, (fd) => writeFully(fd, bytes, position));
    this.#manifestRanges = withRange(this.#manifestRanges, { first: position, last: position + bytes.length - 1 });
    const [whole] = this.#manifestRanges;
    if (whole?.first === 0 && whole.last === this.#spec.manifestBytes - 1) await this.#acceptManifest();
  }

  async #readManifest(buffer: Uint8Array, position: number): Promise<void> {
    const isThere = await this.#manifest.use(0, (fd) => readFully(fd, buffer, position));
    if (!isThere) throw misuse('This part of the folder is not here yet.');
  }

  async #acceptManifest(): Promise<void> {
    const { manifestBytes, manifestHash, modifiedAt, name, size } = this.#spec;
    // Only now that all of it came: a claim alone makes nothing be allocated.
    const bytes = new Uint8Array(manifestBytes);
    await this.#readManifest(bytes, 0);
    const hash = createHash('sha256').update(bytes).digest();
    if (manifestHash === undefined || !bytesEqual(hash, manifestHash))
      throw badManifest(name, 'is not the one that was offered');
    let items;
    try {
      items = decodeFolderManifest(bytes, size);
    } catch (error) {
      throw badManifest(name, 'breaks the rules', error);
    }
    const layout = layoutOf(items, { manifestBytes, modifiedAt }, safeNames(items, this.#ignoresCase()));
    if (this.#closed !== undefined) throw misuse('This folder is closed already.');
    // Of several writes at once that made it whole, one is enough.
    this.#received ??= new ReceivedFolder({
      root: `${this.#part.at(0)}/${FILES}`,
      layout,
      isResumed: this.#isResumed,
    });
  }

  /** Whether the disk finds the list under a name in capitals as well. */
  #ignoresCase(): boolean {
    return lstatSync(`${this.#part.at(0)}/${MANIFEST.toUpperCase()}`, { throwIfNoEntry: false }) !== undefined;
  }

  finish(): Promise<{ readonly path: string }> {
    // After a full disk it may be tried again.
    this.#finished ??= this.#finish().catch((error: unknown) => {
      this.#finished = undefined;
      throw targetError(this.#folder, error);
    });
    return this.#finished;
  }

  async #finish(): Promise<{ readonly path: string }> {
    const received = this.#requireReceived();
    await received.idle();
    await received.complete();
    await received.idle();
    const path = placeFolder(`${this.#part.at(0)}/${FILES}`, this.#folder, safeFileName(this.#spec.name));
    received.moved(path);
    await syncFolder(this.#folder);
    await this.#removeRest();
    return { path };
  }

  // The folder is where it belongs: that this fails is no reason to say that it isn't.
  async #removeRest(): Promise<void> {
    // What is open keeps its folder there on Windows.
    if (process.platform === 'win32') await this.#manifest.release();
    await removeTree(this.partPath).catch(() => undefined);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await this.#manifest.close();
    await this.#received?.close();
    this.#part.close();
  }

  async discard(): Promise<void> {
    const isDone = await this.#finished?.then(
      () => true,
      () => false,
    );
    await this.close();
    if (isDone === true) return;
    try {
      await removeTree(this.partPath);
    } catch (error) {
      throw targetError(this.#folder, error);
    }
  }

  #requireReceived(): ReceivedFolder {
    if (this.#received === undefined) throw misuse('The list of this folder is not here yet.');
    return this.#received;
  }

  #requireInside(length: number, position: number): void {
    if (!(position >= 0) || position + length > this.#spec.streamBytes)
      throw misuse('This is outside of the folder that was offered.');
  }
}

function openManifest(path: string): number {
  try {
    return openSync(path, WRITE_FILE);
  } catch (error) {
    if (errorCodeOf(error) !== 'ENOENT') throw error;
  }
  return openSync(path, CREATE_FILE, PRIVATE_FILE_MODE);
}

function badManifest(name: string, why: string, cause?: unknown): MmchatError {
  const sentence = `The list of what is in the folder ${shownPath(name)} ${why}; nothing was made of it.`;
  return new MmchatError('bad-manifest', sentence, { cause });
}
