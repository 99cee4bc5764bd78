// The socket that is put under bonjour-service: lets through only packets that concern us and that it can bear, and
// keeps every error from becoming an exception. multicast-dns takes it as its `socket` option.

import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { EventEmitter } from 'node:events';
import type { Clock, Timer } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';

export interface MdnsSocketParts {
  readonly clock: Clock;
  readonly family: 4 | 6;
  readonly allows: (message: Buffer, source: RemoteInfo) => boolean;
  /** A sentence's end about what doesn't work, or undefined when it works again. */
  readonly onTrouble: (trouble: string | undefined) => void;
}

/**
 * The library answers every query with a multicast, also to fifty nodes that ask at the same moment. All want the same
 * records: one answer in this time is enough (RFC 6762 section 6 asks for a second).
 */
const ANSWER_PERIOD_MS = 100;

type Callback = (error?: Error | null) => void;

export class MdnsSocket extends EventEmitter {
  readonly #parts: MdnsSocketParts;
  readonly #socket: Socket;
  /** Whether it could be bound. */
  readonly opened: Promise<boolean>;
  readonly #closed: Promise<void>;
  #open = false;
  #closing = false;
  #answerTimer: Timer | undefined;
  #waitingQuery: { message: Buffer; source: RemoteInfo } | undefined;

  constructor(parts: MdnsSocketParts) {
    super();
    this.#parts = parts;
    this.#socket = createSocket({
      type: parts.family === 4 ? 'udp4' : 'udp6',
      reuseAddr: true,
      ...(parts.family === 6 && { ipv6Only: true }),
    });
    this.#socket.on('message', (message, source) => this.#guard(() => this.#receive(message, source)));
    // Not passed on: multicast-dns would throw it when nobody listens there.
    this.#socket.on('error', (error) => this.#trouble('could not be opened', error));
    this.#closed = new Promise((resolve) => this.#socket.once('close', resolve));
    this.opened = new Promise((resolve) => {
      this.#socket.once('listening', () => {
        this.#open = true;
        this.#guard(() => this.emit('listening'));
        resolve(true);
      });
      this.#socket.once('error', () => resolve(false));
      this.#socket.once('close', () => resolve(false));
    });
  }

  get isOpen(): boolean {
    return this.#open && !this.#closing;
  }

  bind(port: number, address: string, callback: () => void): void {
    this.#guard(() => this.#socket.bind(port, address, callback));
  }

  address(): ReturnType<Socket['address']> {
    return this.#socket.address();
  }

  send(message: Uint8Array, offset: number, length: number, port: number, address: string, callback: Callback): void {
    if (!this.isOpen) {
      callback();
      return;
    }
    try {
      this.#socket.send(message, offset, length, port, address, (error) => {
        if (error === null) this.#parts.onTrouble(undefined);
        else this.#trouble('could not send', error);
        this.#guard(() => callback());
      });
    } catch (error) {
      this.#trouble('could not send', error);
      callback();
    }
  }

  addMembership(group: string, interfaceAddress: string): void {
    try {
      this.#socket.addMembership(group, interfaceAddress);
    } catch (error) {
      this.#trouble('could not join its group', error);
      throw error;
    }
  }

  setMulticastInterface(interfaceAddress: string): void {
    try {
      this.#socket.setMulticastInterface(interfaceAddress);
    } catch (error) {
      this.#trouble('could not choose its interface', error);
      throw error;
    }
  }

  dropMembership(group: string, interfaceAddress: string): void {
    this.#socket.dropMembership(group, interfaceAddress);
  }

  setMulticastTTL(ttl: number): void {
    this.#socket.setMulticastTTL(ttl);
  }

  setMulticastLoopback(on: boolean): void {
    this.#socket.setMulticastLoopback(on);
  }

  /** Idempotent; the callback comes when the socket is closed. */
  close(callback?: () => void): void {
    if (!this.#closing) {
      this.#closing = true;
      this.#answerTimer?.cancel();
      this.#waitingQuery = undefined;
      this.#socket.close();
    }
    void this.#closed.then(() => callback?.());
  }

  #receive(message: Buffer, source: RemoteInfo): void {
    if (this.#closing || !this.#parts.allows(message, source)) return;
    if (isResponse(message)) this.emit('message', message, source);
    else if (this.#answerTimer === undefined) this.#answer(message, source);
    else this.#waitingQuery = { message, source };
  }

  #answer(message: Buffer, source: RemoteInfo): void {
    this.#answerTimer = this.#parts.clock.after(ANSWER_PERIOD_MS, () => {
      this.#answerTimer = undefined;
      const waiting = this.#waitingQuery;
      this.#waitingQuery = undefined;
      if (waiting !== undefined && !this.#closing) this.#answer(waiting.message, waiting.source);
    });
    this.#guard(() => this.emit('message', message, source));
  }

  /** The library parses what strangers sent: whatever it throws ends here. */
  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#trouble('failed', error);
    }
  }

  #trouble(what: string, error: unknown): void {
    if (!this.#closing) this.#parts.onTrouble(`${what}: ${messageOf(error)}`);
  }
}

/** QR bit of the DNS header. */
export function isResponse(message: Uint8Array): boolean {
  return ((message[2] ?? 0) & 0x80) !== 0;
}
