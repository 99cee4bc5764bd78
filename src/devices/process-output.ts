// Sound for a program that reads it on its standard input and plays it (pacat, aplay).

import type { Clock, Timer } from '../base/clock.ts';
import { MAX_OUTPUT_BUFFER_MS, type AudioDevice, type AudioOutput, type AudioOutputStart } from '../contracts/audio.ts';
import { FRAME_MS, SAMPLES_PER_MS } from '../media/audio-format.ts';
import { PlaybackPosition } from '../media/playback-position.ts';
import { encodeFrame, type RawEncoding } from '../media/raw-frames.ts';
import type { Environment } from './commands.ts';
import { DeviceLife } from './device-life.ts';
import { DeviceProcess } from './device-process.ts';

export interface ProcessOutputOptions {
  readonly device: AudioDevice;
  /** What the program is called. */
  readonly command: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly asideOfOutput?: boolean;
  readonly encoding: RawEncoding;
  /** The line by which it says that the device is open. */
  readonly openedLine: RegExp;
  /** The line by which it says, in its first group, how many seconds of sound were heard so far; programs may not have it. */
  readonly heardLine?: RegExp;
  /** As of an input: ./process-input.ts. */
  readonly isLostBy?: (line: string) => Promise<boolean> | undefined;
  readonly env: Environment;
  readonly clock: Clock;
}

const WATCH_PERIOD_MS = 1_000;
const STUCK_PERIODS = 5;

export class ProcessOutput implements AudioOutput {
  readonly device: AudioDevice;
  readonly #options: ProcessOutputOptions;
  readonly #life = new DeviceLife();
  readonly #position = new PlaybackPosition();
  readonly #bytesPerMs: number;
  #process: DeviceProcess | undefined;
  #watch: Timer | undefined;
  #stuckPeriods = 0;
  #writtenMs = 0;
  #lastHeardMs = 0;

  constructor(options: ProcessOutputOptions) {
    this.device = options.device;
    this.#options = options;
    this.#bytesPerMs = SAMPLES_PER_MS * (options.encoding === 'f32' ? 4 : 2);
  }

  async start({ onLost, signal }: AudioOutputStart): Promise<void> {
    return this.#life.begin({
      onLost,
      signal,
      open: () => this.#open(),
      close: async () => {
        this.#watch?.cancel();
        await this.#process?.stop();
      },
    });
  }

  write(samples: Float32Array): boolean {
    if (!this.#life.isRunning || this.bufferedMs >= MAX_OUTPUT_BUFFER_MS) return false;
    const durationMs = samples.length / SAMPLES_PER_MS;
    this.#position.wrote(durationMs, this.#options.clock.monotonicMs());
    this.#writtenMs += durationMs;
    this.#process?.write(encodeFrame(samples, this.#options.encoding));
    return true;
  }

  get bufferedMs(): number {
    if (!this.#life.isRunning) return 0;
    // The program may not say how far it is; but what it did not even take is not heard for sure.
    const waitingMs = (this.#process?.waitingBytes ?? 0) / this.#bytesPerMs;
    return Math.max(waitingMs, this.#position.bufferedMs(this.#options.clock.monotonicMs()));
  }

  async stop(): Promise<void> {
    return this.#life.stop();
  }

  #open(): void {
    const { device, command, file, args, asideOfOutput, env, clock } = this.#options;
    this.#process = new DeviceProcess({
      file,
      args,
      asideOfOutput,
      env,
      clock,
      onLine: (line) => {
        this.#heard(line);
        void this.#doubt(line);
      },
      onEnd: (how) => this.#life.fail(`The audio output ${device.name} takes no sound any more (${command}: ${how}).`),
    });
    this.#watch = clock.every(WATCH_PERIOD_MS, () => this.#look());
  }

  #heard(line: string): void {
    const { openedLine, heardLine, clock } = this.#options;
    if (openedLine.test(line)) this.#life.ready();
    const seconds = heardLine?.exec(line)?.[1];
    if (seconds !== undefined) this.#position.heard(Number(seconds) * 1000, clock.monotonicMs());
  }

  async #doubt(line: string): Promise<void> {
    if ((await this.#options.isLostBy?.(line)) === true)
      this.#life.fail(`The audio output ${this.device.name} is gone.`);
  }

  /** Not open, or not a bit further in what waits: for so many periods, whatever the clock says. */
  #look(): void {
    const bufferedMs = this.bufferedMs;
    const heardMs = this.#writtenMs - bufferedMs;
    const isStuck = !this.#life.isRunning || (bufferedMs > 0 && heardMs - this.#lastHeardMs < FRAME_MS);
    this.#stuckPeriods = isStuck ? this.#stuckPeriods + 1 : 0;
    this.#lastHeardMs = heardMs;
    if (this.#stuckPeriods >= STUCK_PERIODS)
      this.#life.fail(`The audio output ${this.device.name} has taken no sound for ${STUCK_PERIODS} seconds.`);
  }
}
