// How many of something there were in the last second.

/** Parts that a second is made of: older ones drop out one by one. */
const PARTS = 10;
const PART_MS = 1_000 / PARTS;

export class RateCounter {
  readonly #parts = new Float64Array(PARTS);
  #part = -Infinity;

  count(amount: number, nowMs: number): void {
    this.#moveTo(nowMs);
    const index = this.#part % PARTS;
    this.#parts[index] = (this.#parts[index] ?? 0) + amount;
  }

  perSecond(nowMs: number): number {
    this.#moveTo(nowMs);
    return this.#parts.reduce((sum, one) => sum + one, 0);
  }

  #moveTo(nowMs: number): void {
    const part = Math.max(0, Math.floor(nowMs / PART_MS));
    if (part - this.#part >= PARTS) this.#parts.fill(0);
    else for (let next = this.#part + 1; next <= part; next++) this.#parts[next % PARTS] = 0;
    this.#part = Math.max(this.#part, part);
  }
}
