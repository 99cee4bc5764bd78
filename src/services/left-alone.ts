// Starts of other nodes that are not to be called though they are announced: they left a moment ago, or have one's own key.

const LIMIT = 256;

export class LeftAlone {
  /** By instance id the time until when; the newest last. */
  readonly #untilMs = new Map<string, number>();

  /** Strangers can fill it: what was there longest goes, and costs one dial at most. */
  add(instanceId: string, untilMs: number): void {
    this.#untilMs.delete(instanceId);
    this.#untilMs.set(instanceId, untilMs);
    const oldest = this.#untilMs.keys().next();
    if (this.#untilMs.size > LIMIT && oldest.done !== true) this.#untilMs.delete(oldest.value);
  }

  delete(instanceId: string): void {
    this.#untilMs.delete(instanceId);
  }

  has(instanceId: string, nowMs: number): boolean {
    return (this.#untilMs.get(instanceId) ?? -Infinity) > nowMs;
  }
}
