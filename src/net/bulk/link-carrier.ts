// A channel on a stream of the link: bytes go through whoever has the link.

import type { Carrier, CarrierListener } from './carrier.ts';

/** Bytes handed on at a time. */
const PART_BYTES = 64 * 1024;
/** What may wait here for a channel that takes nothing. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;

/** Gives bytes to the other end; tells when more may come, and with false that none will ever get there. */
export type SendOnLink = (bytes: Uint8Array) => Promise<boolean>;

export class LinkCarrier implements Carrier {
  readonly path = 'link';
  readonly #send: SendOnLink;
  #listener: CarrierListener | undefined;
  #outgoing: Promise<void> = Promise.resolve();
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #isPaused = false;
  #isEnded = false;
  #onTaken: (() => void)[] = [];

  constructor(send: SendOnLink) {
    this.#send = send;
  }

  /** What the other end sent. Resolves when more may come. */
  async feed(bytes: Uint8Array): Promise<void> {
    if (this.#isEnded) return;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes > MAX_WAITING_BYTES) this.close('The other side sent more than was asked for.');
    this.#deliver();
    if (this.#waiting.length > 0) await new Promise<void>((resolve) => this.#onTaken.push(resolve));
  }

  /** The link is gone. */
  close(reason: string): void {
    if (this.#isEnded) return;
    const listener = this.#listener;
    void this.end();
    listener?.closed(reason);
  }

  start(listener: CarrierListener): void {
    this.#listener = listener;
    // Not before whoever attached it has it.
    queueMicrotask(() => this.#deliver());
  }

  write(bytes: Uint8Array, written: () => void): void {
    this.#outgoing = this.#outgoing.then(() => this.#write(bytes, written));
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#deliver();
  }

  end(): Promise<void> {
    this.#isEnded = true;
    this.#listener = undefined;
    this.#waiting = [];
    this.#tellTaken();
    return Promise.resolve();
  }

  #deliver(): void {
    while (!this.#isPaused && this.#listener !== undefined) {
      const bytes = this.#waiting.shift();
      if (bytes === undefined) break;
      this.#waitingBytes -= bytes.length;
      this.#listener.bytes(bytes);
    }
    if (this.#waiting.length === 0) this.#tellTaken();
  }

  #tellTaken(): void {
    for (const taken of this.#onTaken.splice(0)) taken();
  }

  async #write(bytes: Uint8Array, written: () => void): Promise<void> {
    for (let start = 0; start < bytes.length; start += PART_BYTES) {
      if (this.#isEnded) return;
      // A copy: it may be on its way long after this buffer is used for something else.
      const goesOn = await this.#send(bytes.slice(start, start + PART_BYTES)).catch(() => false);
      if (!goesOn) {
        this.close('The link is gone.');
        return;
      }
    }
    written();
  }
}
