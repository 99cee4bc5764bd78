// The pictures of one other: decoded while somebody looks, and shown when what they say with it is heard.

import type { Clock, Timer } from '../../base/clock.ts';
import type { VideoCodecName, VideoDecoder, VideoFrame } from '../../contracts/video.ts';
import { h264Sizes, jpegSize, type PictureSize } from '../../media/video/picture-size.ts';
import type { ReceivedPicture } from '../../media/video/picture-receiver.ts';
import { PictureDecoding } from './picture-decoding.ts';

export interface SeenPicturesOptions {
  readonly clock: Clock;
  readonly decoder: (codec: VideoCodecName) => Promise<VideoDecoder>;
  readonly isWatched: () => boolean;
  readonly needsKeyFrame: () => void;
  /** By one's own clock. */
  readonly showAtMs: (timestamp: number, nowMs: number) => number;
  readonly sized: (size: PictureSize, waitedMs: number) => void;
  readonly show: (frame: VideoFrame) => void;
  readonly hide: () => void;
  /** Nothing of them can be decoded any more. */
  readonly failed: (error: unknown) => void;
}

interface Due {
  readonly frame: VideoFrame;
  readonly atMs: number;
}

/** A quarter of a second of them. */
const MOST_DUE = 8;
/** Pictures that nobody looks at are measured now and then. */
const MEASURE_PERIOD_MS = 1_000;

export class SeenPictures {
  readonly #options: SeenPicturesOptions;
  readonly #decoding: PictureDecoding;
  readonly #due: Due[] = [];
  #timer: Timer | undefined;
  #measuredMs = -Infinity;
  #isPaused = true;
  #isShown = false;
  #isClosed = false;

  constructor(options: SeenPicturesOptions) {
    this.#options = options;
    this.#decoding = new PictureDecoding({
      clock: options.clock,
      open: options.decoder,
      onFrame: (frame, picture) => this.#onFrame(frame, picture),
      onGap: options.needsKeyFrame,
      failed: (error) => {
        this.hide();
        options.failed(error);
      },
    });
  }

  push(picture: ReceivedPicture): void {
    if (this.#isClosed) return;
    if (!this.#options.isWatched()) {
      this.#leaveUnseen(picture);
      return;
    }
    if (this.#isPaused) {
      this.#isPaused = false;
      // Those before were not decoded.
      if (!picture.isKeyFrame) {
        this.#options.needsKeyFrame();
        return;
      }
    }
    this.#decoding.push(picture);
  }

  /** Nothing comes from them for now. */
  hide(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const { frame } of this.#due.splice(0)) frame.release?.();
    if (this.#isShown) this.#options.hide();
    this.#isShown = false;
  }

  close(): void {
    this.#isClosed = true;
    this.#decoding.close();
    this.hide();
  }

  #leaveUnseen(picture: ReceivedPicture): void {
    if (!this.#isPaused) {
      this.#isPaused = true;
      this.#decoding.pause();
      this.hide();
    }
    const nowMs = this.#options.clock.monotonicMs();
    if (nowMs - this.#measuredMs < MEASURE_PERIOD_MS || !picture.isKeyFrame) return;
    this.#measuredMs = nowMs;
    const size = picture.codec === 'jpeg' ? jpegSize(picture.bytes) : h264Sizes(picture.bytes)?.[0];
    if (size !== undefined) this.#options.sized(size, 0);
  }

  #onFrame(frame: VideoFrame, picture: ReceivedPicture): void {
    if (this.#isClosed) return;
    const nowMs = this.#options.clock.monotonicMs();
    const atMs = Math.max(this.#options.showAtMs(picture.timestamp, nowMs), this.#due.at(-1)?.atMs ?? 0);
    this.#options.sized(frame, Math.max(0, atMs - nowMs));
    this.#due.push({ frame, atMs });
    if (this.#due.length > MOST_DUE) this.#due.shift()?.frame.release?.();
    if (this.#timer === undefined) this.#showDue();
  }

  #showDue(): void {
    this.#timer = undefined;
    const nowMs = this.#options.clock.monotonicMs();
    let latest: VideoFrame | undefined;
    let next = this.#due[0];
    while (next !== undefined && next.atMs <= nowMs) {
      // Of several that are due only the last is seen.
      latest?.release?.();
      latest = next.frame;
      this.#due.shift();
      next = this.#due[0];
    }
    if (next !== undefined) this.#timer = this.#options.clock.after(next.atMs - nowMs, () => this.#showDue());
    if (latest === undefined) return;
    this.#isShown = true;
    this.#options.show(latest);
  }
}
