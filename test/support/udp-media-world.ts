// Two real media transports on the loopback with a real link, and a relay between their sockets that can block UDP.

import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { systemRandom } from '../../src/base/random.ts';
import { Libp2pLinks } from '../../src/net/libp2p-links.ts';
import type { MediaPortWish } from '../../src/net/media/media-sockets.ts';
import { UdpMediaTransport } from '../../src/net/media/udp-media-transport.ts';
import type { MediaNode, MediaWorld } from './media-contract.ts';
import { freshIdentity } from './raw-peer.ts';

const HOST = '127.0.0.1';

export interface UdpMediaNode extends MediaNode {
  readonly transport: UdpMediaTransport;
  readonly links: Libp2pLinks;
}

export async function startMediaNode(udpPort?: MediaPortWish): Promise<UdpMediaNode> {
  const identity = freshIdentity();
  const common = { clock: systemClock, log: silentLog };
  const port = { given: 0, first: 0, last: 0 };
  const links = new Libp2pLinks({ ...common, identity, port, prologue: new Uint8Array(0), program: 'test/1' });
  const transport = new UdpMediaTransport({
    ...common,
    random: systemRandom,
    links,
    port: udpPort ?? { wanted: () => links.port },
  });
  await links.start({ instanceId: identity.peerId.length.toString(16).padStart(16, 'a') });
  try {
    await transport.start({});
  } catch (error) {
    await links.stop();
    throw error;
  }
  transport.setInterfaces([{ name: 'lo', address: HOST }]);
  return { peerId: identity.peerId, transport, links };
}

/** Where one side's datagrams go: to the other side, out of the socket that stands for the first one. */
export class Relay {
  readonly #sockets: readonly [Socket, Socket];
  readonly #targets: readonly [number, number];
  isBlocked = false;
  /** What became of each that came for alice (0) or bob (1): what is sent on instead of it. */
  change: (bytes: Buffer, to: 0 | 1) => readonly Uint8Array[] = (bytes) => [bytes];

  constructor(sockets: readonly [Socket, Socket], targets: readonly [number, number]) {
    this.#sockets = sockets;
    this.#targets = targets;
    for (const to of [0, 1] as const)
      sockets[to].on('message', (bytes) => {
        if (!this.isBlocked) for (const one of this.change(bytes, to)) this.send(one, to);
      });
  }

  /** To alice (0) or bob (1), from the address that they know the other one by. */
  send(bytes: Uint8Array, to: 0 | 1): void {
    this.#sockets[to === 0 ? 1 : 0].send(bytes, this.#targets[to], HOST);
  }

  static async start(targets: readonly [number, number]): Promise<Relay> {
    const sockets = [createSocket('udp4'), createSocket('udp4')] as const;
    for (const socket of sockets) {
      socket.bind(0, HOST);
      await once(socket, 'listening');
    }
    return new Relay(sockets, targets);
  }

  get ports(): readonly [number, number] {
    return [this.#sockets[0].address().port, this.#sockets[1].address().port];
  }

  close(): void {
    for (const socket of this.#sockets) socket.close();
  }
}

export interface UdpMediaWorld extends MediaWorld {
  readonly alice: UdpMediaNode;
  readonly bob: UdpMediaNode;
  readonly relay: Relay;
}

export async function udpMediaWorld(): Promise<UdpMediaWorld> {
  const [alice, bob] = [await startMediaNode(), await startMediaNode()];
  const bobSees = new Promise<void>((resolve) => {
    bob.links.on((event) => {
      if (event.type === 'up') resolve();
    });
  });
  await alice.links.dial({ host: HOST, port: bob.links.port });
  await bobSees;
  const relay = await Relay.start([alice.transport.port, bob.transport.port]);
  let isOver = false;
  return {
    alice,
    bob,
    relay,
    candidatesOf: (side) => [{ host: HOST, port: relay.ports[side === 'alice' ? 0 : 1] }],
    setUdpBlocked: (blocked) => (relay.isBlocked = blocked),
    async cutLink() {
      const isDown = new Promise<void>((resolve) => {
        bob.links.on((event) => {
          if (event.type === 'down') resolve();
        });
      });
      alice.links.links.get(bob.peerId)?.close('closed');
      await isDown;
    },
    nowMs: () => performance.now(),
    pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    [Symbol.asyncDispose]: async () => {
      if (isOver) return;
      isOver = true;
      await Promise.all([alice, bob].flatMap(({ transport, links }) => [transport.stop(), links.stop()]));
      relay.close();
    },
  };
}
