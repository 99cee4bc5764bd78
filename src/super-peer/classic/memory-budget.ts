// A common amount of memory: taken, given back, and waited for. One taker at a time may overdraw it, so that many who
// have a part of what they need don't wait for each other for ever.

export class MemoryBudget {
  readonly #limit: number;
  readonly #waiting = new Set<() => void>();
  #used = 0;
  #overdrawer: object | undefined;

  /** @param limit what may be taken; an overdraft comes on top */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get used(): number {
    return this.#used;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  fits(bytes: number): boolean {
    return this.#used + bytes <= this.#limit;
  }

  /** @param taker the same for `release`, when all that it took is given back */
  tryTake(bytes: number, taker: object): boolean {
    if (!this.fits(bytes)) {
      if (this.#overdrawer !== undefined && this.#overdrawer !== taker) return false;
      this.#overdrawer = taker;
    }
    this.#used += bytes;
    return true;
  }

  /** Takes it even if it is not there: for whoever has asked `fits` before. */
  take(bytes: number): void {
    this.#used += bytes;
  }

  release(bytes: number, taker?: object): void {
    this.#used -= bytes;
    const overdraftEnded = taker !== undefined && taker === this.#overdrawer;
    if (overdraftEnded) this.#overdrawer = undefined;
    if (this.#waiting.size === 0 || (this.#used >= this.#limit && !overdraftEnded)) return;
    // Who still finds too little waits again, at the end.
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const callback of waiting) callback();
  }

  /** Called once, when memory came back. */
  wait(callback: () => void): void {
    this.#waiting.add(callback);
  }

  stopWaiting(callback: () => void): void {
    this.#waiting.delete(callback);
  }
}
