// How much of what was written to an output is heard already, by what the output says now and then, or by the clock alone.

/** Milliseconds of sound. */
export class PlaybackPosition {
  #writtenMs = 0;
  #heardMs = 0;
  #atMs = 0;

  /** `nowMs` is monotonic, here and below. */
  wrote(durationMs: number, nowMs: number): void {
    this.#advance(nowMs);
    this.#writtenMs += durationMs;
  }

  /** The output knows better: so much of all that was ever written is heard. */
  heard(totalMs: number, nowMs: number): void {
    this.#heardMs = Math.min(totalMs, this.#writtenMs);
    this.#atMs = nowMs;
  }

  bufferedMs(nowMs: number): number {
    this.#advance(nowMs);
    return this.#writtenMs - this.#heardMs;
  }

  /** Between two words of the output its clock runs as ours; with nothing left to play it stands still. */
  #advance(nowMs: number): void {
    this.#heardMs = Math.min(this.#writtenMs, this.#heardMs + Math.max(0, nowMs - this.#atMs));
    this.#atMs = nowMs;
  }
}
