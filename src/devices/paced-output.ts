// Outputs without hardware: at the pace of the clock they take what is there, else silence.

import type { Clock, Timer } from '../base/clock.ts';
import { MAX_OUTPUT_BUFFER_MS, type AudioDevice, type AudioOutput, type AudioOutputStart } from '../contracts/audio.ts';
import { BLOCK_MS, BLOCK_SAMPLES } from '../media/audio-format.ts';
import { DeviceLife } from './device-life.ts';

/** Where the sound goes, 5 ms at a time. */
export interface SoundDrain {
  /** @throws MmchatError `device-unavailable` */
  open(onFailed: (sentence: string) => void): Promise<void>;
  take(block: Float32Array): void;
  close(): Promise<void>;
}

export interface PacedOutputOptions {
  readonly device: AudioDevice;
  readonly clock: Clock;
  readonly drain: SoundDrain;
}

/** What a sleeping computer missed is not made up for. */
const MOST_LATE_MS = 1_000;
const MAX_BLOCKS = MAX_OUTPUT_BUFFER_MS / BLOCK_MS;

export class PacedOutput implements AudioOutput {
  readonly device: AudioDevice;
  readonly needsMs = 0;
  readonly #options: PacedOutputOptions;
  readonly #life = new DeviceLife();
  #queue: Float32Array[] = [];
  #timer: Timer | undefined;

  constructor(options: PacedOutputOptions) {
    this.device = options.device;
    this.#options = options;
  }

  async start({ onLost, onHungry, signal }: AudioOutputStart): Promise<void> {
    const { drain } = this.#options;
    return this.#life.begin({
      onLost,
      signal,
      open: async () => {
        await drain.open((sentence) => this.#life.fail(sentence));
        this.#life.ready();
        if (this.#life.isRunning) this.#run(onHungry);
      },
      close: async () => {
        this.#timer?.cancel();
        this.#queue = [];
        await drain.close();
      },
    });
  }

  write(samples: Float32Array): boolean {
    if (!this.#life.isRunning || this.#queue.length >= MAX_BLOCKS) return false;
    for (let from = 0; from < samples.length; from += BLOCK_SAMPLES)
      this.#queue.push(samples.subarray(from, from + BLOCK_SAMPLES));
    return true;
  }

  get bufferedMs(): number {
    return this.#queue.length * BLOCK_MS;
  }

  async stop(): Promise<void> {
    return this.#life.stop();
  }

  #run(onHungry: (() => void) | undefined): void {
    const { clock, drain } = this.#options;
    let dueMs = clock.monotonicMs() + BLOCK_MS;
    const tick = (): void => {
      const nowMs = clock.monotonicMs();
      if (nowMs - dueMs > MOST_LATE_MS) dueMs = nowMs;
      for (; dueMs <= nowMs && this.#life.isRunning; dueMs += BLOCK_MS) {
        if (this.#queue.length === 0) onHungry?.();
        drain.take(this.#queue.shift() ?? new Float32Array(BLOCK_SAMPLES));
      }
      if (this.#life.isRunning) this.#timer = clock.after(dueMs - nowMs, tick);
    };
    this.#timer = clock.after(BLOCK_MS, tick);
  }
}

/** Nobody hears it. */
export const nowhere: SoundDrain = {
  open: async () => undefined,
  take: () => undefined,
  close: async () => undefined,
};
