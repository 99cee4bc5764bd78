// The port where channels come in. Whoever does not know the one-time secret of a channel gets nothing here, is held in a
// few places for a few seconds, and cannot find out which channels are awaited.

import { constants } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, type Server as TlsServer } from 'node:tls';
import type { Clock, Timer } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import type { ChannelKey } from '../../contracts/bulk.ts';
import { TLS_OPTIONS, TlsCarrier } from './tls-carrier.ts';

export interface DoorLimits {
  /** Handshakes at a time, of all and from one address. */
  readonly handshakes: number;
  readonly handshakesEach: number;
  readonly handshakeMs: number;
}

export const DOOR_LIMITS: DoorLimits = { handshakes: 16, handshakesEach: 4, handshakeMs: 5_000 };

export interface DoorParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: DoorLimits;
  /** Somebody proved to know the secret of this channel; nobody can do that again. */
  readonly onOpened: (channelId: string, carrier: TlsCarrier) => void;
}

interface Newcomer {
  readonly socket: Socket;
  readonly address: string;
  readonly timer: Timer;
}

const SECRET_BYTES = 32;

export class TlsDoor {
  readonly #parts: DoorParts;
  readonly #secrets = new Map<string, Uint8Array>();
  /** By where they come from, in the order of their coming. */
  readonly #newcomers = new Map<string, Newcomer>();
  readonly #identities = new WeakMap<TLSSocket, string>();
  readonly #tls: TlsServer;
  #server: Server | undefined;
  #port = 0;
  #turnedAway = 0;

  constructor(parts: DoorParts) {
    this.#parts = parts;
    this.#tls = createTlsServer({
      ...TLS_OPTIONS,
      secureOptions: constants.SSL_OP_NO_TICKET,
      handshakeTimeout: parts.limits.handshakeMs,
      pskCallback: (socket, identity) => {
        this.#identities.set(socket, identity);
        // For one that is not awaited a key that nobody has: that looks the same as a wrong one.
        const secret = this.#secrets.get(identity) ?? parts.random.bytes(SECRET_BYTES);
        return new Uint8Array(secret);
      },
    });
    this.#tls.on('secureConnection', (socket) => this.#admit(socket));
    this.#tls.on('tlsClientError', (_error, socket) => socket.destroy());
  }

  get port(): number {
    return this.#port;
  }

  /** Strangers who got no further, so far. */
  get turnedAway(): number {
    return this.#turnedAway;
  }

  get newcomers(): number {
    return this.#newcomers.size;
  }

  /** On this port, or if it is taken on any. Without any at all, `port` stays 0. */
  async listen(port: number): Promise<void> {
    for (const candidate of port === 0 ? [0] : [port, 0]) {
      const server = createServer((socket) => this.#meet(socket));
      const listens = await new Promise<boolean>((resolve) => {
        server.once('error', () => resolve(false));
        server.listen({ port: candidate, exclusive: true }, () => resolve(true));
      });
      if (!listens) continue;
      server.on('error', () => undefined);
      this.#server = server;
      const address = server.address();
      this.#port = typeof address === 'object' ? (address?.port ?? 0) : 0;
      return;
    }
  }

  /** Somebody may come for this channel. */
  expect({ channelId, secret }: ChannelKey): void {
    this.#secrets.set(channelId, secret.slice());
  }

  forget(channelId: string): void {
    this.#secrets.delete(channelId);
  }

  async close(): Promise<void> {
    this.#secrets.clear();
    this.#port = 0;
    for (const { socket } of this.#newcomers.values()) socket.destroy();
    const server = this.#server;
    this.#server = undefined;
    if (server !== undefined) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  #meet(socket: Socket): void {
    socket.on('error', () => undefined);
    if (this.#secrets.size === 0) {
      this.#turnedAway += 1;
      socket.destroy();
      return;
    }
    this.#makePlaceFor(socket.remoteAddress ?? '');
    const newcomer = {
      socket,
      address: socket.remoteAddress ?? '',
      timer: this.#parts.clock.after(this.#parts.limits.handshakeMs, () => socket.destroy()),
    };
    const end = remoteEnd(socket);
    this.#newcomers.set(end, newcomer);
    socket.once('close', () => {
      if (this.#leave(end)) this.#turnedAway += 1;
    });
    this.#tls.emit('connection', socket);
  }

  /** The oldest of those goes of whom there are most: who knows the secret needs a place for milliseconds only. */
  #makePlaceFor(address: string): void {
    const { handshakes, handshakesEach } = this.#parts.limits;
    const counts = new Map<string, number>();
    for (const newcomer of this.#newcomers.values())
      counts.set(newcomer.address, (counts.get(newcomer.address) ?? 0) + 1);
    const most = Math.max(0, ...counts.values());
    const leaves =
      (counts.get(address) ?? 0) >= handshakesEach
        ? (newcomer: Newcomer): boolean => newcomer.address === address
        : (newcomer: Newcomer): boolean => counts.get(newcomer.address) === most;
    if ((counts.get(address) ?? 0) < handshakesEach && this.#newcomers.size < handshakes) return;
    const oldest = [...this.#newcomers.values()].find(leaves);
    if (oldest === undefined) return;
    this.#leave(remoteEnd(oldest.socket));
    this.#turnedAway += 1;
    oldest.socket.destroy();
  }

  /** Whether it was there. */
  #leave(end: string): boolean {
    this.#newcomers.get(end)?.timer.cancel();
    return this.#newcomers.delete(end);
  }

  #admit(socket: TLSSocket): void {
    this.#leave(remoteEnd(socket));
    const identity = this.#identities.get(socket) ?? '';
    if (!this.#secrets.delete(identity)) {
      socket.on('error', () => undefined);
      socket.destroy();
      return;
    }
    this.#parts.onOpened(identity, new TlsCarrier(socket, this.#parts.clock));
  }
}

function remoteEnd({ remoteAddress = '', remotePort = 0 }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
