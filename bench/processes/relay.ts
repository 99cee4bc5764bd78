// Two bare processes with the shape of two headless nodes: what the first gets on its input comes out of the second,
// through a socket between them and nothing else.

import { connect, createServer, type AddressInfo } from 'node:net';
import { LOOPBACK } from '../support/loopback.ts';

export interface Relay {
  /** Writes to the output what arrives at the port that this tells. */
  listen(params: object): Promise<{ port: number }>;
  /** Sends what comes on the input to this port. */
  send(params: { port: number }): Promise<void>;
}

export function relay(): Relay {
  return {
    async listen() {
      const server = createServer({ noDelay: true }, (socket) => socket.pipe(process.stdout));
      await new Promise<void>((resolve) => server.listen({ port: 0, host: LOOPBACK }, resolve));
      return { port: (server.address() as AddressInfo).port };
    },
    async send({ port }) {
      const socket = connect({ port, host: LOOPBACK, noDelay: true });
      await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
      process.stdin.pipe(socket);
    },
  };
}
