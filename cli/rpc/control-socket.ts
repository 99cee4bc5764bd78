// The control socket: the headless interface on DATA_DIR/control.sock of every running node.

import type { Socket } from 'node:net';
import type { MmchatNode } from '../../src/index.ts';
import { claimDataDir, type Claim, type ClaimOptions } from './control-claim.ts';
import { errorReply, FAILED, notificationLine } from './json-rpc.ts';
import { LineOutput } from './line-output.ts';
import { createMethods, statusRow, type RpcMethods } from './methods.ts';
import { notificationsOf } from './notifications.ts';
import { RpcSession } from './session.ts';

export const CLIENT_LIMIT = 32;
/** A client for whom more than this waits does not read, and is dropped. */
export const CLIENT_QUEUE_LIMIT_BYTES = 8 * 1024 * 1024;
const FAREWELL_MS = 500;

export interface ServeOptions {
  /** A client asked for `shutdown` and was answered. */
  readonly onShutdown: () => void;
  /** An error nobody expected: for the log. */
  readonly onFailure?: (error: unknown) => void;
}

interface Serving extends ServeOptions {
  readonly node: MmchatNode;
  readonly methods: RpcMethods;
}

interface Client {
  readonly socket: Socket;
  session?: RpcSession;
}

/**
 *     const control = await ControlSocket.claim(dataDir);   // before anything in the folder is opened
 *     await node.start();
 *     control.serve(node, { onShutdown });
 *     …
 *     await node.stop();
 *     await control.close();                                // last: until then the folder is ours
 */
export class ControlSocket {
  readonly #clients = new Set<Client>();
  #claim: Claim | undefined;
  #serving: Serving | undefined;
  #stopListening: () => void = () => undefined;
  #closing: Promise<void> | undefined;

  /** @throws MmchatError `already-running`, `data-dir` */
  static async claim(dataDir: string, options: ClaimOptions = {}): Promise<ControlSocket> {
    const control = new ControlSocket();
    control.#claim = await claimDataDir(dataDir, (socket) => control.#welcome(socket), options);
    return control;
  }

  /** What it listens on. */
  get path(): string {
    return this.#claim?.address.path ?? '';
  }

  /** Answers clients from now on; those that came earlier have been waiting. The node must be running. */
  serve(node: MmchatNode, options: ServeOptions): void {
    if (this.#serving !== undefined || this.#closing !== undefined) return;
    this.#serving = { ...options, node, methods: createMethods(node) };
    this.#stopListening = node.on((event, state, before) => {
      if (this.#clients.size === 0) return;
      for (const { method, params } of notificationsOf(event, state, before)) {
        const line = notificationLine(method, params);
        for (const client of this.#clients) client.session?.notify(line);
      }
    });
    for (const client of this.#clients) this.#converse(client, this.#serving);
  }

  /** Answers what is left with `stopped`, says goodbye to all clients and gives the folder up. */
  async close(): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async #close(): Promise<void> {
    this.#stopListening();
    const released = this.#claim?.release();
    await Promise.all([...this.#clients].map((client) => this.#dismiss(client)));
    await released;
  }

  #welcome(socket: Socket): void {
    socket.on('error', () => undefined);
    if (this.#closing !== undefined || this.#clients.size >= CLIENT_LIMIT) {
      const refusal = errorReply(null, FAILED, `At most ${CLIENT_LIMIT} clients at a time.`, 'too-many');
      socket.end(`${JSON.stringify(refusal)}\n`, () => socket.destroy());
      return;
    }
    const client: Client = { socket };
    this.#clients.add(client);
    socket.once('close', () => {
      this.#clients.delete(client);
      client.session?.stop();
    });
    if (this.#serving !== undefined) this.#converse(client, this.#serving);
  }

  #converse(client: Client, { node, methods, onShutdown, onFailure }: Serving): void {
    const { socket } = client;
    const output = new LineOutput({
      stream: socket,
      limitBytes: CLIENT_QUEUE_LIMIT_BYTES,
      onLost: () => socket.destroy(),
    });
    const session = new RpcSession({
      input: socket,
      output,
      methods,
      onShutdown,
      onFailure: onFailure ?? ((): void => undefined),
    });
    client.session = session;
    session.notify(notificationLine('ready', statusRow(node)));
    // The input may end before the replies are out (`echo … | nc -U control.sock`): they are written before the end.
    void session.run().then(() => socket.end(() => socket.destroy()));
  }

  async #dismiss({ socket, session }: Client): Promise<void> {
    session?.stop();
    await session?.settle();
    await new Promise<void>((resolve) => {
      if (socket.destroyed) {
        resolve();
        return;
      }
      const timer = setTimeout(() => socket.destroy(), FAREWELL_MS);
      socket.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      socket.end(() => socket.destroy());
    });
  }
}
