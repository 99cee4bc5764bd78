// Sound from a program that records and writes it to its standard output (parec, arecord).

import type { Clock, Timer } from '../base/clock.ts';
import type { AudioDevice, AudioInput, AudioInputStart } from '../contracts/audio.ts';
import { RawFrames, type RawEncoding } from '../media/raw-frames.ts';
import type { Environment } from './commands.ts';
import { DeviceLife } from './device-life.ts';
import { DeviceProcess } from './device-process.ts';

export interface ProcessInputOptions {
  readonly device: AudioDevice;
  /** What the program is called. */
  readonly command: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly asideOfOutput?: boolean;
  readonly encoding: RawEncoding;
  /** Whether a line means that the device is gone although the program goes on; undefined: it is a line like any other. */
  readonly isLostBy?: (line: string) => Promise<boolean> | undefined;
  readonly env: Environment;
  readonly clock: Clock;
}

const WATCH_PERIOD_MS = 1_000;
/**
 * Periods, not time: when this process itself was held up (a sleeping computer), what came meanwhile is read between two
 * of them.
 */
export const SILENT_PERIODS = 5;

export class ProcessInput implements AudioInput {
  readonly device: AudioDevice;
  readonly #options: ProcessInputOptions;
  readonly #life = new DeviceLife();
  #process: DeviceProcess | undefined;
  #watch: Timer | undefined;
  #framesInPeriod = 0;
  #silentPeriods = 0;
  #doubts = 0;

  constructor(options: ProcessInputOptions) {
    this.device = options.device;
    this.#options = options;
  }

  async start({ onFrame, onLost, signal }: AudioInputStart): Promise<void> {
    const frames = new RawFrames(this.#options.encoding);
    const take = (frame: Float32Array): void => {
      this.#framesInPeriod++;
      this.#life.ready();
      // It may be another microphone that is heard now.
      if (this.#life.isRunning && this.#doubts === 0) onFrame(frame);
    };
    return this.#life.begin({
      onLost,
      signal,
      open: () => this.#open((bytes) => frames.push(bytes, take)),
      close: async () => {
        this.#watch?.cancel();
        await this.#process?.stop();
      },
    });
  }

  async stop(): Promise<void> {
    return this.#life.stop();
  }

  #open(onBytes: (bytes: Uint8Array) => void): void {
    const { device, command, file, args, asideOfOutput, env, clock } = this.#options;
    this.#process = new DeviceProcess({
      file,
      args,
      asideOfOutput,
      env,
      clock,
      onBytes,
      onLine: (line) => void this.#doubt(line),
      onEnd: (how) => this.#life.fail(`The audio input ${device.name} gives no sound any more (${command}: ${how}).`),
    });
    this.#watch = clock.every(WATCH_PERIOD_MS, () => this.#look());
  }

  async #doubt(line: string): Promise<void> {
    const answer = this.#options.isLostBy?.(line);
    if (answer === undefined) return;
    this.#doubts++;
    const isLost = await answer;
    this.#doubts--;
    if (isLost) this.#life.fail(`The audio input ${this.device.name} is gone.`);
  }

  #look(): void {
    this.#silentPeriods = this.#framesInPeriod > 0 ? 0 : this.#silentPeriods + 1;
    this.#framesInPeriod = 0;
    if (this.#silentPeriods >= SILENT_PERIODS)
      this.#life.fail(`The audio input ${this.device.name} has given no sound for ${SILENT_PERIODS} seconds.`);
  }
}
