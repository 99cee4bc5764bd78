// One's own direction of a stream by purpose: opened with the first frame, opened anew after it broke, never blocking
// anything else. How a stream is opened and carried is somebody else's matter (purpose-streams.ts).

import type { Clock, Timer } from '../base/clock.ts';
import type { PurposeStream } from '../contracts/links.ts';
import { encodeFrame } from '../wire/frames.ts';

/** What may wait on one stream. Above it, the stream is reset; the link has nothing to do with it. */
export const MAX_STREAM_QUEUED_BYTES = 4 * 1024 * 1024;
/** At the soonest after the last attempt: who resets every stream at once shall not keep us busy with opening. */
const REOPEN_AFTER_MS = 1_000;

/** A stream that the other end took. */
export interface OpenedStream {
  /** Throws when the stream is over. */
  send(bytes: Uint8Array): void;
  readonly queuedBytes: number;
  /** What is queued is dropped, and the other end hears of it. */
  abort(): void;
}

export interface OpenedStreamEvents {
  /** Less waits than before. */
  moved(): void;
  /** Over, and not because abort() was called. */
  broke(): void;
}

export interface PurposeStreamParts {
  readonly clock: Clock;
  /** On the present connection. Undefined: the other end takes no stream of this purpose. Rejects when it went wrong. */
  open(events: OpenedStreamEvents, signal: AbortSignal): Promise<OpenedStream | undefined>;
  /** Whether the link is up. */
  isUp(): boolean;
  /** What was queued is lost. Never called from within send(). */
  broke(): void;
}

/** From the first frame until the stream breaks. */
interface Attempt {
  readonly stop: AbortController;
  readonly waiting: Uint8Array[];
  waitingBytes: number;
  timer?: Timer;
  opened: OpenedStream | undefined;
}

interface DrainWaiter {
  readonly belowBytes: number;
  resolve(isDrained: boolean): void;
}

export class OwnPurposeStream implements PurposeStream {
  readonly #parts: PurposeStreamParts;
  readonly #drainWaiters = new Set<DrainWaiter>();
  #attempt: Attempt | undefined;
  #isRefused = false;
  #openedAtMs = -Infinity;

  constructor(parts: PurposeStreamParts) {
    this.#parts = parts;
  }

  /** Whether there is something that can be lost. */
  get isUsed(): boolean {
    return this.#attempt !== undefined;
  }

  get #canSend(): boolean {
    return this.#parts.isUp() && !this.#isRefused;
  }

  get queuedBytes(): number {
    const { opened, waitingBytes = 0 } = this.#attempt ?? {};
    return opened?.queuedBytes ?? waitingBytes;
  }

  send(frame: Uint8Array): boolean {
    const bytes = encodeFrame(frame);
    if (!this.#canSend) return false;
    const attempt = (this.#attempt ??= this.#begin());
    if (this.queuedBytes + bytes.length > MAX_STREAM_QUEUED_BYTES) {
      this.#breakLater(attempt);
      return false;
    }
    if (attempt.opened === undefined) {
      attempt.waiting.push(bytes);
      attempt.waitingBytes += bytes.length;
      return true;
    }
    try {
      attempt.opened.send(bytes);
      return true;
    } catch {
      this.#breakLater(attempt);
      return false;
    }
  }

  drained(belowBytes: number): Promise<boolean> {
    if (!this.#canSend) return Promise.resolve(false);
    const waiter = { belowBytes: Math.max(1, belowBytes) };
    if (this.queuedBytes < waiter.belowBytes) return Promise.resolve(true);
    return new Promise((resolve) => this.#drainWaiters.add({ ...waiter, resolve }));
  }

  /** The link moved to another connection, or the stream is needed no more: what is queued is dropped without a word. */
  leave(): void {
    this.#end(this.#attempt, { abort: false });
    this.#openedAtMs = -Infinity;
  }

  /** What is queued is dropped, and broke() called. */
  reset(): void {
    if (this.#attempt === undefined) return;
    this.#end(this.#attempt, { abort: true });
    this.#parts.broke();
  }

  #begin(): Attempt {
    const attempt: Attempt = { stop: new AbortController(), waiting: [], waitingBytes: 0, opened: undefined };
    const waitMs = this.#openedAtMs + REOPEN_AFTER_MS - this.#parts.clock.monotonicMs();
    if (waitMs <= 0) void this.#open(attempt);
    else attempt.timer = this.#parts.clock.after(waitMs, () => void this.#open(attempt));
    return attempt;
  }

  async #open(attempt: Attempt): Promise<void> {
    this.#openedAtMs = this.#parts.clock.monotonicMs();
    const isOver = (): boolean => attempt.stop.signal.aborted;
    const events = { moved: () => this.#serveDrained(), broke: () => this.#breakNow(attempt) };
    try {
      const opened = await this.#parts.open(events, attempt.stop.signal);
      if (opened === undefined) {
        if (isOver()) return;
        this.#isRefused = true;
        this.#end(attempt, { abort: false });
        return;
      }
      if (!isOver()) for (const bytes of attempt.waiting.splice(0)) opened.send(bytes);
      // Its queue counts only from now on: between two of these frames it may have been empty.
      attempt.opened = opened;
      if (isOver()) opened.abort();
      else this.#serveDrained();
    } catch {
      this.#breakNow(attempt);
    }
  }

  #breakNow(attempt: Attempt): void {
    if (attempt === this.#attempt) this.reset();
  }

  /** Nobody expects to be called back from within send(). */
  #breakLater(attempt: Attempt): void {
    this.#end(attempt, { abort: true });
    queueMicrotask(() => this.#parts.broke());
  }

  #end(attempt: Attempt | undefined, { abort }: { abort: boolean }): void {
    for (const waiter of this.#drainWaiters) waiter.resolve(false);
    this.#drainWaiters.clear();
    if (attempt === undefined) return;
    this.#attempt = undefined;
    attempt.timer?.cancel();
    attempt.stop.abort();
    if (abort) attempt.opened?.abort();
  }

  #serveDrained(): void {
    if (this.#drainWaiters.size === 0) return;
    const queuedBytes = this.queuedBytes;
    for (const waiter of this.#drainWaiters) {
      if (queuedBytes >= waiter.belowBytes) continue;
      this.#drainWaiters.delete(waiter);
      waiter.resolve(true);
    }
  }
}
