// Where the control socket of a data folder is.

import { createHash } from 'node:crypto';
import { Buffer } from 'node:buffer';
import { join } from 'node:path';

export interface ControlPlace {
  readonly platform: NodeJS.Platform;
  /** Undefined where there are none. */
  readonly userId: number | undefined;
  readonly temporaryFolder: string;
}

export interface ControlAddress {
  /** What to listen on or connect to. */
  readonly path: string;
  readonly kind: 'socket' | 'pipe';
  /** Folder outside the data folder that holds the socket. */
  readonly outside?: string;
}

// sockaddr_un holds 104 bytes on macOS and 108 on Linux, the final zero included.
export const SOCKET_PATH_LIMIT_BYTES = 100;
const SOCKET_NAME = 'control.sock';

/** The same for the same `dataDir`, which must be resolved (realpath), wherever it is asked. */
export function controlAddress(dataDir: string, place: ControlPlace): ControlAddress {
  const hash = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  if (place.platform === 'win32') return { path: `\\\\.\\pipe\\mmchat-p2p-${hash}`, kind: 'pipe' };
  const inside = join(dataDir, SOCKET_NAME);
  if (fits(inside)) return { path: inside, kind: 'socket' };
  const name = `mmchat-${place.userId ?? 0}-${hash}`;
  const preferred = join(place.temporaryFolder, name);
  const outside = fits(join(preferred, SOCKET_NAME)) ? preferred : join('/tmp', name);
  return { path: join(outside, SOCKET_NAME), kind: 'socket', outside };
}

function fits(path: string): boolean {
  return Buffer.byteLength(path) <= SOCKET_PATH_LIMIT_BYTES;
}
