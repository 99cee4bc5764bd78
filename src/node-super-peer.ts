// The super-peer of a node: built only where it was asked for, so that nobody else loads any of it.

import { join, resolve } from 'node:path';
import { sleep } from './base/clock.ts';
import type { Log } from './base/log.ts';
import type { NodeEnvironment } from './environment.ts';
import type { Parts } from './node-parts.ts';
import type { NodeOptions } from './options.ts';
import type { NodeState } from './state/values.ts';
import type { SuperPeer, SuperPeerOptions } from './super-peer/super-peer.ts';

const FOLDER = 'guest-files';

export interface SuperPeerFrom {
  readonly options: NodeOptions;
  readonly environment: NodeEnvironment;
  readonly parts: Parts;
  readonly dataDir: string;
  readonly state: () => NodeState;
  readonly log: Log;
}

export async function buildSuperPeer(from: SuperPeerFrom): Promise<SuperPeer> {
  const { options, environment, parts, dataDir, state, log } = from;
  const { SuperPeer } = await import('./super-peer/super-peer.ts');
  const { clock, random, makeGuestFiles, removeFile, soundFiles, makeClassic } = environment;
  return new SuperPeer(superPeerOptions(options), {
    clock,
    log,
    ...(makeClassic === undefined ? {} : { makeClassic }),
    mesh: {
      ...parts,
      state,
      isDedicated: options.guestsOnly === true,
      files: makeGuestFiles(join(resolve(dataDir), FOLDER), random),
      sounds: soundFiles,
      removeReceived: removeFile,
      freeBytes: async () => (await environment.freeSpace(resolve(dataDir)))?.freeBytes ?? Infinity,
      pause: () => sleep(clock, 0),
    },
  });
}

export function superPeerOptions(options: NodeOptions): SuperPeerOptions {
  const { classicTcpPort, classicUdpPort, classicBind, maxClients, metrics } = options;
  return {
    ...(classicTcpPort === undefined ? {} : { tcpPort: classicTcpPort }),
    ...(classicUdpPort === undefined ? {} : { udpPort: classicUdpPort }),
    ...(classicBind === undefined ? {} : { bind: classicBind }),
    ...(maxClients === undefined ? {} : { maxClients }),
    ...(metrics === undefined ? {} : { metrics }),
  };
}
