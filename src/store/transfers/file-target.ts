// One file that comes.

import { closeSync, fstatSync, fsync, ftruncateSync, lstatSync, openSync, unlinkSync } from 'node:fs';
import { promisify } from 'node:util';
import type { ByteTarget, TargetSpec } from '../../contracts/transfer-files.ts';
import { safeFileName } from '../../state/file-names.ts';
import { PRIVATE_FILE_MODE, syncFolder } from '../durable-file.ts';
import { errorCodeOf } from '../file-errors.ts';
import { placeFile } from './final-place.ts';
import { DirectWrites } from './direct-writes.ts';
import { setModified } from './file-times.ts';
import { OpenFiles } from './open-files.ts';
import { CREATE_FILE, WRITE_FILE } from './open-flags.ts';
import { claimPart, earlierPart } from './part-place.ts';
import { readFully, writeFully } from './positioned-io.ts';
import { misuse, targetError, unusableFolder } from './transfer-errors.ts';

const syncFile = promisify(fsync);

/** @param folder real path of the download folder */
export function openFileTarget(spec: TargetSpec, folder: string): ByteTarget {
  try {
    const earlier = earlierPart(spec, folder);
    const fd = earlier === undefined ? undefined : reopened(earlier, spec.size);
    if (earlier !== undefined && fd !== undefined) return new FileTarget(spec, folder, earlier, fd);
    const { path, made } = claimPart(spec, folder, (part) => openSync(part, CREATE_FILE, PRIVATE_FILE_MODE));
    return new FileTarget(spec, folder, path, made);
  } catch (error) {
    throw targetError(folder, error);
  }
}

// What can't be taken up again is left alone: the transfer begins anew beside it.
function reopened(path: string, size: number): number | undefined {
  let fd: number;
  try {
    fd = openSync(path, WRITE_FILE);
  } catch {
    return undefined;
  }
  const stat = fstatSync(fd);
  // With a second name it would be another file of this person as well that is written to.
  if (stat.isFile() && stat.nlink === 1) {
    if (stat.size > size) ftruncateSync(fd, size);
    return fd;
  }
  closeSync(fd);
  return undefined;
}

class FileTarget implements ByteTarget {
  readonly partPath: string;
  readonly presentBytes: number;
  readonly #spec: TargetSpec;
  readonly #folder: string;
  readonly #identity: { readonly dev: number; readonly ino: number };
  readonly #file: OpenFiles;
  readonly #direct = new DirectWrites();
  #finished: Promise<{ readonly path: string }> | undefined;

  constructor(spec: TargetSpec, folder: string, partPath: string, fd: number) {
    const stat = fstatSync(fd);
    this.#spec = spec;
    this.#folder = folder;
    this.partPath = partPath;
    this.presentBytes = stat.size;
    this.#identity = stat;
    this.#file = new OpenFiles(1, () => {
      throw misuse('This file is closed already.');
    });
    this.#file.put(0, fd);
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    if (this.#finished !== undefined) throw misuse('This file is finished already.');
    this.#requireInside(bytes.length, position);
    await this.#use(async (fd) => {
      if (!(await this.#direct.write(fd, bytes, position))) await writeFully(fd, bytes, position);
    });
  }

  async read(buffer: Uint8Array, position: number): Promise<void> {
    this.#requireInside(buffer.length, position);
    await this.#use(async (fd) => {
      if (!(await readFully(fd, buffer, position))) throw misuse('This part of the file is not here yet.');
    });
  }

  finish(): Promise<{ readonly path: string }> {
    // After a full disk it may be tried again.
    this.#finished ??= this.#finish().catch((error: unknown) => {
      this.#finished = undefined;
      throw error;
    });
    return this.#finished;
  }

  async #finish(): Promise<{ readonly path: string }> {
    await this.#file.idle();
    return this.#use(async (fd) => {
      if (fstatSync(fd).size !== this.#spec.size) throw misuse('This file is not whole yet.');
      setModified(fd, this.#spec.modifiedAt);
      await syncFile(fd);
      if (!this.#isOurs()) throw unusableFolder(this.#folder, 'something else is in the place of a file');
      const path = placeFile(this.partPath, this.#folder, safeFileName(this.#spec.name));
      await syncFolder(this.#folder);
      return { path };
    });
  }

  async close(): Promise<void> {
    await this.#file.close();
    this.#direct.close();
  }

  async discard(): Promise<void> {
    await this.#finished?.catch(() => undefined);
    await this.close();
    try {
      if (this.#isOurs()) unlinkSync(this.partPath);
    } catch (error) {
      if (errorCodeOf(error) !== 'ENOENT') throw targetError(this.#folder, error);
    }
  }

  /** Whether the part's name still means what is written here. */
  #isOurs(): boolean {
    const { dev, ino } = lstatSync(this.partPath);
    return dev === this.#identity.dev && ino === this.#identity.ino;
  }

  #requireInside(length: number, position: number): void {
    if (!(position >= 0) || position + length > this.#spec.streamBytes)
      throw misuse('This is outside of the file that was offered.');
  }

  async #use<Result>(work: (fd: number) => Promise<Result>): Promise<Result> {
    try {
      return await this.#file.use(0, work);
    } catch (error) {
      throw targetError(this.#folder, error);
    }
  }
}
