// All of a buffer from or to a place in a file.

import { read, readSync, write, writeSync } from 'node:fs';
import { promisify } from 'node:util';

// A system call for little is over sooner than a thread of the pool has begun it; much is written while others work. What is
// read is mostly in the cache already, or read ahead: waiting for the thread took a third of the rate of a transfer. It
// is the thread of transfers alone that waits for a slow disk.
const READ_AT_ONCE_BYTES = 1024 * 1024;
const WRITE_AT_ONCE_BYTES = 64 * 1024;

const readLater = promisify(read);
const writeLater = promisify(write);

/** False when the file ends before the buffer is full. */
export async function readFully(fd: number, buffer: Uint8Array, position: number): Promise<boolean> {
  for (let done = 0; done < buffer.length;) {
    const length = buffer.length - done;
    const count =
      length <= READ_AT_ONCE_BYTES
        ? readSync(fd, buffer, done, length, position + done)
        : (await readLater(fd, buffer, done, length, position + done)).bytesRead;
    if (count === 0) return false;
    done += count;
  }
  return true;
}

export async function writeFully(fd: number, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const length = bytes.length - done;
    done +=
      length <= WRITE_AT_ONCE_BYTES
        ? writeSync(fd, bytes, done, length, position + done)
        : (await writeLater(fd, bytes, done, length, position + done)).bytesWritten;
  }
}
