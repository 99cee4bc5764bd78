// The packets of a picture, spread over a few milliseconds: switches and receivers drop what comes in bursts.

import type { Clock, Timer } from '../../base/clock.ts';

/** 64 Mbit/s: in no 10 ms more than a link of 100 Mbit/s carries in these, headers included. */
export const PACE = { bytes: 16_000, everyMs: 2 } as const;
/** A picture has to wait behind no more than this (30 ms); else it is late and not sent at all. */
export const MOST_WAITING_BYTES = 240_000;
/** Of IP, UDP, RTP and SRTP. */
const OVERHEAD_BYTES = 60;

interface Paced {
  readonly payload: Uint8Array;
}

export class Pacer<Packet extends Paced> {
  readonly #clock: Clock;
  readonly #send: (packet: Packet) => void;
  #waiting: Packet[] = [];
  #next = 0;
  #waitingBytes = 0;
  /** May be sent at once. */
  #allowance: number = PACE.bytes;
  #filledMs = -Infinity;
  #timer: Timer | undefined;

  constructor(clock: Clock, send: (packet: Packet) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  /** False: too much is waiting, nothing of this picture is sent. A single large one is. */
  push(packets: readonly Packet[]): boolean {
    if (this.#waitingBytes > MOST_WAITING_BYTES) return false;
    for (const packet of packets) {
      this.#waiting.push(packet);
      this.#waitingBytes += costOf(packet);
    }
    if (this.#timer === undefined) this.#run();
    return true;
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** What waits is dropped. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#waiting = [];
    this.#next = 0;
    this.#waitingBytes = 0;
  }

  #run(): void {
    this.#timer = undefined;
    const nowMs = this.#clock.monotonicMs();
    // Only full steps fill it, and never more than one: who was late does not make up for it by a burst.
    if (nowMs - this.#filledMs >= PACE.everyMs) {
      this.#allowance = PACE.bytes;
      this.#filledMs = nowMs;
    }
    for (;;) {
      const packet = this.#waiting[this.#next];
      if (packet === undefined) {
        this.#waiting = [];
        this.#next = 0;
        return;
      }
      const cost = costOf(packet);
      if (cost > this.#allowance && this.#allowance < PACE.bytes) break;
      this.#allowance -= cost;
      this.#waitingBytes -= cost;
      this.#next++;
      this.#send(packet);
    }
    this.#timer = this.#clock.after(Math.max(0, this.#filledMs + PACE.everyMs - nowMs), () => this.#run());
  }
}

function costOf({ payload }: Paced): number {
  return payload.length + OVERHEAD_BYTES;
}
