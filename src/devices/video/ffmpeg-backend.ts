// The program ffmpeg as a camera of last resort: where there is one on PATH and nothing better.

import type { Clock } from '../../base/clock.ts';
import type { VideoDevice, VideoDeviceList, VideoFrame, VideoInput, VideoSize } from '../../contracts/video.ts';
import { PicturePool } from '../../media/video/picture-pool.ts';
import { fittedSize, scaled } from '../../media/video/scale.ts';
import { findCommand, type Environment } from '../commands.ts';
import { cameraSource, fileSource, type CaptureSource } from './capture-source.ts';
import { linuxCameras } from './linux-cameras.ts';
import { checkFile } from './node-av-backend.ts';
import { ProcessVideoInput, type PictureReader } from './process-video-input.ts';
import type { RecordHandlers } from './frame-records.ts';
import { NO_DEVICES, type DeviceWish, type VideoBackend } from './video-backend.ts';

export interface FfmpegOptions {
  readonly clock: Clock;
  readonly env: Environment;
  /** @default this one */
  readonly platform?: NodeJS.Platform;
}

export class FfmpegBackend implements VideoBackend {
  readonly name = 'ffmpeg';
  readonly #options: FfmpegOptions;
  readonly #platform: NodeJS.Platform;

  constructor(options: FfmpegOptions) {
    this.#options = options;
    this.#platform = options.platform ?? process.platform;
  }

  /** Nobody misses it who has something better: it never says that it is missing. */
  async list(): Promise<VideoDeviceList> {
    return this.#program() === undefined ? NO_DEVICES : { ...NO_DEVICES, cameras: await this.#cameras() };
  }

  async openInput(wish: DeviceWish): Promise<VideoInput | undefined> {
    const program = this.#program();
    if (program === undefined) return undefined;
    if (wish.kind === 'file') return this.#input(program, fileSource(wish.path), () => checkFile(wish.path));
    const cameras = await this.#cameras();
    const camera =
      wish.kind === 'default' ? cameras[0] : cameras.find(({ id, name }) => id === wish.name || name === wish.name);
    return camera === undefined ? undefined : this.#input(program, cameraSource(camera, camera.id, this.#platform));
  }

  #program(): string | undefined {
    return findCommand(this.#platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg', this.#options.env);
  }

  async #cameras(): Promise<readonly VideoDevice[]> {
    return this.#platform === 'linux' ? linuxCameras() : [];
  }

  #input(program: string, source: CaptureSource, check?: () => Promise<void>): VideoInput {
    const { clock, env } = this.#options;
    let dueMs = -Infinity;
    return new ProcessVideoInput({
      device: source.device,
      clock,
      env,
      file: program,
      args: (wanted) => argumentsFor(source, wanted),
      reader: (wanted, handlers) => new PlainPictures(evenSize(wanted), handlers),
      // Sizes of later are made here: it can't be told anything.
      fit: (frame, wanted) => {
        const periodMs = 1_000 / wanted.framesPerSecond;
        if (frame.atMs < dueMs - periodMs / 4) return undefined;
        dueMs = Math.max(dueMs + periodMs, frame.atMs + periodMs / 2);
        return smaller(frame, wanted);
      },
      endsByItself: source.pace === 'file',
      ...(check === undefined ? {} : { check }),
    });
  }
}

function argumentsFor({ format, url, options, pace }: CaptureSource, wanted: VideoSize): string[] {
  const { width, height } = evenSize(wanted);
  const input = Object.entries(options).flatMap(([name, value]) => [`-${name}`, value]);
  const fit = `scale=${width}:${height}:force_original_aspect_ratio=decrease`;
  return [
    ...['-hide_banner', '-nostdin', '-loglevel', 'error'],
    ...(pace === 'file' ? ['-re'] : []),
    ...(format === undefined ? [] : ['-f', format]),
    ...[...input, '-i', url, '-an', '-sn'],
    ...['-vf', `${fit},pad=${width}:${height}:(ow-iw)/2:(oh-ih)/2,fps=${wanted.framesPerSecond}`],
    ...['-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'],
  ];
}

function evenSize({ width, height }: VideoSize): { width: number; height: number } {
  const even = (side: number): number => Math.max(16, Math.round(side / 2) * 2);
  return { width: even(width), height: even(height) };
}

function smaller(frame: VideoFrame, wanted: VideoSize): VideoFrame {
  const { width, height } = fittedSize(frame, wanted);
  return scaled(frame, { width: Math.max(2, width & ~1), height: Math.max(2, height & ~1) }, 2);
}

/** Nothing but pictures of one size. */
class PlainPictures implements PictureReader {
  readonly #size: { readonly width: number; readonly height: number };
  readonly #handlers: RecordHandlers;
  readonly #pool = new PicturePool();
  #rgb: Uint8Array;
  #filled = 0;

  constructor(size: { readonly width: number; readonly height: number }, handlers: RecordHandlers) {
    this.#size = size;
    this.#handlers = handlers;
    this.#rgb = this.#room();
  }

  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + this.#rgb.length - this.#filled);
      this.#rgb.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled < this.#rgb.length) return;
      const rgb = this.#rgb;
      this.#rgb = this.#room();
      this.#filled = 0;
      this.#handlers.onPicture(this.#pool.frame({ ...this.#size, rgb, atMs: 0 }));
    }
  }

  #room(): Uint8Array {
    return this.#pool.take(this.#size.width * this.#size.height * 3);
  }
}
