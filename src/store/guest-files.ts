// Files of guests on disk: each in a folder of its own, so that it keeps its name.

import { createReadStream } from 'node:fs';
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { toHex } from '../base/bytes.ts';
import { MmchatError, messageOf } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import type { GuestFile, GuestFiles } from '../contracts/guest-files.ts';

const FOLDER_NAME_BYTES = 8;

export class DiskGuestFiles implements GuestFiles {
  readonly #folder: string;
  readonly #random: Random;

  constructor(folder: string, random: Random) {
    this.#folder = resolve(folder);
    this.#random = random;
  }

  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  async create(name: string): Promise<GuestFile> {
    const folder = join(this.#folder, toHex(this.#random.bytes(FOLDER_NAME_BYTES)));
    const path = join(folder, name);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      return new DiskGuestFile(path, await open(path, 'wx', 0o600));
    } catch (error) {
      throw diskError(error);
    }
  }

  async *read(path: string, chunkBytes: number): AsyncIterable<Uint8Array> {
    const stream = createReadStream(path, { highWaterMark: chunkBytes });
    try {
      for await (const chunk of stream) yield chunk as Buffer;
    } catch (error) {
      throw new MmchatError('no-such-file', 'The file can not be read any more.', { cause: error });
    }
  }

  async remove(path: string): Promise<void> {
    if (dirname(dirname(resolve(path))) !== this.#folder) return;
    await rm(dirname(path), { recursive: true, force: true });
  }
}

class DiskGuestFile implements GuestFile {
  readonly #path: string;
  readonly #handle: FileHandle;
  #bytes = 0;

  constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  get bytes(): number {
    return this.#bytes;
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      await this.#handle.appendFile(bytes);
      this.#bytes += bytes.length;
    } catch (error) {
      throw diskError(error);
    }
  }

  async finish(): Promise<string> {
    await this.#handle.close();
    return this.#path;
  }

  async discard(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
    await rm(dirname(this.#path), { recursive: true, force: true });
  }
}

function diskError(error: unknown): MmchatError {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new MmchatError('disk-full', 'There is no space left on the disk.', { cause: error })
    : new MmchatError('data-dir', `The file can not be written: ${messageOf(error)}`, { cause: error });
}
