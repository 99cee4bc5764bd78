// Pictures of one other become frames: one at a time, the newest first of all. A decoder that dies is opened again a few
// times, and then no more.

import type { Clock, Timer } from '../../base/clock.ts';
import type { VideoCodecName, VideoDecoder, VideoFrame } from '../../contracts/video.ts';
import type { ReceivedPicture } from '../../media/video/picture-receiver.ts';

export interface PictureDecodingOptions {
  readonly clock: Clock;
  readonly open: (codec: VideoCodecName) => Promise<VideoDecoder>;
  readonly onFrame: (frame: VideoFrame, picture: ReceivedPicture) => void;
  /** One was left out, or could not be read: what builds upon it can't be shown. */
  readonly onGap: () => void;
  /** It died too often: nothing is decoded any more. */
  readonly failed: (error: unknown) => void;
}

/** A decoder that takes longer for one picture is dead. */
export const DECODE_PATIENCE_MS = 3_000;
export const MOST_DECODERS = 4;
/** H.264: pictures that came at once when a lost packet came. Of JPEGs only the newest waits. */
const MOST_WAITING = 8;

interface Running {
  readonly codec: VideoCodecName;
  readonly decoder: VideoDecoder;
}

export class PictureDecoding {
  readonly #options: PictureDecodingOptions;
  #waiting: ReceivedPicture[] = [];
  #running: Running | undefined;
  #work: Timer | undefined;
  #isBusy = false;
  #opened = 0;
  #dropped = 0;
  /** What was begun before is of no interest any more. */
  #epoch = 0;
  #isOver = false;

  constructor(options: PictureDecodingOptions) {
    this.#options = options;
  }

  /** Left out, because newer ones had come or they could not be read. */
  get droppedPictures(): number {
    return this.#dropped;
  }

  push(picture: ReceivedPicture): void {
    if (this.#isOver) return;
    if (picture.codec === 'jpeg' || picture.isKeyFrame) this.#dropWaiting();
    else if (this.#waiting.length >= MOST_WAITING) {
      this.#dropWaiting();
      this.#dropped += 1;
      this.#options.onGap();
      return;
    }
    this.#waiting.push(picture);
    if (!this.#isBusy) void this.#run();
  }

  /** Nobody looks: the decoder is closed until the next picture. */
  pause(): void {
    this.#waiting = [];
    this.#forget();
  }

  close(): void {
    this.#isOver = true;
    this.pause();
  }

  #dropWaiting(): void {
    this.#dropped += this.#waiting.length;
    this.#waiting = [];
  }

  #forget(): void {
    this.#epoch += 1;
    this.#work?.cancel();
    this.#isBusy = false;
    this.#running?.decoder.close();
    this.#running = undefined;
  }

  async #run(): Promise<void> {
    this.#isBusy = true;
    const epoch = this.#epoch;
    for (;;) {
      const picture = this.#waiting.shift();
      if (picture === undefined) {
        this.#isBusy = false;
        return;
      }
      let frame: VideoFrame | undefined;
      this.#work = this.#options.clock.after(DECODE_PATIENCE_MS, () => {
        if (epoch === this.#epoch) this.#died(new Error('A decoder of pictures does not answer.'));
      });
      try {
        const decoder = await this.#decoderFor(picture.codec, epoch);
        frame = decoder === undefined ? undefined : await decoder.decode(picture.bytes);
      } catch (error) {
        if (epoch === this.#epoch) this.#died(error);
        return;
      }
      if (epoch !== this.#epoch) return;
      this.#work.cancel();
      if (frame === undefined) {
        this.#dropped += 1;
        this.#options.onGap();
      } else this.#options.onFrame(frame, picture);
      // Whoever was handed the frame may have closed this.
      if (this.#isPast(epoch)) return;
    }
  }

  #isPast(epoch: number): boolean {
    return epoch !== this.#epoch;
  }

  /** Undefined: meanwhile nobody wants it any more. */
  async #decoderFor(codec: VideoCodecName, epoch: number): Promise<VideoDecoder | undefined> {
    if (this.#running?.codec === codec) return this.#running.decoder;
    this.#running?.decoder.close();
    this.#running = undefined;
    const decoder = await this.#options.open(codec);
    if (this.#isPast(epoch)) {
      decoder.close();
      return undefined;
    }
    this.#running = { codec, decoder };
    return decoder;
  }

  #died(error: unknown): void {
    this.#opened += 1;
    this.#waiting = [];
    this.#forget();
    if (this.#opened < MOST_DECODERS) {
      this.#options.onGap();
      return;
    }
    this.close();
    this.#options.failed(error);
  }
}
