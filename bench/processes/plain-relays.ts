// What the classic server is compared with: the least that passes the same bytes on, by node:net and node:dgram.

import { createSocket } from 'node:dgram';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { LOOPBACK } from '../support/loopback.ts';

export interface PlainRelays {
  /** What comes on one connection goes to all others. */
  fanOut(params: object): Promise<{ port: number }>;
  /** By the source port of a datagram: where it goes. */
  datagrams(params: object): Promise<{ port: number }>;
  route(params: { from: number; to: readonly number[] }): Promise<void>;
  cpu(params: object): Promise<number>;
}

export function plainRelays(): PlainRelays {
  const routes = new Map<number, readonly number[]>();
  return {
    async fanOut() {
      const sockets = new Set<Socket>();
      const server = createServer({ noDelay: true }, (socket) => {
        sockets.add(socket);
        socket.on('data', (chunk: Buffer) => {
          for (const other of sockets) if (other !== socket) other.write(chunk);
        });
        socket.on('error', () => undefined);
        socket.once('close', () => sockets.delete(socket));
      });
      await new Promise<void>((resolve) => server.listen({ port: 0, host: LOOPBACK, backlog: 1024 }, resolve));
      return { port: (server.address() as AddressInfo).port };
    },
    async datagrams() {
      const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024, sendBufferSize: 4 * 1024 * 1024 });
      await new Promise<void>((resolve) => socket.bind(0, LOOPBACK, resolve));
      socket.on('message', (datagram, { port }) => {
        for (const target of routes.get(port) ?? []) socket.send(datagram, target, LOOPBACK);
      });
      return { port: socket.address().port };
    },
    async route({ from, to }) {
      routes.set(from, to);
    },
    async cpu() {
      const { user, system } = process.cpuUsage();
      return user + system;
    },
  };
}
