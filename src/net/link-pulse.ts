// What a connection shows of being alive: whether anything was heard on it, and whether what waits on it gets on.

/** At one moment. Bytes can wait in two places: in our stream, and below the streams, where those of all purposes do. */
export interface Waiting {
  readonly inStreamBytes: number;
  readonly belowBytes: number;
  /** What went out below the streams so far. */
  readonly carriedBytes: number;
  /** What came is still being handled. */
  readonly isBusy: boolean;
}

export class LinkPulse {
  /** Nothing was heard for this long. */
  silentMs = 0;
  /** What waits did not move for this long. */
  stuckMs = 0;
  /** Nothing happened at all for this long. */
  idleMs = 0;
  #writtenBytes = 0;
  #heard = false;
  #takenBytes = 0;
  #carriedBytes = 0;

  heard(): void {
    this.#heard = true;
  }

  wrote(bytes: number): void {
    this.#writtenBytes += bytes;
  }

  /** Grows whenever anything moves out. */
  movedBytes({ inStreamBytes, carriedBytes }: Waiting): number {
    return this.#writtenBytes - inStreamBytes + carriedBytes;
  }

  /** Called now and then with the time since the last call, as far as this process was awake. */
  look(elapsedMs: number, waiting: Waiting): void {
    const taken = this.#writtenBytes - waiting.inStreamBytes;
    const isTaken = taken > this.#takenBytes;
    const isCarried = waiting.carriedBytes > this.#carriedBytes;
    const isSilent = !this.#heard && !waiting.isBusy;
    const isStuck = (waiting.inStreamBytes > 0 && !isTaken) || (waiting.belowBytes > 0 && !isCarried);
    this.silentMs = isSilent ? this.silentMs + elapsedMs : 0;
    this.stuckMs = isStuck ? this.stuckMs + elapsedMs : 0;
    this.idleMs = isSilent && !isTaken && !isCarried ? this.idleMs + elapsedMs : 0;
    this.#takenBytes = taken;
    this.#carriedBytes = waiting.carriedBytes;
    this.#heard = false;
  }
}
