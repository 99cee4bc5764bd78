// A channel on a TLS socket of its own.

import type { TLSSocket } from 'node:tls';
import { cleanLine } from '../../base/clean-text.ts';
import type { Clock } from '../../base/clock.ts';
import type { Carrier, CarrierListener } from './carrier.ts';

/** TLS 1.3 with a key that both know, and nothing else. */
export const TLS_OPTIONS = {
  minVersion: 'TLSv1.3',
  maxVersion: 'TLSv1.3',
  ciphers: 'TLS_AES_128_GCM_SHA256',
} as const;

/** How long what was written may take to go out after the end. */
const LINGER_MS = 1_000;

/** Where a socket puts what it reads, when it reads into one buffer again and again. */
export interface ReadRelay {
  take: (chunk: Uint8Array) => void;
}

export class TlsCarrier implements Carrier {
  readonly path = 'tls';
  readonly #socket: TLSSocket;
  readonly #clock: Clock;
  readonly #relay: ReadRelay | undefined;
  #listener: CarrierListener | undefined;
  #failure: string | undefined;

  /** `relay`: what the socket reads comes from there; without, it comes as `data`. */
  constructor(socket: TLSSocket, clock: Clock, relay?: ReadRelay) {
    this.#socket = socket;
    this.#clock = clock;
    this.#relay = relay;
    socket.setNoDelay(true);
    socket.on('error', (error: Error) => (this.#failure = error.message));
  }

  start(listener: CarrierListener): void {
    this.#listener = listener;
    const take = (chunk: Uint8Array): void => this.#listener?.bytes(chunk);
    if (this.#relay === undefined) this.#socket.on('data', take);
    else this.#relay.take = take;
    // Reads on until the end, which nothing else would notice.
    this.#socket.resume();
    this.#socket.once('end', () => this.#socket.end());
    const closed = (): void =>
      this.#listener?.closed(
        this.#failure === undefined
          ? 'The other side closed the connection.'
          : `The connection broke (${cleanLine(this.#failure)}).`,
      );
    if (this.#socket.destroyed) queueMicrotask(closed);
    else this.#socket.once('close', closed);
  }

  write(bytes: Uint8Array, written: () => void): void {
    if (this.#socket.destroyed) return;
    this.#socket.write(bytes, (error) => {
      if (error === undefined || error === null) written();
    });
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(): Promise<void> {
    this.#listener = undefined;
    if (this.#socket.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = this.#clock.after(LINGER_MS, () => this.#socket.destroy());
      this.#socket.once('close', () => {
        timer.cancel();
        resolve();
      });
      // Nothing of what still comes is wanted, but unread it would keep the socket open.
      this.#socket.resume();
      this.#socket.end();
    });
  }
}
