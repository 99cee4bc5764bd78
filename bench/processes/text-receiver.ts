// The receiving process of `bench text`: takes texts by three ways, notes how long each took, and acknowledges it to the
// sender on a socket beside, so that the next one is sent only when this one is here.

import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createNode } from '../../src/index.ts';
import { LOOPBACK } from '../support/loopback.ts';
import { microsSince, Records } from '../support/stamp.ts';
import { addressOf, startBareLibp2p, takeStreams } from './bare-libp2p.ts';

export interface TextReceiver {
  open(params: { dataDir: string }): Promise<TextReceiverPorts>;
  /** Somebody that one has written to may write a lot. */
  greet(params: { peerId: string }): Promise<void>;
  /** How long the records of the bare ways are from now on. */
  expect(params: { bytes: number }): Promise<void>;
  /** Microseconds that each text since the last call took. */
  collect(params: object): Promise<number[]>;
}

export interface TextReceiverPorts {
  readonly acknowledgements: number;
  readonly socket: number;
  readonly libp2p: string;
  readonly node: number;
  readonly peerId: string;
}

export function textReceiver(): TextReceiver {
  let micros: number[] = [];
  const acknowledged = new Set<Socket>();
  const take = (text: string): void => {
    const took = microsSince(text);
    if (took === undefined) return;
    micros.push(took);
    for (const socket of acknowledged) socket.write('.');
  };
  const records: Records[] = [];
  const newTaker = (): ((chunk: Uint8Array) => void) => {
    const taker = new Records(64, take);
    records.push(taker);
    return (chunk) => taker.push(chunk);
  };
  let node: Awaited<ReturnType<typeof createNode>> | undefined;
  return {
    async open({ dataDir }) {
      const acknowledgements = createServer({ noDelay: true }, (socket) => void acknowledged.add(socket));
      const sockets = createServer({ noDelay: true }, (socket) => void socket.on('data', newTaker()));
      const libp2p = await startBareLibp2p();
      await takeStreams(libp2p, newTaker);
      node = await createNode({ name: 'bob', dataDir, port: 0, mdns: false, interfaces: [LOOPBACK] });
      node.on((event) => {
        if (event.type === 'message-added' && !event.message.own) take(event.message.text);
      });
      await node.start();
      const { addresses, peerId } = node.status();
      return {
        acknowledgements: await listen(acknowledgements),
        socket: await listen(sockets),
        libp2p: addressOf(libp2p),
        node: Number(/\/tcp\/(\d+)/u.exec(addresses[0] ?? '')?.[1]),
        peerId,
      };
    },
    async greet({ peerId }) {
      await node?.chat.send({ to: peerId, text: 'hello' });
    },
    async expect({ bytes }) {
      for (const taker of records) taker.length = bytes;
    },
    async collect() {
      const collected = micros;
      micros = [];
      return collected;
    },
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen({ port: 0, host: LOOPBACK }, resolve));
  return (server.address() as AddressInfo).port;
}
