// Where what comes is written: a part in the download folder, which becomes the file or folder when it is whole.

import { MmchatError } from '../../base/errors.ts';
import type { ByteTarget, TargetSpec } from '../../contracts/transfer-files.ts';
import { MAX_MANIFEST_BYTES } from '../../wire/limits.ts';
import { openFileTarget } from './file-target.ts';
import { openFolderTarget } from './folder-target.ts';
import { openDownloadFolder } from './part-place.ts';
import { misuse, shownPath } from './transfer-errors.ts';

const SHA256_BYTES = 32;

/**
 * Makes the part, or takes up the one at `partPath` if it is one of this transfer and lies in the folder; else it begins
 * anew and leaves that alone.
 *
 * @throws MmchatError `data-dir`, `disk-full`, `bad-manifest` (the offer contradicts itself)
 */
export async function openTarget(spec: TargetSpec): Promise<ByteTarget> {
  if (!/^[0-9a-f]{32}$/u.test(spec.transferId)) throw misuse('A transfer is named by 32 hex digits.');
  requireConsistent(spec);
  const folder = await openDownloadFolder(spec.folder);
  return spec.kind === 'file' ? openFileTarget(spec, folder) : openFolderTarget(spec, folder);
}

function requireConsistent({ kind, name, size, streamBytes, manifestBytes, manifestHash }: TargetSpec): void {
  const areNumbers = [size, streamBytes, manifestBytes].every((bytes) => Number.isSafeInteger(bytes) && bytes >= 0);
  const isKind =
    kind === 'file'
      ? manifestBytes === 0
      : manifestBytes > 0 && manifestBytes <= MAX_MANIFEST_BYTES && manifestHash?.length === SHA256_BYTES;
  if (areNumbers && isKind && streamBytes === manifestBytes + size) return;
  throw new MmchatError('bad-manifest', `The offer of ${shownPath(name)} contradicts itself.`);
}
