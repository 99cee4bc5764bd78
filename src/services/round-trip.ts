// How long a message takes to each linked peer and back, measured when a link comes up and now and then.

import type { Clock, Timer } from '../base/clock.ts';
import type { PeerLink, PeerLinks } from '../contracts/links.ts';
import type { NodeEvent } from '../state/events.ts';
import { sendMessage, type MessageRouter } from './message-router.ts';

const MEASURE_EVERY_MS = 30_000;
const MAX_TOKEN = 2 ** 32 - 1;

export interface RoundTripParts {
  readonly links: PeerLinks;
  readonly router: MessageRouter;
  readonly clock: Clock;
  readonly emit: (event: NodeEvent) => void;
}

export class RoundTrip {
  readonly #parts: RoundTripParts;
  readonly #asked = new WeakMap<PeerLink, { token: number; atMs: number }>();
  #token = 0;
  #timer: Timer | undefined;

  constructor(parts: RoundTripParts) {
    this.#parts = parts;
    parts.router.handle('ping', (link, { token }) => void sendMessage(link, { type: 'pong', token }));
    parts.router.handle('pong', (link, { token }) => this.#onPong(link, token));
  }

  start(): void {
    this.#timer = this.#parts.clock.every(MEASURE_EVERY_MS, () => {
      for (const link of this.#parts.links.links.values()) this.measure(link);
    });
  }

  stop(): void {
    this.#timer?.cancel();
  }

  measure(link: PeerLink): void {
    this.#token = (this.#token + 1) % MAX_TOKEN;
    this.#asked.set(link, { token: this.#token, atMs: this.#parts.clock.monotonicMs() });
    sendMessage(link, { type: 'ping', token: this.#token });
  }

  #onPong(link: PeerLink, token: number): void {
    const asked = this.#asked.get(link);
    if (asked?.token !== token) return;
    this.#asked.delete(link);
    const rttMs = Math.round((this.#parts.clock.monotonicMs() - asked.atMs) * 10) / 10;
    this.#parts.emit({ type: 'rtt-measured', peerId: link.peerId, rttMs });
  }
}
