// The owner of a data folder as others find it: its note in the folder, and whether it answers.

import { readFile, realpath } from 'node:fs/promises';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { MmchatError } from '../../src/index.ts';
import { controlAddress, type ControlPlace } from './control-address.ts';

export const OWNER_FILE = 'control.json';

export interface Owner {
  readonly processId: number;
  readonly path: string;
}

/** The note that the last owner left, or undefined when there is none to be read. Only a hint: owners may have died. */
export async function readOwner(dataDir: string): Promise<Owner | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(join(dataDir, OWNER_FILE), 'utf8'));
    if (typeof value !== 'object' || value === null) return undefined;
    const { processId, path } = value as Record<string, unknown>;
    return typeof processId === 'number' && typeof path === 'string' ? { processId, path } : undefined;
  } catch {
    return undefined;
  }
}

// No such socket; nobody listens there any more; no socket at all.
const NOBODY = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTSOCK', 'ENOTDIR', 'EINVAL']);

/**
 * A connection to whoever listens at `path`, or undefined when nobody does.
 *
 * @throws MmchatError `already-running` when somebody is there and can't be reached (busy, not ours)
 */
export async function connectTo(path: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ path, allowHalfOpen: true });
    socket.once('connect', () => {
      socket.off('error', onError);
      socket.on('error', () => undefined);
      resolve(socket);
    });
    const onError = (error: NodeJS.ErrnoException): void => {
      if (NOBODY.has(error.code ?? '')) resolve(undefined);
      else
        reject(
          new MmchatError('already-running', `${path} is taken and does not answer (${error.code ?? 'no reason'}).`, {
            cause: error,
          }),
        );
    };
    socket.once('error', onError);
  });
}

/** A connection to the node that owns this data folder, or undefined when none runs. */
export async function connectToOwner(dataDir: string, place: ControlPlace): Promise<Socket | undefined> {
  let resolved: string;
  try {
    resolved = await realpath(dataDir);
  } catch {
    return undefined;
  }
  const owner = await readOwner(resolved);
  const paths = new Set([controlAddress(resolved, place).path, ...(owner === undefined ? [] : [owner.path])]);
  for (const path of paths) {
    const socket = await connectTo(path);
    if (socket !== undefined) return socket;
  }
  return undefined;
}
