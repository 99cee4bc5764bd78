// Keeps an output filled up to a target, with sound that it asks for: the output's own clock sets the pace.

import type { Clock, Timer } from '../base/clock.ts';
import { FRAME_MS } from './audio-format.ts';

/** The part of an audio output that is needed here. */
export interface SoundSink {
  write(samples: Float32Array): boolean;
  readonly bufferedMs: number;
}

export interface OutputFeederOptions {
  readonly clock: Clock;
  readonly output: SoundSink;
  /** How much waits in the output: less is quicker, more survives longer pauses of this process. 0: it asks by itself. */
  readonly targetMs: number;
  /**
   * It grows up to this when the output ran dry, and sinks again after a while.
   *
   * @default targetMs: it stays as it is
   */
  readonly mostMs?: number;
  /** What comes next, a frame or half of one; undefined when there is nothing (now, or ever again). */
  readonly next: () => Float32Array | undefined;
}

/** The output may be further than it said. */
const LONGEST_PAUSE_MS = FRAME_MS;
const SHORTEST_PAUSE_MS = 1;
/** After a long pause of the process the rest has to wait for the next round. */
const MOST_AT_ONCE = 100;
const GROWTH_MS = 5;
const SHRINK_AFTER_MS = 20_000;
const SHRINK_MS = 1;

/** Starts at once. */
export class OutputFeeder {
  readonly #options: OutputFeederOptions;
  #timer: Timer | undefined;
  #isStopped = false;
  #isFilled = false;
  #targetMs: number;
  #changedAtMs: number;
  #ranDry = 0;

  constructor(options: OutputFeederOptions) {
    this.#options = options;
    this.#targetMs = options.targetMs;
    this.#changedAtMs = options.clock.monotonicMs();
    // Else the output asks by itself, and to look at it would only be work.
    if (options.targetMs > 0) this.#fill();
  }

  /** How often nothing was left in the output although there was more to play. */
  get ranDry(): number {
    return this.#ranDry;
  }

  get targetMs(): number {
    return this.#targetMs;
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  /** For an output that asks. */
  feed(): void {
    if (this.#isStopped) return;
    const samples = this.#options.next();
    if (samples !== undefined) this.#options.output.write(samples);
  }

  #fill(): void {
    const { clock, output, next } = this.#options;
    if (this.#isFilled) this.#adapt(output.bufferedMs, clock.monotonicMs());
    for (let round = 0; round < MOST_AT_ONCE && output.bufferedMs < this.#targetMs; round++) {
      const samples = next();
      this.#isFilled = samples !== undefined && output.write(samples);
      if (!this.#isFilled) break;
    }
    const untilDueMs = output.bufferedMs - this.#targetMs;
    const pauseMs = Math.max(SHORTEST_PAUSE_MS, Math.min(LONGEST_PAUSE_MS, untilDueMs));
    if (!this.#isStopped) this.#timer = clock.after(pauseMs, () => this.#fill());
  }

  #adapt(bufferedMs: number, nowMs: number): void {
    const { targetMs, mostMs = targetMs } = this.#options;
    if (bufferedMs === 0 && targetMs > 0) {
      this.#ranDry++;
      this.#targetMs = Math.min(mostMs, this.#targetMs + GROWTH_MS);
      this.#changedAtMs = nowMs;
    } else if (nowMs - this.#changedAtMs > SHRINK_AFTER_MS && this.#targetMs > targetMs) {
      this.#targetMs = Math.max(targetMs, this.#targetMs - SHRINK_MS);
      this.#changedAtMs = nowMs;
    }
  }
}
