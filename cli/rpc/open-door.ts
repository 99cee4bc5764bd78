// The node of a data folder for one command: the one that runs, else one started for the purpose.

import { createNode, MmchatError, resolveDataDir, type MmchatNode, type NodeOptions } from '../../src/index.ts';
import type { CliIo } from '../io.ts';
import { localPlace } from './control-claim.ts';
import { ControlClient } from './control-client.ts';
import { connectToOwner } from './control-probe.ts';
import { ControlSocket, type ServeOptions } from './control-socket.ts';
import { localDoor, type Door } from './door.ts';

export interface OpenDoor {
  readonly door: Door;
  /** The node when it was started for this, and so knows nobody yet. */
  readonly fresh?: MmchatNode;
}

/** What tests put in the place of the program's own. */
export interface DoorParts {
  readonly createNode: (options: NodeOptions) => Promise<MmchatNode>;
}

const READY_MS = 15_000;
const ATTEMPTS = 5;

/**
 * `serve`: a node that is started for this takes other clients as well, because it stays for longer.
 *
 * @throws MmchatError as `node.start()`; `unreachable` when the running node does not answer
 */
export async function openDoor(
  options: NodeOptions,
  io: CliIo,
  signal: AbortSignal,
  parts: DoorParts = { createNode },
  serve?: ServeOptions,
): Promise<OpenDoor> {
  const dataDir = resolveDataDir(options, { environment: io.env });
  // Between two looks the owner can go (another one-shot had a node for a moment), also in the middle of our look, or come.
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    try {
      const door = await openRunning(dataDir);
      if (door !== undefined) return { door };
      return await openFresh({ ...options, dataDir }, dataDir, signal, parts, serve);
    } catch (error) {
      if (!(error instanceof MmchatError && error.code === 'already-running') || attempt === ATTEMPTS) throw error;
    }
  }
  throw new MmchatError('unreachable', `The mmchat-p2p that runs with the data folder ${dataDir} does not answer.`);
}

async function openRunning(dataDir: string): Promise<Door | undefined> {
  const socket = await connectToOwner(dataDir, localPlace());
  if (socket === undefined) return undefined;
  const client = new ControlClient(socket);
  if (await client.isReady(READY_MS)) return client;
  const answers = socket.destroyed || socket.readableEnded;
  await client.close();
  if (answers) return undefined;
  throw new MmchatError('unreachable', `The mmchat-p2p that runs with the data folder ${dataDir} does not answer.`);
}

async function openFresh(
  options: NodeOptions,
  dataDir: string,
  signal: AbortSignal,
  parts: DoorParts,
  serve: ServeOptions | undefined,
): Promise<OpenDoor> {
  // Claimed and, for what takes a moment, not served: other one-shots wait, then open a door of their own.
  const control = await ControlSocket.claim(dataDir);
  let node: MmchatNode | undefined;
  try {
    node = await parts.createNode(options);
    await node.start({ signal });
    if (serve !== undefined) control.serve(node, serve);
  } catch (error) {
    await node?.stop();
    await control.close();
    throw error;
  }
  const fresh = node;
  const close = async (): Promise<void> => {
    await fresh.stop();
    await control.close();
  };
  return { door: { ...localDoor(fresh), close }, fresh };
}
