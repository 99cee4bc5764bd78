// Pictures from a child process: the program with node-av in it, or ffmpeg.

import type { Clock, Timer } from '../../base/clock.ts';
import type { VideoDevice, VideoFrame, VideoInput, VideoInputStart, VideoSize } from '../../contracts/video.ts';
import type { Environment } from '../commands.ts';
import { DeviceLife } from '../device-life.ts';
import { DeviceProcess } from '../device-process.ts';
import type { RawPicture, RecordHandlers } from './frame-records.ts';

export interface PictureReader {
  push(bytes: Uint8Array): void;
}

export interface ProcessVideoInputOptions {
  readonly device: VideoDevice;
  readonly clock: Clock;
  readonly env: Environment;
  readonly file: string;
  readonly args: (wanted: VideoSize) => readonly string[];
  /** Bytes on descriptor 3 and lines on 4, instead of standard output and error. @default false */
  readonly asideOfOutput?: boolean;
  /** Of what the program writes, makes pictures. */
  readonly reader: (wanted: VideoSize, handlers: RecordHandlers) => PictureReader;
  /** What it is told when something else is wanted. */
  readonly changeLine?: (wanted: VideoSize) => string;
  /** A picture as it comes, into the one that is handed on; undefined: it is left out. @default every one, as it is */
  readonly fit?: (frame: VideoFrame, wanted: VideoSize) => VideoFrame | undefined;
  /** Before anything is started. @throws MmchatError `device-unavailable` */
  readonly check?: () => Promise<void>;
  /** When it ends by itself, that is because there is no more. @default false */
  readonly endsByItself?: boolean;
}

const WATCH_PERIOD_MS = 1_000;
/** Periods, not time: a computer that slept is no broken camera. */
const SILENT_PERIODS = { first: 15, later: 5 } as const;

export class ProcessVideoInput implements VideoInput {
  readonly device: VideoDevice;
  readonly #options: ProcessVideoInputOptions;
  readonly #life = new DeviceLife();
  #process: DeviceProcess | undefined;
  #watch: Timer | undefined;
  #wanted: VideoSize | undefined;
  #picturesInPeriod = 0;
  #silentPeriods = 0;

  constructor(options: ProcessVideoInputOptions) {
    this.device = options.device;
    this.#options = options;
  }

  /** Of the process. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  async start({ wanted, onFrame, onLost, signal }: VideoInputStart): Promise<void> {
    this.#wanted = wanted;
    return this.#life.begin({
      onLost,
      signal,
      open: async () => {
        await this.#options.check?.();
        this.#open(this.#wanted ?? wanted, onFrame);
      },
      close: async () => {
        this.#watch?.cancel();
        await this.#process?.stop();
      },
    });
  }

  change(wanted: VideoSize): void {
    this.#wanted = wanted;
    const line = this.#options.changeLine?.(wanted);
    if (line !== undefined && !this.#life.isOver) this.#process?.write(Buffer.from(`${line}\n`));
  }

  async stop(): Promise<void> {
    return this.#life.stop();
  }

  #open(wanted: VideoSize, onFrame: (frame: VideoFrame) => void): void {
    const { file, args, env, clock, asideOfOutput, reader, endsByItself = false } = this.#options;
    const pictures = reader(wanted, {
      onPicture: (picture) => this.#take(picture, onFrame),
      onEnd: () => this.#life.fail(this.#atItsEnd()),
      onBroken: () => this.#life.fail(`${this.#called()} gave something that is no picture.`),
    });
    let words = '';
    this.#process = new DeviceProcess({
      file,
      args: args(wanted),
      env,
      clock,
      asideOfOutput,
      onBytes: (bytes) => {
        if (!this.#life.isOver) pictures.push(bytes);
      },
      onLine: (line) => {
        words = line;
      },
      onEnd: (how) => {
        const isEnd = endsByItself && how === 'exit code 0' && this.#life.isRunning;
        // Of one that says why, nobody wants to know its exit code.
        this.#life.fail(isEnd ? this.#atItsEnd() : `${this.#called()} gives no pictures (${words || how}).`);
      },
    });
    this.#watch = clock.every(WATCH_PERIOD_MS, () => this.#look());
  }

  #take({ width, height, rgb, release }: RawPicture, onFrame: (frame: VideoFrame) => void): void {
    this.#picturesInPeriod++;
    if (this.#life.isOver) return;
    const taken = { width, height, rgb, atMs: this.#options.clock.monotonicMs(), release };
    const { fit } = this.#options;
    const frame = fit === undefined || this.#wanted === undefined ? taken : fit(taken, this.#wanted);
    if (frame !== taken) release?.();
    if (frame === undefined) return;
    this.#life.ready();
    onFrame(frame);
  }

  #look(): void {
    const hasPictures = this.#picturesInPeriod > 0;
    this.#picturesInPeriod = 0;
    this.#silentPeriods = hasPictures ? 0 : this.#silentPeriods + 1;
    const { first, later } = SILENT_PERIODS;
    // One picture in many seconds is a pace as well.
    const period = Math.ceil(1 / Math.max(0.01, this.#wanted?.framesPerSecond ?? 1));
    if (this.#silentPeriods >= (this.#life.isRunning ? later + period : first))
      this.#life.fail(`${this.#called()} gives no pictures any more.`);
  }

  #called(): string {
    const { kind, name } = this.device;
    const what = { camera: 'The camera', screen: 'The screen', window: 'The window', file: 'The video' };
    return kind in what ? `${what[kind as keyof typeof what]} ${name}` : name;
  }

  #atItsEnd(): string {
    return `${this.#called()} is at its end.`;
  }
}
