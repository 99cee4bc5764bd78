// One TCP connection: bytes become lines, pieces become bytes, and a sender that others can't keep up with is not read.

import type { Socket } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import type { Counters } from './counters.ts';
import type { Flusher } from './flusher.ts';
import { LineSplitter } from './line-splitter.ts';
import type { ClassicLimits } from './limits.ts';
import type { MemoryBudget } from './memory-budget.ts';
import { Outbox, type GiveUpReason, type Sender } from './outbox.ts';
import { plainAddress } from './plain-address.ts';

export interface ConnectionParts {
  readonly clock: Clock;
  readonly limits: ClassicLimits;
  readonly counters: Counters;
  readonly flusher: Flusher;
  readonly inputBudget: MemoryBudget;
  readonly outputBudget: MemoryBudget;
}

/** Lines up to this length are handled even when memory for slow receivers is short. */
const SMALL_LINE_BYTES = 64 * 1024;

export class Connection implements Sender {
  readonly #socket: Socket;
  readonly #parts: ConnectionParts;
  readonly #splitter: LineSplitter;
  readonly outbox: Outbox;
  /** Without a zone, IPv4 as IPv4. */
  readonly address: string;
  readonly openedAtMs: number;
  #on: { line: (line: Buffer) => void; leave: () => void; close: () => void } | undefined;
  /** Handed out but not handled, since what it would become has no room now. */
  #waitingLine: Buffer | undefined;
  /** When the unfinished line began, if it takes memory that others may want. */
  #lineSinceMs = 0;
  #tookBudget = false;
  #heldBytes = 0;
  /** Others that want this one slowed down. */
  #brakes = 0;
  #paused = false;
  #working = false;
  #ended = false;
  #left = false;
  #closed = false;

  constructor(socket: Socket, parts: ConnectionParts) {
    this.#socket = socket;
    this.#parts = parts;
    const { limits, counters, flusher } = parts;
    this.address = plainAddress(socket.remoteAddress ?? '');
    this.openedAtMs = parts.clock.monotonicMs();
    this.#splitter = new LineSplitter({ limits, counters, budget: parts.inputBudget });
    this.outbox = new Outbox(socket, { limits, counters, flusher, budget: parts.outputBudget }, (reason) =>
      this.drop(reason),
    );
  }

  get remotePort(): number {
    return this.#socket.remotePort ?? 0;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Why the server ended it, if it did. */
  dropReason: GiveUpReason | undefined;

  /**
   * @param on.leave it has nothing more to say; it may still be told what it is owed
   * @param on.close its socket is closed
   */
  open(on: { line: (line: Buffer) => void; leave: () => void; close: () => void }): void {
    this.#on = on;
    const socket = this.#socket;
    socket.on('data', (chunk: Buffer) => {
      this.#parts.counters.add('bytes-in', chunk.length);
      this.#splitter.push(chunk);
      this.#work();
    });
    // Whole lines before it have been handled: 'end' comes after all data.
    socket.once('end', () => this.end());
    socket.once('close', () => this.#finish());
    // Says nothing that 'close', which follows, does not.
    socket.on('error', () => undefined);
  }

  /** More of what this one sends waits for slow receivers. */
  hold(bytes: number): void {
    this.#heldBytes += bytes;
    if (bytes < 0) this.#resume();
  }

  /** Not read before the result is called: for receivers that are no sockets here. */
  brake(): () => void {
    this.#brakes++;
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#brakes--;
      this.#resume();
    };
  }

  /** Takes nothing more, says what is still to be said, and closes; a peer that does not listen is not waited for. */
  end(): void {
    if (this.#ended) return;
    this.#leave();
    this.outbox.flush();
    this.outbox.whenEmpty(() => {
      this.#socket.end();
      const timer = this.#parts.clock.after(this.#parts.limits.lingerMs, () => this.#socket.destroy());
      this.#socket.once('close', () => timer.cancel());
    });
  }

  /** Ends it at once; what the guest was is cleared away when the socket is closed, not in the middle of something. */
  drop(reason: GiveUpReason): void {
    if (this.#closed || this.dropReason !== undefined) return;
    this.dropReason = reason;
    this.#parts.counters.add(reason);
    this.#ended = true;
    this.outbox.close();
    this.#socket.destroy();
  }

  /** Without a word to anybody, for when the server stops. */
  destroy(): Promise<void> {
    this.#ended = true;
    this.#socket.destroy();
    return this.#closed ? Promise.resolve() : new Promise((resolve) => this.#socket.once('close', () => resolve()));
  }

  /** Gives up an unfinished line that keeps memory from others for too long. */
  abandonOldLine(olderThanMs: number): void {
    if (this.#splitter.takesBudget && !this.#paused && this.#lineSinceMs <= olderThanMs) this.#splitter.abandon();
  }

  #work(): void {
    if (this.#working) return;
    this.#working = true;
    try {
      let handled = 0;
      while (!this.#ended && !this.#mustWait()) {
        const line = this.#waitingLine ?? this.#splitter.next();
        this.#waitingLine = undefined;
        if (line === undefined) {
          this.#noteLongLine(handled > 0);
          break;
        }
        if (line === 'no-memory') {
          this.#parts.inputBudget.wait(this.#resume);
          this.#pause('paused-input-memory');
          break;
        }
        if (line.length > SMALL_LINE_BYTES && !this.#parts.outputBudget.fits(line.length)) {
          this.#waitingLine = line;
          this.#parts.outputBudget.wait(this.#resume);
          this.#pause('paused-output-memory');
          break;
        }
        handled++;
        this.#on?.line(line);
      }
      if (this.#mustWait()) this.#pause('paused-slow-receiver');
    } finally {
      this.#working = false;
      this.#parts.flusher.settle();
    }
  }

  #noteLongLine(isNew: boolean): void {
    const { takesBudget } = this.#splitter;
    if (takesBudget && (isNew || !this.#tookBudget)) this.#lineSinceMs = this.#parts.clock.monotonicMs();
    this.#tookBudget = takesBudget;
  }

  #mustWait(): boolean {
    return this.#heldBytes > this.#parts.limits.heldBytes || this.#brakes > 0;
  }

  #pause(reason: 'paused-input-memory' | 'paused-output-memory' | 'paused-slow-receiver'): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#parts.counters.add(reason);
    this.#socket.pause();
  }

  /** An arrow: it is also what budgets call back. */
  readonly #resume = (): void => {
    if (!this.#paused || this.#closed || this.#ended) return;
    // Half of the limit, so that it does not stop and go with every write.
    if (this.#heldBytes > this.#parts.limits.heldBytes / 2 || this.#brakes > 0) return;
    this.#parts.inputBudget.stopWaiting(this.#resume);
    this.#parts.outputBudget.stopWaiting(this.#resume);
    this.#paused = false;
    // Not here: whoever gave memory back is in the middle of something.
    setImmediate(() => {
      this.#work();
      if (!this.#paused && !this.#ended) this.#socket.resume();
    });
  };

  #finish(): void {
    this.#closed = true;
    this.outbox.close();
    this.#leave();
    this.#on?.close();
  }

  #leave(): void {
    if (this.#left) return;
    this.#left = true;
    this.#ended = true;
    this.#parts.inputBudget.stopWaiting(this.#resume);
    this.#parts.outputBudget.stopWaiting(this.#resume);
    this.#waitingLine = undefined;
    this.#splitter.close();
    this.#on?.leave();
    this.#parts.flusher.settle();
  }
}
