// A classic server on loopback with clients that all leave at the end of the test.

import { systemClock } from '../../src/base/clock.ts';
import { createLog, formatLogRecord, silentLog } from '../../src/base/log.ts';
import { ClassicServer } from '../../src/super-peer/classic/classic-server.ts';
import type { ClassicServerOptions } from '../../src/super-peer/classic/classic-server.ts';
import { ClassicClient } from './classic-client.ts';

export class ChatRoom {
  readonly server: ClassicServer;
  readonly tcpPort: number;
  readonly udpPort: number;
  readonly log: string[];
  readonly #clients: ClassicClient[] = [];

  private constructor(server: ClassicServer, ports: { tcpPort: number; udpPort: number }, log: string[]) {
    this.server = server;
    this.tcpPort = ports.tcpPort;
    this.udpPort = ports.udpPort;
    this.log = log;
  }

  static async open(options: Partial<ClassicServerOptions> = {}): Promise<ChatRoom> {
    const records: string[] = [];
    const log = createLog(systemClock, 'warn', (record) => records.push(formatLogRecord(record)));
    const server = new ClassicServer({
      clock: systemClock,
      log: options.log === silentLog ? silentLog : log,
      bind: '127.0.0.1',
      tcpPort: 0,
      udpPort: 0,
      ...options,
    });
    return new ChatRoom(server, await server.start(), records);
  }

  /** Somebody who has joined. */
  async join(name: string, from?: string): Promise<ClassicClient> {
    return this.#keep(await ClassicClient.join(this, name, from));
  }

  /** Several in this order; each has heard of all. */
  async joinAll<Names extends readonly string[]>(...names: Names): Promise<{ [Index in keyof Names]: ClassicClient }> {
    const clients: ClassicClient[] = [];
    for (const name of names) clients.push(await this.join(name));
    for (const client of clients) await client.heard();
    return clients as { [Index in keyof Names]: ClassicClient };
  }

  async connect(name: string, from?: string): Promise<ClassicClient> {
    return this.#keep(await ClassicClient.connect(this, name, from));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    await this.server.stop();
  }

  #keep(client: ClassicClient): ClassicClient {
    this.#clients.push(client);
    return client;
  }
}

export function system(text: string): string {
  return `{"type":"system","msg":${JSON.stringify(text)}}`;
}

export function activeList(...names: string[]): string {
  return JSON.stringify({ type: 'active_list', users: names });
}
