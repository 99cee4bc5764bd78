// A camera, a file or a stream that OpenCV opens, in a child process of its own.

import type { Clock, Timer } from '../../base/clock.ts';
import type { VideoDevice, VideoInput, VideoInputStart, VideoSize } from '../../contracts/video.ts';
import type { Environment } from '../commands.ts';
import { PicturePool } from '../../media/video/picture-pool.ts';
import { DeviceLife } from '../device-life.ts';
import { DeviceProcess } from '../device-process.ts';
import type { CaptureKind } from './opencv-capture.ts';
import { openCvChildArguments } from './opencv-process.ts';
import { PipeMessages, numberOf, pipeMessage, type PipeMessage } from './pipe-messages.ts';

export interface OpenCvInputOptions {
  readonly device: VideoDevice;
  readonly kind: CaptureKind;
  /** A camera's number, a path or an address. */
  readonly source: string;
  /** The add-on's main file. */
  readonly modulePath: string;
  readonly env: Environment;
  readonly clock: Clock;
}

const MOST_SIDE = 4_096;
const WATCH_PERIOD_MS = 1_000;
/** Looks and not time: a computer that slept is no broken camera. The first picture may take longer: cameras and streams wake up slowly. */
const MOST_SILENT_LOOKS = { before: 20, after: 5 } as const;

export class OpenCvInput implements VideoInput {
  readonly device: VideoDevice;
  readonly #options: OpenCvInputOptions;
  readonly #life = new DeviceLife();
  readonly #pool = new PicturePool();
  #process: DeviceProcess | undefined;
  #watch: Timer | undefined;
  #silentLooks = 0;
  /** Why the child gives up, in its own words. */
  #reason = '';

  constructor(options: OpenCvInputOptions) {
    this.device = options.device;
    this.#options = options;
  }

  async start({ wanted, onFrame, onLost, signal }: VideoInputStart): Promise<void> {
    return this.#life.begin({
      onLost,
      signal,
      open: () => this.#open(wanted, onFrame),
      close: async () => {
        this.#watch?.cancel();
        await this.#process?.stop();
      },
    });
  }

  change(wanted: VideoSize): void {
    for (const part of pipeMessage(sizeOf(wanted))) this.#process?.write(part);
  }

  async stop(): Promise<void> {
    return this.#life.stop();
  }

  #open(wanted: VideoSize, onFrame: VideoInputStart['onFrame']): void {
    const { kind, source, modulePath, env, clock } = this.#options;
    const { width, height, framesPerSecond } = sizeOf(wanted);
    const pictures = new PipeMessages(
      (message) => this.#take(message, onFrame),
      (bytes) => this.#pool.take(bytes),
    );
    this.#process = new DeviceProcess({
      file: process.execPath,
      args: [
        ...openCvChildArguments(),
        'capture',
        modulePath,
        kind,
        source,
        ...[width, height, framesPerSecond].map(String),
      ],
      asideOfOutput: true,
      env,
      clock,
      onBytes: (bytes) => {
        pictures.push(bytes);
        if (pictures.isBroken) this.#fail('its pictures can’t be read');
      },
      onLine: (line) => {
        if (line.startsWith('failed ')) this.#reason = line.slice('failed '.length);
      },
      onEnd: (how) => this.#fail(this.#reason === '' ? how : this.#reason),
    });
    this.#watch = clock.every(WATCH_PERIOD_MS, () => this.#look());
  }

  #take({ head, body }: PipeMessage, onFrame: VideoInputStart['onFrame']): void {
    const [width, height] = [numberOf(head, 'width', MOST_SIDE), numberOf(head, 'height', MOST_SIDE)];
    if (width === undefined || height === undefined || body.length === 0 || body.length !== width * height * 3) return;
    this.#silentLooks = 0;
    this.#life.ready();
    const frame = this.#pool.frame({ width, height, rgb: body, atMs: this.#options.clock.monotonicMs() });
    if (this.#life.isRunning) onFrame(frame);
  }

  #look(): void {
    const most = this.#life.isRunning ? MOST_SILENT_LOOKS.after : MOST_SILENT_LOOKS.before;
    if (++this.#silentLooks > most) this.#fail(`no picture for ${most} seconds`);
  }

  #fail(reason: string): void {
    const what = this.device.kind === 'camera' ? 'The camera' : 'The video';
    const how = this.#life.isRunning ? 'gives no pictures any more' : "can't be opened";
    this.#life.fail(`${what} ${this.device.name} ${how} (OpenCV: ${reason}).`);
  }
}

function sizeOf({ width, height, framesPerSecond }: VideoSize): Record<keyof VideoSize, number> {
  return {
    width: Math.round(width),
    height: Math.round(height),
    framesPerSecond: Math.max(1, Math.round(framesPerSecond)),
  };
}
