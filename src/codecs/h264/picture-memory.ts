// Where raw pictures change hands between the program and the child process: a file in memory that has no name any more, so
// nobody else can open it and nothing of it is left. A descriptor carries 64 KiB at a time; this takes a picture at once.

import { closeSync, constants, mkdtempSync, openSync, readSync, rmdirSync, unlinkSync, writeSync } from 'node:fs';
import path from 'node:path';
import { NO_PLACE } from './codec-messages.ts';
import { MOST_PIXELS } from './h264-limits.ts';

/** Linux has it everywhere: what is in it is never on a disk. */
const MEMORY_FOLDER = '/dev/shm';
export const MOST_PICTURE_BYTES = MOST_PIXELS * 3;
/** More than are ever on their way in a call of a few. Only what was once written takes memory; the first ones are taken first. */
const PLACES = 16;

/** The descriptor of the file; undefined where there is no such folder, or no room in it. */
export function openPictureFile(folder: string = MEMORY_FOLDER): number | undefined {
  try {
    const own = mkdtempSync(path.join(folder, 'mmchat-'));
    const file = path.join(own, 'pictures');
    try {
      const descriptor = openSync(file, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
      unlinkSync(file);
      return descriptor;
    } finally {
      rmdirSync(own);
    }
  } catch {
    return undefined;
  }
}

/** Reads and writes places of the file; who may use which is said with {@link PicturePlaces}. */
export class PictureMemory {
  readonly #descriptor: number;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** False: it does not fit, or there is no memory left. */
  write(place: number, picture: Uint8Array): boolean {
    if (picture.length > MOST_PICTURE_BYTES) return false;
    try {
      return writeSync(this.#descriptor, picture, 0, picture.length, place * MOST_PICTURE_BYTES) === picture.length;
    } catch {
      return false;
    }
  }

  /** False: not all of it is there. */
  read(place: number, into: Uint8Array): boolean {
    if (into.length > MOST_PICTURE_BYTES) return false;
    try {
      return readSync(this.#descriptor, into, 0, into.length, place * MOST_PICTURE_BYTES) === into.length;
    } catch {
      return false;
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** Which places are free: only the program says so, for both. */
export class PicturePlaces {
  readonly #taken = new Set<number>();

  /** NO_PLACE: none is free. */
  take(): number {
    for (let place = 0; place < PLACES; place++)
      if (!this.#taken.has(place)) {
        this.#taken.add(place);
        return place;
      }
    return NO_PLACE;
  }

  free(place: number): void {
    this.#taken.delete(place);
  }
}
