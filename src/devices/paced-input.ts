// Inputs without hardware: frames that are made or read, at the pace of the clock.

import type { Clock, Timer } from '../base/clock.ts';
import { MmchatError } from '../base/errors.ts';
import type { AudioDevice, AudioInput, AudioInputStart } from '../contracts/audio.ts';
import { FRAME_MS, silentFrame } from '../media/audio-format.ts';
import { Tone } from '../media/tone.ts';
import { WavFrames } from '../media/wav-frames.ts';
import { DeviceLife } from './device-life.ts';
import { readSoundFile } from './sound-files.ts';

/** Gives one frame after the other, for ever. */
export type FrameSource = () => Float32Array;

export interface PacedInputOptions {
  readonly device: AudioDevice;
  readonly clock: Clock;
  /** Undefined: there will never be a frame. */
  readonly load: () => Promise<FrameSource | undefined>;
}

/** What a sleeping computer missed is not made up for. */
const MOST_LATE_MS = 1_000;

export class PacedInput implements AudioInput {
  readonly device: AudioDevice;
  readonly #options: PacedInputOptions;
  readonly #life = new DeviceLife();
  #timer: Timer | undefined;

  constructor(options: PacedInputOptions) {
    this.device = options.device;
    this.#options = options;
  }

  async start({ onFrame, onLost, signal }: AudioInputStart): Promise<void> {
    return this.#life.begin({
      onLost,
      signal,
      open: async () => {
        const source = await this.#options.load();
        this.#life.ready();
        if (source !== undefined && this.#life.isRunning) this.#run(source, onFrame);
      },
      close: async () => this.#timer?.cancel(),
    });
  }

  async stop(): Promise<void> {
    return this.#life.stop();
  }

  /** A frame is there once its 10 ms have passed, as from a microphone. */
  #run(source: FrameSource, onFrame: (frame: Float32Array) => void): void {
    const { clock } = this.#options;
    let dueMs = clock.monotonicMs() + FRAME_MS;
    const tick = (): void => {
      const nowMs = clock.monotonicMs();
      if (nowMs - dueMs > MOST_LATE_MS) dueMs = nowMs;
      for (; dueMs <= nowMs && this.#life.isRunning; dueMs += FRAME_MS) onFrame(source());
      if (this.#life.isRunning) this.#timer = clock.after(dueMs - nowMs, tick);
    };
    this.#timer = clock.after(FRAME_MS, tick);
  }
}

export async function loadTone(hz: number): Promise<FrameSource> {
  const tone = new Tone(hz);
  return () => tone.frame();
}

/** @throws MmchatError `device-unavailable` */
export async function loadFile(path: string, repeats: boolean): Promise<FrameSource> {
  let frames: WavFrames;
  try {
    frames = WavFrames.parse(await readSoundFile(path));
  } catch (error) {
    if (!(error instanceof MmchatError)) throw error;
    throw new MmchatError('device-unavailable', error.message, { cause: error });
  }
  let next = 0;
  return () => {
    if (repeats && next >= frames.frameCount) next = 0;
    return next < frames.frameCount ? frames.frame(next++) : silentFrame();
  };
}
