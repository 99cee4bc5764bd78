// Who owns a data folder: the process that listens on its control socket. Exactly one can.

import { chmod, lstat, mkdir, realpath, rm, unlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanLine, messageOf, MmchatError, openDataDir } from '../../src/index.ts';
import { controlAddress, type ControlAddress, type ControlPlace } from './control-address.ts';
import { connectTo, readOwner, OWNER_FILE } from './control-probe.ts';
import { withDirectoryLock, type DirectoryLockOptions } from './directory-lock.ts';

export interface Claim {
  readonly server: Server;
  readonly address: ControlAddress;
  /** Gives the folder up. Whoever comes next may claim it as soon as this began. */
  release(): Promise<void>;
}

export interface ClaimOptions {
  readonly place?: ControlPlace;
  readonly lock?: DirectoryLockOptions;
}

export function localPlace(): ControlPlace {
  return { platform: process.platform, userId: process.getuid?.(), temporaryFolder: tmpdir() };
}

/**
 * Makes the folder if there is none and starts to listen; connections wait in the server until somebody handles them.
 *
 * @throws MmchatError `already-running` when another process owns it, `data-dir` when it can't be used
 */
export async function claimDataDir(
  dataDir: string,
  onConnection: Parameters<typeof createServer>[1],
  { place = localPlace(), lock = {} }: ClaimOptions = {},
): Promise<Claim> {
  try {
    await openDataDir(dataDir);
    const resolved = await realpath(dataDir);
    const address = controlAddress(resolved, place);
    const server = createServer({ allowHalfOpen: true }, onConnection);
    // A system's own refusal of a second listener is final for pipes: they vanish with their process.
    if (address.kind === 'pipe') await listenOnPipe(server, address.path, resolved);
    else
      await withDirectoryLock(join(resolved, 'control.lock'), () => takeSocket(server, address, resolved, place), lock);
    return { server, address, release: () => release(server, resolved) };
  } catch (error) {
    if (error instanceof MmchatError) throw error;
    throw new MmchatError('data-dir', `The data folder ${dataDir} can't be used: ${cleanLine(messageOf(error))}.`, {
      cause: error,
    });
  }
}

async function takeSocket(
  server: Server,
  address: ControlAddress,
  dataDir: string,
  place: ControlPlace,
): Promise<void> {
  const owner = await readOwner(dataDir);
  // The recorded path too: where the socket is outside the folder, another TMPDIR would lead to another place.
  for (const path of new Set([address.path, ...(owner === undefined ? [] : [owner.path])])) {
    const socket = await connectTo(path);
    if (socket === undefined) continue;
    socket.destroy();
    throw alreadyRunning(dataDir, owner?.processId);
  }
  if (address.outside !== undefined) await makeOutsideFolder(address.outside, place.userId);
  await removeStaleSocket(address.path);
  await listenPrivately(server, address.path);
  await writeFile(join(dataDir, OWNER_FILE), `${JSON.stringify({ processId: process.pid, path: address.path })}\n`, {
    mode: 0o600,
  });
}

async function listenOnPipe(server: Server, path: string, dataDir: string): Promise<void> {
  try {
    await listen(server, path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE' || code === 'EACCES')
      throw alreadyRunning(dataDir, (await readOwner(dataDir))?.processId);
    throw error;
  }
  await writeFile(join(dataDir, OWNER_FILE), `${JSON.stringify({ processId: process.pid, path })}\n`);
}

function alreadyRunning(dataDir: string, processId: number | undefined): MmchatError {
  const which = processId === undefined ? '' : ` (process ${processId})`;
  return new MmchatError(
    'already-running',
    `Another mmchat-p2p already runs with the data folder ${dataDir}${which}. ` +
      'Stop it first, or give this one a folder of its own with --data-dir.',
  );
}

/** In a folder that everybody may write to, another user could have been there first. */
async function makeOutsideFolder(path: string, userId: number | undefined): Promise<void> {
  await mkdir(path, { mode: 0o700 }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  const found = await lstat(path);
  const ours = found.isDirectory() && found.uid === userId && (found.mode & 0o077) === 0;
  if (!ours) throw new MmchatError('data-dir', `The folder ${path} must belong to you alone (mode 700).`);
}

async function removeStaleSocket(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isSocket())
    throw new MmchatError('data-dir', `${path} is in the way: the control socket belongs there. Move it away.`);
  await unlink(path);
}

/** bind() and chmod() are two steps; the mask keeps others out between them. */
async function listenPrivately(server: Server, path: string): Promise<void> {
  const mask = process.umask(0o177);
  try {
    const listening = listen(server, path);
    process.umask(mask);
    await listening;
  } finally {
    process.umask(mask);
  }
  await chmod(path, 0o600);
}

async function listen(server: Server, path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      // A failed accept (too many open files) loses that client, not the node.
      server.on('error', () => undefined);
      resolve();
    });
  });
}

async function release(server: Server, dataDir: string): Promise<void> {
  // While we still listen nobody else can own the folder, so this is surely our own note.
  await rm(join(dataDir, OWNER_FILE), { force: true }).catch(() => undefined);
  // Closing removes the socket's file.
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
