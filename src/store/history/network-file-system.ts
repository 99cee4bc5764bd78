// Whether a folder is on another machine. There locks lie and syncs are promises: a database would not survive it.

import { statfs } from 'node:fs/promises';
import { MmchatError } from '../../base/errors.ts';

/** Says what file system a folder is on, as statfs(2) does. */
export type FileSystemType = (folder: string) => Promise<number>;

export const systemFileSystemType: FileSystemType = async (folder) => (await statfs(folder)).type;

/** https://man7.org/linux/man-pages/man2/statfs.2.html; sshfs and the like are FUSE. */
const NETWORK_TYPES = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'SMB (CIFS)'],
  [0xfe534d42, 'SMB'],
  [0x01021997, '9P'],
  [0x65735546, 'FUSE'],
  [0x5346414f, 'AFS'],
  [0x73757245, 'Coda'],
  [0x00c36400, 'Ceph'],
]);

/** @throws MmchatError `data-dir` */
export async function requireLocalFolder(
  folder: string,
  fileSystemType: FileSystemType = systemFileSystemType,
  platform: NodeJS.Platform = process.platform,
): Promise<void> {
  // The numbers are Linux's.
  if (platform !== 'linux') return;
  let type: number;
  try {
    type = await fileSystemType(folder);
  } catch {
    // Whoever opens the file there will say what is wrong.
    return;
  }
  // Some versions of Node give the 32 bits with a sign.
  const name = NETWORK_TYPES.get(type >>> 0);
  if (name === undefined) return;
  throw new MmchatError(
    'data-dir',
    `The data folder ${folder} is on a network file system (${name}), where messages can't be kept safely. ` +
      'Choose a folder on a disk of this machine with --data-dir.',
  );
}
