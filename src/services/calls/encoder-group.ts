// One encoder and those who get its pictures.

import type { Clock, Timer } from '../../base/clock.ts';
import type { EncodedPicture, VideoCodecName, VideoEncoder, VideoFrame } from '../../contracts/video.ts';
import { PicturePool } from '../../media/video/picture-pool.ts';
import { fittedSize, scaled } from '../../media/video/scale.ts';
import type { VideoRateSetting } from '../../media/video/video-rate.ts';
import type { VideoLine } from './video-line.ts';

export interface EncoderGroupOptions {
  readonly clock: Clock;
  readonly codec: VideoCodecName;
  readonly open: () => Promise<VideoEncoder>;
  readonly isScaled: boolean;
  /** It died too often. */
  readonly failed: (error: unknown) => void;
}

/** An encoder that takes longer for one picture is dead. */
export const ENCODE_PATIENCE_MS = 3_000;
export const MOST_ENCODERS = 4;
/** Receivers together are given no more. */
const KEY_FRAME_PAUSE_MS = 300;
/** Frames of a camera come a little early or late: by this share of their period. */
const EARLY = 0.3;

export class EncoderGroup {
  readonly codec: VideoCodecName;
  lines: ReadonlySet<VideoLine> = new Set();
  readonly #options: EncoderGroupOptions;
  readonly #pool = new PicturePool();
  #setting: VideoRateSetting | undefined;
  #encoder: VideoEncoder | undefined;
  #isBusy = false;
  #wantsKeyFrame = false;
  #keyFrameMs = -Infinity;
  #dueMs = -Infinity;
  #died = 0;
  #patience: Timer | undefined;
  #epoch = 0;
  #isClosed = false;

  constructor(options: EncoderGroupOptions) {
    this.#options = options;
    this.codec = options.codec;
  }

  /** From now on these get its pictures, as the slowest of them can take them. */
  serve(lines: readonly VideoLine[]): void {
    if (lines.some((line) => !this.lines.has(line))) this.#wantsKeyFrame = true;
    this.lines = new Set(lines);
    const settings = lines.flatMap(({ rate }) => (rate === undefined ? [] : [rate.setting]));
    const setting = settings.reduce<VideoRateSetting | undefined>(leastOf, undefined);
    if (setting === undefined) return;
    this.#setting = setting;
    this.#encoder?.configure(setting);
  }

  wantKeyFrame(): void {
    this.#wantsKeyFrame = true;
  }

  /** Released when it is encoded, or left out. */
  frame(frame: VideoFrame): void {
    const setting = this.#setting;
    // What can't be encoded now would be late: the next one will do.
    const isWanted = !this.#isClosed && !this.#isBusy && [...this.lines].some(({ isOpen }) => isOpen);
    if (setting === undefined || !isWanted || !this.#isDue(setting)) frame.release?.();
    else void this.#encode(frame, setting);
  }

  close(): void {
    this.#isClosed = true;
    this.#forget();
  }

  #isDue({ framesPerSecond }: VideoRateSetting): boolean {
    const nowMs = this.#options.clock.monotonicMs();
    const periodMs = 1_000 / framesPerSecond;
    if (nowMs < this.#dueMs - EARLY * periodMs) return false;
    // On the average neither more nor fewer, but nothing is made up for.
    this.#dueMs = (nowMs - this.#dueMs > periodMs ? nowMs : this.#dueMs) + periodMs;
    return true;
  }

  async #encode(frame: VideoFrame, setting: VideoRateSetting): Promise<void> {
    const { clock } = this.#options;
    const epoch = this.#epoch;
    const { lines } = this;
    this.#isBusy = true;
    this.#patience = clock.after(ENCODE_PATIENCE_MS, () => {
      if (epoch === this.#epoch) this.#lost(new Error('An encoder of pictures does not answer.'));
    });
    let picture: EncodedPicture | undefined;
    let fitted = frame;
    try {
      const encoder = await this.#ready(epoch);
      if (encoder === undefined) return;
      this.#askForKeyFrame(encoder);
      fitted = this.#fitted(frame, setting);
      picture = await encoder.encode(fitted);
    } catch (error) {
      if (epoch === this.#epoch) this.#lost(error);
      return;
    } finally {
      fitted.release?.();
    }
    if (epoch !== this.#epoch) return;
    this.#patience.cancel();
    this.#isBusy = false;
    if (picture === undefined) return;
    for (const line of lines) if (this.lines.has(line)) line.send(picture, frame.atMs);
  }

  async #ready(epoch: number): Promise<VideoEncoder | undefined> {
    if (this.#encoder !== undefined) return this.#encoder;
    const encoder = await this.#options.open();
    if (epoch !== this.#epoch) {
      encoder.close();
      return undefined;
    }
    this.#encoder = encoder;
    if (this.#setting !== undefined) encoder.configure(this.#setting);
    return encoder;
  }

  #askForKeyFrame(encoder: VideoEncoder): void {
    const nowMs = this.#options.clock.monotonicMs();
    if (!this.#wantsKeyFrame || nowMs - this.#keyFrameMs < KEY_FRAME_PAUSE_MS) return;
    this.#wantsKeyFrame = false;
    this.#keyFrameMs = nowMs;
    encoder.requestKeyFrame();
  }

  #fitted(frame: VideoFrame, setting: VideoRateSetting): VideoFrame {
    if (!this.#options.isScaled) return frame;
    const fitted = fittedSize(frame, setting);
    const [width, height] = [evenly(fitted.width), evenly(fitted.height)];
    if (width === frame.width && height === frame.height) return frame;
    const { rgb } = scaled(frame, { width, height }, Infinity, this.#pool.take(width * height * 3));
    frame.release?.();
    return this.#pool.frame({ width, height, rgb, atMs: frame.atMs });
  }

  #lost(error: unknown): void {
    this.#forget();
    this.#died += 1;
    this.#wantsKeyFrame = true;
    if (this.#died >= MOST_ENCODERS) this.#options.failed(error);
  }

  #forget(): void {
    this.#epoch += 1;
    this.#patience?.cancel();
    this.#isBusy = false;
    this.#encoder?.close();
    this.#encoder = undefined;
  }
}

function leastOf(least: VideoRateSetting | undefined, one: VideoRateSetting): VideoRateSetting {
  if (least === undefined) return one;
  const isSmaller = one.width * one.height < least.width * least.height;
  return {
    width: isSmaller ? one.width : least.width,
    height: isSmaller ? one.height : least.height,
    framesPerSecond: Math.min(least.framesPerSecond, one.framesPerSecond),
    bitsPerSecond: Math.min(least.bitsPerSecond, one.bitsPerSecond),
  };
}

/** H.264 has colours of two by two pixels. */
function evenly(side: number): number {
  return Math.max(2, side - (side % 2));
}
