// Beacons as datagrams: one socket that hears them, and one for each interface that sends them.

import { createSocket, type Socket } from 'node:dgram';
import { messageOf } from '../base/errors.ts';
import type { LocalAddress } from '../base/ip-address.ts';

export interface BeaconSocketsParts {
  readonly port: number;
  readonly onDatagram: (bytes: Uint8Array, fromAddress: string) => void;
  /** `what` names a socket: trouble with it replaces what was said before; undefined takes it back. */
  readonly onTrouble: (what: string, trouble: string | undefined) => void;
}

interface Sender {
  readonly socket: Socket;
  readonly ready: Promise<boolean>;
}

export class BeaconSockets {
  readonly #parts: BeaconSocketsParts;
  #receiver: Socket | undefined;
  /** By own address and broadcast address. */
  readonly #senders = new Map<string, Sender>();
  readonly #closing = new Set<Promise<void>>();
  #stopped = false;

  constructor(parts: BeaconSocketsParts) {
    this.#parts = parts;
  }

  /** Opens the hearing socket unless it is open. It is shared: every node on a machine hears every beacon. */
  async listen(): Promise<void> {
    if (this.#receiver !== undefined || this.#stopped) return;
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    this.#receiver = socket;
    socket.on('message', (bytes, source) => this.#parts.onDatagram(bytes, source.address));
    const what = 'receive';
    const opened = await bound(socket, this.#parts.port, '0.0.0.0', (error) => {
      const trouble = `Beacons can't be heard on UDP port ${this.#parts.port}: ${messageOf(error)}.`;
      this.#parts.onTrouble(what, trouble);
    });
    if (opened) this.#parts.onTrouble(what, undefined);
    else if (this.#receiver === socket) this.#receiver = undefined;
    if (!opened) await this.#close(socket);
  }

  /** Sends to the neighbours on every IPv4 subnet. What can't be sent is told by `onTrouble`. */
  async send(bytes: Uint8Array, addresses: readonly LocalAddress[]): Promise<void> {
    if (this.#stopped) return;
    const places = addresses.filter((local) => local.broadcast !== undefined);
    const wanted = new Set(places.map(senderKeyOf));
    for (const [key, sender] of this.#senders)
      if (!wanted.has(key)) {
        this.#senders.delete(key);
        this.#parts.onTrouble(key, undefined);
        void this.#close(sender.socket);
      }
    await Promise.all(places.map((local) => this.#sendOn(bytes, local)));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    const sockets = [...this.#senders.values()].map((sender) => sender.socket);
    if (this.#receiver !== undefined) sockets.push(this.#receiver);
    this.#senders.clear();
    this.#receiver = undefined;
    await Promise.all([...this.#closing, ...sockets.map((socket) => this.#close(socket))]);
  }

  async #sendOn(bytes: Uint8Array, local: LocalAddress): Promise<void> {
    const key = senderKeyOf(local);
    const trouble = (error: unknown): void =>
      this.#parts.onTrouble(key, `Beacons can't be sent on ${local.name} (${local.address}): ${messageOf(error)}.`);
    const sender = this.#senders.get(key) ?? this.#open(key, local, trouble);
    if (!(await sender.ready) || this.#stopped || this.#senders.get(key) !== sender) return;
    await new Promise<void>((resolve) => {
      try {
        sender.socket.send(bytes, this.#parts.port, local.broadcast, (error) => {
          if (error === null) this.#parts.onTrouble(key, undefined);
          else trouble(error);
          resolve();
        });
      } catch (error) {
        trouble(error);
        resolve();
      }
    });
  }

  /** Bound to the interface's own address, so that hearers see the address that they can dial. */
  #open(key: string, local: LocalAddress, onError: (error: Error) => void): Sender {
    const socket = createSocket({ type: 'udp4' });
    const ready = bound(socket, 0, local.address, onError).then((opened) => {
      if (opened && !this.#stopped) socket.setBroadcast(true);
      else if (this.#senders.get(key)?.socket === socket) {
        this.#senders.delete(key);
        void this.#close(socket);
      }
      return opened;
    });
    const sender = { socket, ready };
    this.#senders.set(key, sender);
    return sender;
  }

  #close(socket: Socket): Promise<void> {
    const closed = closeSocket(socket).finally(() => this.#closing.delete(closed));
    this.#closing.add(closed);
    return closed;
  }
}

function senderKeyOf(local: LocalAddress): string {
  return `${local.address} ${local.broadcast ?? ''}`;
}

/** Later errors of the socket go to `onError` as well. */
function bound(socket: Socket, port: number, address: string, onError: (error: Error) => void): Promise<boolean> {
  return new Promise((resolve) => {
    socket.on('error', (error) => {
      onError(error);
      resolve(false);
    });
    socket.on('close', () => resolve(false));
    socket.bind(port, address, () => resolve(true));
  });
}

const closed = new WeakMap<Socket, Promise<void>>();

function closeSocket(socket: Socket): Promise<void> {
  let promise = closed.get(socket);
  if (promise === undefined) {
    promise = new Promise((resolve) => {
      socket.once('close', () => resolve());
      try {
        socket.close();
      } catch {
        resolve();
      }
    });
    closed.set(socket, promise);
  }
  return promise;
}
