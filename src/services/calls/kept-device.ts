// A device in use for as long as a call lasts: when it is lost or was never there, it is tried again now and then. No call
// ends for it.

import type { Clock, Timer } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';

export interface KeptDeviceOptions<Device extends { stop(): Promise<void> }> {
  readonly clock: Clock;
  readonly open: () => Promise<Device>;
  /** Resolves when it runs. */
  readonly begin: (device: Device, onLost: (sentence: string) => void) => Promise<void>;
  /** It runs no more. */
  readonly ended: () => void;
  /** A sentence. */
  readonly warn: (sentence: string) => void;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

export class KeptDevice<Device extends { stop(): Promise<void> }> {
  readonly #options: KeptDeviceOptions<Device>;
  #device: Device | undefined;
  #pauseMs = FIRST_PAUSE_MS;
  #timer: Timer | undefined;
  #isStopped = false;
  #trying: Promise<void> = Promise.resolve();

  constructor(options: KeptDeviceOptions<Device>) {
    this.#options = options;
  }

  start(): void {
    this.#trying = this.#try();
  }

  /** Resolves when nothing of it is left. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#device?.stop();
    await this.#trying;
  }

  async #try(): Promise<void> {
    const { open, begin } = this.#options;
    let device: Device | undefined;
    try {
      device = await open();
      if (this.#isGivenUp) return;
      this.#device = device;
      await begin(device, (sentence) => this.#lost(sentence));
      this.#pauseMs = FIRST_PAUSE_MS;
    } catch (error) {
      await device?.stop();
      this.#lost(messageOf(error));
    } finally {
      if (this.#isGivenUp) await device?.stop();
    }
  }

  get #isGivenUp(): boolean {
    return this.#isStopped;
  }

  #lost(sentence: string): void {
    this.#device = undefined;
    if (this.#isStopped) return;
    this.#options.ended();
    this.#options.warn(sentence);
    this.#timer?.cancel();
    this.#timer = this.#options.clock.after(this.#pauseMs, () => this.start());
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * this.#pauseMs);
  }
}
