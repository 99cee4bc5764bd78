// Where something that comes is kept until it is whole: in the download folder, under a name that nobody takes for it.

import { realpath } from 'node:fs/promises';
import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { TargetSpec } from '../../contracts/transfer-files.ts';
import { numberedFileName, safeFileName } from '../../state/file-names.ts';
import { makeFolder } from '../data-dir.ts';
import { errorCodeOf } from '../file-errors.ts';
import { targetError, unusableFolder } from './transfer-errors.ts';

// Only somebody who means it has more parts of one transfer.
const NAMES_TRIED = 100;

/**
 * The download folder's real path. Made if it is missing; a link to one is followed once, and then no more.
 *
 * @throws MmchatError `data-dir`, `disk-full`
 */
export async function openDownloadFolder(folder: string): Promise<string> {
  try {
    await makeFolder(folder);
    return await realpath(folder);
  } catch (error) {
    throw targetError(folder, error);
  }
}

/** The part of an earlier run, if its path may be one of this transfer in this folder. What is there is not looked at. */
export function earlierPart({ partPath, transferId }: TargetSpec, folder: string): string | undefined {
  if (partPath === undefined || !basename(partPath).endsWith(endingOf(transferId))) return undefined;
  try {
    if (realpathSync(dirname(partPath)) !== folder) return undefined;
  } catch {
    return undefined;
  }
  return join(folder, basename(partPath));
}

/** Lets `make` make a new part, under a name that nothing has: `make` throws `EEXIST` when something has it. */
export function claimPart<Made>(
  { name, transferId }: TargetSpec,
  folder: string,
  make: (path: string) => Made,
): { readonly path: string; readonly made: Made } {
  const safe = safeFileName(name);
  for (let number = 0; number < NAMES_TRIED; number++) {
    const path = join(folder, numberedFileName(safe, number) + endingOf(transferId));
    try {
      return { path, made: make(path) };
    } catch (error) {
      if (errorCodeOf(error) !== 'EEXIST') throw targetError(folder, error);
    }
  }
  throw unusableFolder(folder, 'too many parts of this transfer are there');
}

function endingOf(transferId: string): string {
  return `.${transferId.slice(0, 8)}.part`;
}
