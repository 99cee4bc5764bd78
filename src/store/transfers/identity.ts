// Whether a file is still the one that it was, with nothing written to it.

import type { Stats } from 'node:fs';

export interface FileIdentity {
  readonly device: number;
  readonly inode: number;
  readonly size: number;
  /** With a fraction as fine as a double can tell. */
  readonly modifiedAtMs: number;
}

export function fileIdentityOf({ dev, ino, size, mtimeMs }: Stats): FileIdentity {
  return { device: dev, inode: ino, size, modifiedAtMs: mtimeMs };
}

export function isUnchanged(before: FileIdentity, { dev, ino, size, mtimeMs }: Stats): boolean {
  return before.device === dev && before.inode === ino && before.size === size && before.modifiedAtMs === mtimeMs;
}

/** As whole milliseconds; what is from before 1970 is from then. */
export function modificationTimeOf({ mtimeMs }: Stats): number {
  return Math.max(0, Math.floor(mtimeMs));
}
