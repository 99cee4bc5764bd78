// A super-peer as a program of its own: with a node that nobody sits at, or without one.

import { systemClock } from './base/clock.ts';
import { createLog } from './base/log.ts';
import type { MmchatNode, SuperPeerFacts } from './contracts/node.ts';
import { buildNode } from './node.ts';
import { superPeerOptions } from './node-super-peer.ts';
import type { NodeOptions } from './options.ts';
import { SuperPeer } from './super-peer/super-peer.ts';

export interface RunningSuperPeer {
  /** Absent without a mesh. */
  readonly node?: MmchatNode;
  status(): SuperPeerFacts;
  /** Closes everything. May be called any number of times. */
  stop(): Promise<void>;
}

/** @throws MmchatError `port-in-use`, `bad-option` */
export async function runSuperPeer(
  options: NodeOptions,
  { mesh, signal }: { mesh: boolean; signal?: AbortSignal },
): Promise<RunningSuperPeer> {
  const signalled = signal === undefined ? {} : { signal };
  if (mesh) {
    const node = buildNode({ ...options, superPeer: true, guestsOnly: options.guestsOnly ?? true });
    try {
      await node.start(signalled);
    } catch (error) {
      await node.stop();
      throw error;
    }
    return { node, status: () => factsOf(node), stop: () => node.stop() };
  }
  const log = createLog(systemClock, options.logLevel ?? 'info', options.log ?? (() => undefined));
  const superPeer = new SuperPeer(superPeerOptions(options), { clock: systemClock, log });
  await superPeer.start(signalled);
  return { status: () => superPeer.status(), stop: () => superPeer.stop() };
}

function factsOf(node: MmchatNode): SuperPeerFacts {
  const facts = node.status().superPeer;
  if (facts === undefined) throw new Error('this node is no super-peer');
  return facts;
}
