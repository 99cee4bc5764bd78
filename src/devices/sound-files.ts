// Sound files on disk: read whole, within bounds, and only if they are files; written new and private.

import { constants } from 'node:fs';
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { cleanLine } from '../base/clean-text.ts';
import { MmchatError, type ErrorCode } from '../base/errors.ts';
import type { SoundFiles } from '../contracts/audio.ts';

/** Five and a half minutes of the largest form (64-bit stereo at 96 kHz are 1.5 MB a second), 12 hours of the smallest. */
export const MAX_SOUND_FILE_BYTES = 512 << 20;

export class DiskSoundFiles implements SoundFiles {
  async read(file: string): Promise<Uint8Array> {
    return readSoundFile(file);
  }

  async writeNew(file: string, bytes: Uint8Array): Promise<void> {
    try {
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    } catch (error) {
      const why = `Its folder can't be made (${codeOf(error)})`;
      throw new MmchatError('data-dir', `The sound could not be written to ${shown(file)}. ${why}.`, { cause: error });
    }
    try {
      const handle = await open(file, 'wx', 0o600);
      try {
        await handle.writeFile(bytes);
      } catch (error) {
        await rm(file, { force: true });
        throw error;
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw notWritten(file, error);
    }
  }

  async remove(file: string): Promise<void> {
    try {
      await rm(file, { force: true });
    } catch (error) {
      throw notWritten(file, error);
    }
  }
}

/** @throws MmchatError `no-such-file`, `bad-audio` */
export async function readSoundFile(file: string): Promise<Uint8Array> {
  let handle: FileHandle;
  try {
    // A pipe would make it wait for a writer.
    handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new MmchatError('no-such-file', `There is no file ${shown(file)}.`, { cause: error });
    throw new MmchatError('bad-audio', `${shown(file)} can't be read (${code}).`, { cause: error });
  }
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new MmchatError('bad-audio', `${shown(file)} is no file.`);
    if (stats.size > MAX_SOUND_FILE_BYTES)
      throw new MmchatError('bad-audio', `${shown(file)} is too large to be played: more than 512 MiB.`);
    const bytes = new Uint8Array(stats.size);
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } catch (error) {
    if (error instanceof MmchatError) throw error;
    throw new MmchatError('bad-audio', `${shown(file)} can't be read (${codeOf(error)}).`, { cause: error });
  } finally {
    await handle.close();
  }
}

function notWritten(file: string, error: unknown): MmchatError {
  const code = codeOf(error);
  const known: Readonly<Record<string, readonly [ErrorCode, string]>> = {
    EEXIST: ['file-exists', 'There is a file of that name'],
    ENOSPC: ['disk-full', 'The disk is full'],
    EDQUOT: ['disk-full', 'The disk is full'],
  };
  const [errorCode, why] = known[code] ?? ['data-dir', `The system refused it (${code})`];
  return new MmchatError(errorCode, `The sound could not be written to ${shown(file)}. ${why}.`, { cause: error });
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
}

export function shown(file: string): string {
  return cleanLine(file).slice(0, 300);
}
