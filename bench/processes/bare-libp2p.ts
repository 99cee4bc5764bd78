// libp2p with the same transport, encryption and multiplexer as the program, and nothing else: what its texts are
// measured against.

import { noise } from '@chainsafe/libp2p-noise';
import type { Stream } from '@libp2p/interface';
import { tcp } from '@libp2p/tcp';
import { yamux } from '@libp2p/yamux';
import { multiaddr } from '@multiformats/multiaddr';
import { createLibp2p, type Libp2p } from 'libp2p';
import { LOOPBACK } from '../support/loopback.ts';

const PROTOCOL = '/bench/1';

export async function startBareLibp2p(): Promise<Libp2p> {
  return createLibp2p({
    addresses: { listen: [`/ip4/${LOOPBACK}/tcp/0`] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux({ enableKeepAlive: false })],
    connectionMonitor: { enabled: false },
    connectionGater: { denyDialMultiaddr: () => false },
    // As many as a room of nodes on one machine needs at once.
    connectionManager: { inboundConnectionThreshold: 1_000, maxIncomingPendingConnections: 1_000 },
  });
}

export function addressOf(libp2p: Libp2p): string {
  const [address] = libp2p.getMultiaddrs();
  if (address === undefined) throw new Error('libp2p does not listen.');
  return address.toString();
}

/** Every chunk that arrives on a stream that somebody opens. */
export async function takeStreams(libp2p: Libp2p, take: () => (chunk: Uint8Array) => void): Promise<void> {
  await libp2p.handle(PROTOCOL, (stream) => {
    const taker = take();
    stream.addEventListener('message', ({ data }) => taker(data.subarray()));
  });
}

export async function openStream(libp2p: Libp2p, address: string): Promise<Stream> {
  const connection = await libp2p.dial(multiaddr(address));
  return connection.newStream(PROTOCOL);
}
