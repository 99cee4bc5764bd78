// Keeps an output filled up to a target, with frames that it asks for: the output's own clock sets the pace.

import type { Clock, Timer } from '../base/clock.ts';
import { FRAME_MS } from './audio-format.ts';

/** The part of an audio output that is needed here. */
export interface FrameSink {
  write(frame: Float32Array): boolean;
  readonly bufferedMs: number;
}

export interface OutputFeederOptions {
  readonly clock: Clock;
  readonly output: FrameSink;
  /** How much waits in the output: less is quicker, more survives longer pauses of this process. */
  readonly targetMs: number;
  /** The next frame; undefined when there is none (now, or ever again). */
  readonly nextFrame: () => Float32Array | undefined;
}

const PERIOD_MS = FRAME_MS / 2;
/** After a long pause of the process the rest has to wait for the next round. */
const MOST_AT_ONCE = 100;

/** Starts at once. */
export class OutputFeeder {
  readonly #options: OutputFeederOptions;
  readonly #timer: Timer;

  constructor(options: OutputFeederOptions) {
    this.#options = options;
    this.#timer = options.clock.every(PERIOD_MS, () => this.#fill());
    this.#fill();
  }

  stop(): void {
    this.#timer.cancel();
  }

  #fill(): void {
    const { output, targetMs, nextFrame } = this.#options;
    for (let round = 0; round < MOST_AT_ONCE && output.bufferedMs < targetMs; round++) {
      const frame = nextFrame();
      if (frame === undefined || !output.write(frame)) return;
    }
  }
}
