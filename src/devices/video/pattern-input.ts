// A camera that needs no hardware: the test pattern, at the pace of the clock; and one that never gives a picture.

import type { Clock, Timer } from '../../base/clock.ts';
import type { VideoDevice, VideoInput, VideoInputStart, VideoSize } from '../../contracts/video.ts';
import { LEAST_PATTERN_SIZE, patternFrame } from '../../media/video/pattern.ts';
import { PicturePool } from '../../media/video/picture-pool.ts';
import { DeviceLife } from '../device-life.ts';

export interface PatternInputOptions {
  readonly clock: Clock;
  readonly device: VideoDevice;
  /** Whatever is wanted later. Undefined: what is wanted. */
  readonly size: VideoSize | undefined;
}

export class PatternInput implements VideoInput {
  readonly device: VideoDevice;
  readonly #clock: Clock;
  readonly #fixed: VideoSize | undefined;
  readonly #life = new DeviceLife();
  readonly #pool = new PicturePool();
  #wanted: VideoSize | undefined;
  #timer: Timer | undefined;

  constructor({ clock, device, size }: PatternInputOptions) {
    this.device = device;
    this.#clock = clock;
    this.#fixed = size;
  }

  async start({ wanted, onFrame, onLost, signal }: VideoInputStart): Promise<void> {
    this.#wanted = wanted;
    return this.#life.begin({
      onLost,
      signal,
      open: () => this.#run(onFrame),
      close: async () => this.#timer?.cancel(),
    });
  }

  change(wanted: VideoSize): void {
    this.#wanted = wanted;
  }

  async stop(): Promise<void> {
    return this.#life.stop();
  }

  /** Frame n is due at n periods from the start: no drift. What is missed is left out, and so is its number. */
  #run(onFrame: VideoInputStart['onFrame']): void {
    let index = 0;
    let dueMs = this.#clock.monotonicMs();
    const tick = (): void => {
      if (this.#life.isOver) return;
      this.#life.ready();
      const size = this.#size();
      const periodMs = 1_000 / size.framesPerSecond;
      const nowMs = this.#clock.monotonicMs();
      const missed = Math.max(0, Math.floor((nowMs - dueMs) / periodMs));
      index += missed;
      const room = this.#pool.take(size.width * size.height * 3);
      onFrame(this.#pool.frame(patternFrame(index++, size, nowMs, room)));
      dueMs += (missed + 1) * periodMs;
      if (this.#life.isRunning) this.#timer = this.#clock.after(Math.max(0, dueMs - this.#clock.monotonicMs()), tick);
    };
    this.#timer = this.#clock.after(0, tick);
  }

  #size(): VideoSize {
    const wanted = this.#fixed ?? this.#wanted ?? { width: 640, height: 480, framesPerSecond: 30 };
    return {
      width: Math.max(LEAST_PATTERN_SIZE.width, Math.round(wanted.width)),
      height: Math.max(LEAST_PATTERN_SIZE.height, Math.round(wanted.height)),
      framesPerSecond: Math.max(1, wanted.framesPerSecond),
    };
  }
}

export class NoVideoInput implements VideoInput {
  readonly device: VideoDevice = { id: 'none', name: 'none', kind: 'none' };
  readonly #life = new DeviceLife();

  async start({ onLost, signal }: VideoInputStart): Promise<void> {
    return this.#life.begin({ onLost, signal, open: () => this.#life.ready(), close: async () => undefined });
  }

  change(): void {
    // There is nothing to change.
  }

  async stop(): Promise<void> {
    return this.#life.stop();
  }
}
