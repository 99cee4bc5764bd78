// Media over the link, where UDP is blocked: at most 200 ms of it wait, the oldest is dropped first, and nothing is sent into a
// connection that stands still, where it would only grow old in the system's buffers.

import type { Clock } from '../../base/clock.ts';
import type { PurposeStream } from '../../contracts/links.ts';

const MAX_WAITING_MS = 200;
/** More must not wait in the stream itself, from where nothing can be taken back. */
const MAX_STREAM_BYTES = 32 * 1024;
/** Against whoever sends a film in one go. */
const MAX_WAITING_BYTES = 1024 * 1024;
const PROBE_PERIOD_MS = 50;
/** What was lost with a broken stream is never answered. */
const GIVE_UP_MS = 3_000;

export interface LinkPathParts {
  readonly clock: Clock;
  /** Undefined: the link is down. */
  readonly stream: () => PurposeStream | undefined;
  /** Asks the other side for an answer over the link. */
  readonly probe: (stream: PurposeStream) => void;
}

interface Waiting {
  readonly bytes: Uint8Array;
  readonly sinceMs: number;
}

export class LinkPath {
  readonly #parts: LinkPathParts;
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #isRefused = false;
  #probedAtMs = -Infinity;
  /** Of the oldest question that has no answer. */
  #askedAtMs = Infinity;
  #rttMs = 0;
  /** Packets that were too old to be sent. */
  dropped = 0;

  constructor(parts: LinkPathParts) {
    this.#parts = parts;
  }

  /** Whether there is a link that takes media. */
  get isOpen(): boolean {
    return !this.#isRefused && this.#parts.stream() !== undefined;
  }

  /** Another link is up, or its stream was opened anew. */
  reset(): void {
    this.#isRefused = false;
    this.#probedAtMs = -Infinity;
    this.#askedAtMs = Infinity;
  }

  clear(): void {
    this.#waiting.length = 0;
    this.#waitingBytes = 0;
  }

  send(bytes: Uint8Array): boolean {
    if (!this.isOpen) return false;
    this.#waiting.push({ bytes, sinceMs: this.#parts.clock.monotonicMs() });
    this.#waitingBytes += bytes.length;
    this.pump();
    return true;
  }

  /** What the other side is told beside media: not worth waiting for. */
  sendNow(bytes: Uint8Array): void {
    const stream = this.#parts.stream();
    if (stream !== undefined && stream.queuedBytes < MAX_STREAM_BYTES) stream.send(bytes);
  }

  answered(rttMs: number): void {
    this.#rttMs = rttMs;
    this.#askedAtMs = Infinity;
    this.pump();
  }

  /** Sends what can be sent; to be called now and then. */
  pump(): void {
    const nowMs = this.#parts.clock.monotonicMs();
    this.#dropOld(nowMs);
    const stream = this.#parts.stream();
    if (stream === undefined) return;
    this.#ask(stream, nowMs);
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (stream.queuedBytes > MAX_STREAM_BYTES || this.#isStuck(nowMs)) return;
      this.#shift();
      if (stream.send(next.bytes)) continue;
      this.#isRefused = true;
      this.clear();
      return;
    }
  }

  #ask(stream: PurposeStream, nowMs: number): void {
    if (nowMs - this.#askedAtMs > GIVE_UP_MS) this.reset();
    if (this.#waiting.length === 0 || this.#isStuck(nowMs) || nowMs - this.#probedAtMs < PROBE_PERIOD_MS) return;
    // A question that waits here itself would say nothing about the other side.
    if (stream.queuedBytes > MAX_STREAM_BYTES) return;
    this.#probedAtMs = nowMs;
    if (this.#askedAtMs === Infinity) this.#askedAtMs = nowMs;
    this.#parts.probe(stream);
  }

  #isStuck(nowMs: number): boolean {
    return nowMs - this.#askedAtMs > MAX_WAITING_MS + this.#rttMs;
  }

  #dropOld(nowMs: number): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (nowMs - next.sinceMs <= MAX_WAITING_MS && this.#waitingBytes <= MAX_WAITING_BYTES) return;
      this.#shift();
      this.dropped += 1;
    }
  }

  #shift(): void {
    this.#waitingBytes -= this.#waiting.shift()?.bytes.length ?? 0;
  }
}
