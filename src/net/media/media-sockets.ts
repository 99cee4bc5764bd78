// The UDP sockets of media: one for IPv4 and one for IPv6 on the same port number, opened again when they die.

import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Clock, Timer } from '../../base/clock.ts';
import { messageOf, type MmchatError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { HostPort } from '../../contracts/discovery.ts';
import { portError } from '../port-choice.ts';

/** A burst of a video frame, or a moment in which this process does something else. */
const RECEIVE_BUFFER_BYTES = 1024 * 1024;
const SEND_BUFFER_BYTES = 256 * 1024;
const REOPEN_AFTER_MS = 500;
/** Both families must get the same number; where the system chooses, it knows only one of them. */
const PORT_ATTEMPTS = 16;

export interface MediaPortWish {
  /** Given by hand: this one or an error. 0 = any. */
  readonly given?: number;
  /** Otherwise: this one if it is free, asked for when started. */
  readonly wanted: () => number;
}

export interface MediaSocketsParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly port: MediaPortWish;
  readonly onDatagram: (bytes: Uint8Array, source: RemoteInfo) => void;
}

type Family = 4 | 6;

export class MediaSockets {
  readonly #parts: MediaSocketsParts;
  readonly #sockets = new Map<Family, Socket>();
  readonly #reopening = new Map<Family, Timer>();
  /** What this machine can do: opened once before. */
  readonly #possible = new Set<Family>();
  #port = 0;

  constructor(parts: MediaSocketsParts) {
    this.#parts = parts;
  }

  /** 0 when not open. */
  get port(): number {
    return this.#port;
  }

  /** @throws MmchatError `port-in-use`, only for a port that was given by hand */
  async open(signal?: AbortSignal): Promise<void> {
    const { given, wanted } = this.#parts.port;
    const wish = given ?? wanted();
    let problem: unknown;
    for (let attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
      signal?.throwIfAborted();
      // Asking for the wished one twice would not help; any other is only for those who wished none by hand.
      const port = attempt === 0 ? wish : 0;
      problem = await this.#openBoth(port);
      if (problem === undefined) break;
      if (given !== undefined && given !== 0) throw portErrorOf(given, problem);
    }
    if (problem !== undefined) throw portErrorOf(wish, problem);
    if (signal?.aborted === true) {
      await this.close();
      signal.throwIfAborted();
    }
  }

  async #openBoth(wish: number): Promise<unknown> {
    let problem: unknown;
    let port = wish;
    for (const family of [4, 6] as const) {
      try {
        const socket = await this.#openOne(family, port);
        port = socket.address().port;
        this.#sockets.set(family, socket);
      } catch (error) {
        problem = error;
        if (isTaken(error)) {
          await this.#closeSockets();
          return error;
        }
        this.#parts.log.debug('media has no socket of this family', { family, why: messageOf(error) });
      }
    }
    if (this.#sockets.size === 0) return problem;
    this.#port = port;
    return undefined;
  }

  async #openOne(family: Family, port: number): Promise<Socket> {
    const socket = createSocket({
      type: family === 4 ? 'udp4' : 'udp6',
      ipv6Only: family === 6,
      recvBufferSize: RECEIVE_BUFFER_BYTES,
      sendBufferSize: SEND_BUFFER_BYTES,
      // Only addresses are ever sent to: nothing to ask a name server for, nor to wait for.
      lookup: (host, _options, callback) => callback(null, host, family),
    });
    const bound = once(socket, 'listening');
    socket.bind({ port, exclusive: true });
    try {
      await bound;
    } catch (error) {
      closeQuietly(socket);
      throw error;
    }
    this.#possible.add(family);
    socket.on('message', this.#parts.onDatagram);
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // Windows tells so that a port somewhere is closed; nothing is wrong with the socket.
      if (error.code !== 'ECONNRESET') this.#died(family, socket, error);
    });
    return socket;
  }

  /**
   * @param onError called later, when the system would not send it
   * @returns false when there is no socket for such addresses
   */
  send(bytes: Uint8Array, { host, port }: HostPort, onError: (error: Error | null) => void): boolean {
    const socket = this.#sockets.get(host.includes(':') ? 6 : 4);
    if (socket === undefined) return false;
    try {
      socket.send(bytes, port, host, onError);
      return true;
    } catch {
      // Closed by the system a moment ago: `error` follows.
      return false;
    }
  }

  /** More waits already than the system takes in one go. */
  isFull({ host }: HostPort): boolean {
    const socket = this.#sockets.get(host.includes(':') ? 6 : 4);
    return socket !== undefined && socket.getSendQueueSize() > SEND_BUFFER_BYTES;
  }

  /** For when the addresses of this machine changed: what could not be opened before may be possible now. */
  retry(): void {
    if (this.#port === 0) return;
    for (const family of [4, 6] as const)
      if (!this.#sockets.has(family) && !this.#reopening.has(family)) this.#reopenLater(family, 0);
  }

  async close(): Promise<void> {
    this.#port = 0;
    for (const timer of this.#reopening.values()) timer.cancel();
    this.#reopening.clear();
    await this.#closeSockets();
  }

  async #closeSockets(): Promise<void> {
    const sockets = [...this.#sockets.values()];
    this.#sockets.clear();
    await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))));
  }

  #died(family: Family, socket: Socket, error: Error): void {
    if (this.#sockets.get(family) !== socket) return;
    this.#parts.log.warn('a socket of media died and is opened again', { family, why: messageOf(error) });
    this.#sockets.delete(family);
    closeQuietly(socket);
    this.#reopenLater(family, REOPEN_AFTER_MS);
  }

  #reopenLater(family: Family, delayMs: number): void {
    const timer = this.#parts.clock.after(delayMs, () => void this.#reopen(family));
    this.#reopening.set(family, timer);
  }

  async #reopen(family: Family): Promise<void> {
    const port = this.#port;
    const timer = this.#reopening.get(family);
    try {
      const socket = await this.#openOne(family, port);
      if (this.#port === port && port !== 0) this.#sockets.set(family, socket);
      else closeQuietly(socket);
      if (this.#reopening.get(family) === timer) this.#reopening.delete(family);
    } catch {
      if (this.#reopening.get(family) !== timer) return;
      this.#reopening.delete(family);
      // A family that the system never had is asked for again only when the addresses change.
      if (this.#port !== 0 && this.#possible.has(family)) this.#reopenLater(family, REOPEN_AFTER_MS);
    }
  }
}

function isTaken(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'EADDRINUSE' || code === 'EACCES';
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

function portErrorOf(port: number, error: unknown): MmchatError {
  return portError(port, codeOf(error), '--udp-port');
}

function closeQuietly(socket: Socket): void {
  try {
    socket.close();
  } catch {
    // It is closed already.
  }
}
