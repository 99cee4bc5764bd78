// The same shape as half a room of nodes, out of plain sockets: every member is connected with every other one and
// writes to each of them by itself.

import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { LOOPBACK } from '../support/loopback.ts';
import { microsSince, Records, stampedText } from '../support/stamp.ts';

export interface SocketHost {
  /** Makes so many members that listen. */
  start(params: { count: number; bytes: number }): Promise<{ ports: number[] }>;
  /** Every member here connects with all of these; a member's own port is left out. */
  connect(params: { ports: readonly number[] }): Promise<void>;
  say(params: { index: number; bytes: number }): Promise<void>;
  collect(params: object): Promise<number[]>;
  cpu(params: object): Promise<number>;
}

export function socketHost(): SocketHost {
  const ports: number[] = [];
  /** Those to whom each member here writes. */
  const others: Socket[][] = [];
  let micros: number[] = [];
  const take = (text: string): void => {
    const took = microsSince(text);
    if (took !== undefined) micros.push(took);
  };
  return {
    async start({ count, bytes }) {
      for (let index = 0; index < count; index++) {
        const server = createServer({ noDelay: true }, (socket) => {
          const records = new Records(bytes, take);
          socket.on('data', (chunk: Buffer) => records.push(chunk));
        });
        await new Promise<void>((resolve) => server.listen({ port: 0, host: LOOPBACK, backlog: 1024 }, resolve));
        ports.push((server.address() as AddressInfo).port);
      }
      return { ports };
    },
    async connect(params) {
      for (const own of ports) {
        const sockets: Socket[] = [];
        for (const port of params.ports) {
          if (port === own) continue;
          const socket = connect({ port, host: LOOPBACK, noDelay: true });
          await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
          sockets.push(socket);
        }
        others.push(sockets);
      }
    },
    async say({ index, bytes }) {
      const text = stampedText(bytes);
      for (const socket of others[index] ?? []) socket.write(text);
    },
    async collect() {
      const collected = micros;
      micros = [];
      return collected;
    },
    async cpu() {
      const { user, system } = process.cpuUsage();
      return user + system;
    },
  };
}
