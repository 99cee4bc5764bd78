// Somebody who knows the secret of a channel, and says on it whatever a test wants.

import { connect, type TLSSocket } from 'node:tls';
import type { ChannelKey } from '../../src/contracts/bulk.ts';

export class RawBulkPeer {
  readonly socket: TLSSocket;
  /** Resolves when the other side has closed. */
  readonly closed: Promise<void>;
  #received = Buffer.alloc(0);
  #wake: (() => void)[] = [];

  private constructor(socket: TLSSocket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      for (const wake of this.#wake.splice(0)) wake();
    });
  }

  /** Rejects with what the handshake ended with. */
  static dial({ channelId, secret }: ChannelKey, port: number): Promise<RawBulkPeer> {
    return new Promise((resolve, reject) => {
      const socket = connect({
        host: '127.0.0.1',
        port,
        minVersion: 'TLSv1.3',
        ciphers: 'TLS_AES_128_GCM_SHA256',
        pskCallback: () => ({ psk: secret, identity: channelId }),
        checkServerIdentity: () => undefined,
      });
      socket.once('error', reject);
      socket.once('secureConnect', () => {
        socket.removeAllListeners('error');
        socket.on('error', () => undefined);
        resolve(new RawBulkPeer(socket));
      });
    });
  }

  async read(length: number): Promise<Buffer> {
    while (this.#received.length < length) await new Promise<void>((resolve) => this.#wake.push(resolve));
    const bytes = this.#received.subarray(0, length);
    this.#received = this.#received.subarray(length);
    return bytes;
  }

  say(...parts: readonly Uint8Array[]): void {
    for (const part of parts) this.socket.write(part);
  }
}
