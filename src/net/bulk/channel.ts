// One channel from the moment that somebody knows of it until it is down: first awaited or dialled, then carried by
// something, with one end of the transfer on this side.

import { messageOf } from '../../base/errors.ts';
import type { BulkPath } from '../../contracts/bulk.ts';
import type { PieceRange } from '../../wire/bulk-frames.ts';
import type { Carrier } from './carrier.ts';

/** What the channel is for on this side. */
export interface ChannelEnd {
  /** @throws WireError when the other end does not keep to the rules */
  bytes(chunk: Uint8Array): void;
  /** Resolves when nothing more will be told of it. */
  close(): Promise<void>;
  /** The other end ought to do something. */
  readonly isWaiting: boolean;
  request?(range: PieceRange): void;
  forget?(): void;
  /** Grows with whatever the other end does. */
  readonly progress: number;
}

export interface ChannelEvents {
  up(path: BulkPath): void;
  /** Once, as the last of all. */
  down(reason: string): void;
}

/** What may come before it is known what the channel is for. */
const MAX_EARLY_BYTES = 256 * 1024;

export class Channel {
  readonly id: string;
  /** What it is used for on this side. */
  transferId: string | undefined;
  readonly #events: ChannelEvents;
  #carrier: Carrier | undefined;
  #makeEnd: ((carrier: Carrier) => ChannelEnd) | undefined;
  #end: ChannelEnd | undefined;
  #actions: ((end: ChannelEnd) => void)[] = [];
  #early: Uint8Array[] = [];
  #earlyBytes = 0;
  #closing: Promise<void> | undefined;
  #seenProgress = 0;
  #movedAtMs: number;

  constructor(id: string, nowMs: number, events: ChannelEvents) {
    this.id = id;
    this.#movedAtMs = nowMs;
    this.#events = events;
  }

  get isUp(): boolean {
    return this.#carrier !== undefined && this.#closing === undefined;
  }

  /** The other end has not come yet, and may still. */
  get isAwaited(): boolean {
    return this.#carrier === undefined && this.#closing === undefined;
  }

  /** Now, or when the other end is there and it is known what for. */
  withEnd(action: (end: ChannelEnd) => void): void {
    if (this.#end === undefined) this.#actions.push(action);
    else this.#do(action, this.#end);
  }

  /** The other end is there. */
  carry(carrier: Carrier): void {
    if (this.#closing !== undefined || this.#carrier !== undefined) {
      void carrier.end();
      return;
    }
    this.#carrier = carrier;
    carrier.start({
      bytes: (chunk) => this.#take(chunk),
      closed: (reason) => void this.close(reason),
    });
    // Whoever hears of it may say at once what it is for.
    this.#events.up(carrier.path);
    if (this.#end !== undefined || !this.isUp) return;
    if (this.#makeEnd === undefined) carrier.pause();
    else this.#join(carrier, this.#makeEnd);
  }

  /** What it is for; says false when that was said before. */
  use(transferId: string, makeEnd: (carrier: Carrier) => ChannelEnd): boolean {
    if (this.#makeEnd !== undefined) return false;
    this.transferId = transferId;
    this.#makeEnd = makeEnd;
    if (this.isUp && this.#carrier !== undefined) {
      this.#join(this.#carrier, makeEnd);
      this.#carrier.resume();
    }
    return true;
  }

  /** Resolves when it is down and nothing is left of it. */
  close(reason: string): Promise<void> {
    this.#closing ??= this.#close(reason);
    return this.#closing;
  }

  /** Whether the other end has not done for so long what it ought to. */
  isStalled(nowMs: number, afterMs: number): boolean {
    const end = this.#end;
    if (end?.isWaiting !== true || end.progress !== this.#seenProgress) {
      this.#seenProgress = end?.progress ?? 0;
      this.#movedAtMs = nowMs;
    }
    return nowMs - this.#movedAtMs >= afterMs;
  }

  async #close(reason: string): Promise<void> {
    // Not before whoever called has done with what it was doing.
    await Promise.resolve();
    this.#early = [];
    await Promise.all([this.#carrier?.end(), this.#end?.close()]);
    this.#events.down(reason);
  }

  #join(carrier: Carrier, makeEnd: (carrier: Carrier) => ChannelEnd): void {
    const end = makeEnd(carrier);
    this.#end = end;
    for (const action of this.#actions.splice(0)) this.#do(action, end);
    for (const chunk of this.#early.splice(0)) this.#take(chunk);
  }

  #do(action: (end: ChannelEnd) => void, end: ChannelEnd): void {
    if (this.#closing !== undefined) return;
    try {
      action(end);
    } catch (error) {
      void this.close(messageOf(error));
    }
  }

  #take(chunk: Uint8Array): void {
    if (this.#closing !== undefined) return;
    try {
      if (this.#end !== undefined) this.#end.bytes(chunk);
      else this.#keepEarly(chunk);
    } catch (error) {
      void this.close(messageOf(error));
    }
  }

  #keepEarly(chunk: Uint8Array): void {
    this.#early.push(chunk.slice());
    this.#earlyBytes += chunk.length;
    if (this.#earlyBytes > MAX_EARLY_BYTES) void this.close('The other side sent before it was asked.');
  }
}
