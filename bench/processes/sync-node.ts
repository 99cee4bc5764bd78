// A process with one node of `bench sync`: it has a history or fetches one, and what it sends is counted.

import { countedNode, type Traffic } from '../inside/counted-links.ts';
import type { MmchatNode } from '../../src/index.ts';
import { watchEventLoop, type LoopDelay } from '../support/event-loop.ts';
import { LOOPBACK } from '../support/loopback.ts';
import { nowMicros } from '../support/stamp.ts';

export interface SyncNode {
  start(params: SyncNodeOptions): Promise<{ peerId: string; port: number }>;
  /** Starts, and resolves when so many messages of others are here, durable. */
  fetch(params: SyncNodeOptions & { count: number; deadlineMs: number }): Promise<Fetching>;
  /** Says something to somebody who is linked. */
  say(params: { to: string; text: string }): Promise<void>;
  /** Bytes sent since the start, by stream and kind of message. */
  traffic(params: object): Promise<Traffic>;
  stop(params: object): Promise<void>;
  /** Too late, all others at rest: what the machine itself does to a process. */
  idle(params: { forMs: number }): Promise<LoopDelay>;
}

export interface SyncNodeOptions {
  readonly dataDir: string;
  readonly name: string;
  /** Dialled at the start. */
  readonly peer?: number;
  readonly historyMessages?: number;
}

/** Seconds from the start of the node. */
export interface Fetching {
  readonly linked: number;
  readonly first: number;
  readonly last: number;
  /** From the link on. */
  readonly delay: LoopDelay;
}

export function syncNode(): SyncNode {
  let node: MmchatNode | undefined;
  let traffic: Traffic = {};
  const make = ({ dataDir, name, peer, historyMessages }: SyncNodeOptions): MmchatNode => {
    const counted = countedNode({
      dataDir,
      name,
      port: 0,
      mdns: false,
      interfaces: [LOOPBACK],
      peers: peer === undefined ? [] : [`${LOOPBACK}:${peer}`],
      ...(historyMessages === undefined ? {} : { historyMessages }),
    });
    traffic = counted.traffic;
    return (node = counted.node);
  };
  return {
    async start(params) {
      const started = make(params);
      await started.start();
      const { peerId, addresses } = started.status();
      return { peerId, port: Number(/\/tcp\/(\d+)/u.exec(addresses[0] ?? '')?.[1]) };
    },
    async fetch({ count, deadlineMs, ...params }) {
      const fetching = make(params);
      const began = nowMicros();
      const since = (): number => (nowMicros() - began) / 1e6;
      let watched: (() => Promise<LoopDelay>) | undefined;
      const done = new Promise<Fetching>((resolve, reject) => {
        let [linked, first, here] = [0, 0, 0];
        const timer = setTimeout(() => reject(new Error(`Only ${here} of ${count} messages came.`)), deadlineMs);
        fetching.on((event) => {
          if (event.type === 'person-seen' && event.linked && watched === undefined) {
            linked = since();
            watched = watchEventLoop();
          }
          if (event.type !== 'messages-added') return;
          if (here === 0) first = since();
          here += event.messages.length;
          if (here < count || watched === undefined) return;
          clearTimeout(timer);
          const last = since();
          void watched().then((delay) => resolve({ linked, first, last, delay }));
        });
      });
      await fetching.start();
      return done;
    },
    async say({ to, text }) {
      await node?.chat.send({ to, text });
    },
    async traffic() {
      return { ...traffic };
    },
    async stop() {
      await node?.stop();
      node = undefined;
    },
    async idle({ forMs }) {
      const watched = watchEventLoop();
      await new Promise((resolve) => setTimeout(resolve, forMs));
      return watched();
    },
  };
}
