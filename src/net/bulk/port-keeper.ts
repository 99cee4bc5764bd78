// Keeps the port of transfers as long as there are none: whoever comes is sent away. Costs nearly nothing, and others
// know where to come once there is something.

import { createServer, type Server } from 'node:net';
import { choosePort, type PortWish } from '../port-choice.ts';

const ATTEMPTS = 5;

export class PortKeeper {
  #server: Server | undefined;

  /**
   * Resolves with the port; 0 when there is none to be had.
   *
   * @throws MmchatError `port-in-use` when the given one can't be used
   */
  async take(wish: PortWish): Promise<number> {
    // Somebody else may take the port between the choice and the listening: choose again then.
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const port = await this.#listen(await choosePort(wish));
      if (port !== undefined) return port;
    }
    return 0;
  }

  /** This port again, or if it is taken meanwhile, any. */
  async takeAgain(port: number): Promise<number> {
    return (port === 0 ? undefined : await this.#listen(port)) ?? (await this.#listen(0)) ?? 0;
  }

  async release(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server !== undefined) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  #listen(port: number): Promise<number | undefined> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.destroy();
    });
    return new Promise((resolve) => {
      server.once('error', () => resolve(undefined));
      server.listen({ port, exclusive: true }, () => {
        server.on('error', () => undefined);
        this.#server = server;
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : undefined);
      });
    });
  }
}
