// Writes past the system's cache, where that is possible (Linux, most disks): a large file that comes is not read again
// soon, and what is not copied into the cache first costs a fifth of the processor time and leaves little to sync.

import { closeSync, constants, openSync, write } from 'node:fs';
import { promisify } from 'node:util';
import { errorCodeOf } from '../file-errors.ts';

/** What a disk may ask for: place, length and memory as multiples of it. More than most do. */
const BLOCK_BYTES = 4096;
/** Below, a copy is cheaper than waiting for the disk. */
const MIN_BYTES = 128 * 1024;

const writeLater = promisify(write);
const { O_DIRECT } = constants as Partial<typeof constants>;

export class DirectWrites {
  #fd: number | undefined;
  /** Was tried and does not work: the file system or the memory of the bytes does not allow it. */
  #isImpossible = O_DIRECT === undefined || process.platform !== 'linux';
  #writing = 0;
  #isClosed = false;

  /** False when nothing was written: then it has to be written in the ordinary way. Throws what the disk says. */
  async write(fd: number, bytes: Uint8Array, position: number): Promise<boolean> {
    const isFit = [position, bytes.length, bytes.byteOffset].every((value) => value % BLOCK_BYTES === 0);
    if (this.#isImpossible || !isFit || bytes.length < MIN_BYTES) return false;
    this.#fd ??= this.#open(fd);
    if (this.#fd === undefined) return false;
    this.#writing += 1;
    try {
      const { bytesWritten } = await writeLater(this.#fd, bytes, 0, bytes.length, position);
      return bytesWritten === bytes.length;
    } catch (error) {
      if (errorCodeOf(error) !== 'EINVAL') throw error;
      this.#isImpossible = true;
      return false;
    } finally {
      this.#writing -= 1;
      if (this.#isClosed) this.close();
    }
  }

  /** What is being written is still written. */
  close(): void {
    this.#isClosed = true;
    if (this.#writing > 0 || this.#fd === undefined) return;
    closeSync(this.#fd);
    this.#fd = undefined;
  }

  // By what is open, not by its name: that may lead elsewhere by now.
  #open(fd: number): number | undefined {
    try {
      return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | (O_DIRECT ?? 0));
    } catch {
      this.#isImpossible = true;
      return undefined;
    }
  }
}
