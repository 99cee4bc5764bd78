// Pictures become H.264 in the child process.

import { MmchatError } from '../../base/errors.ts';
import type { EncodedPicture, VideoEncoder, VideoFrame } from '../../contracts/video.ts';
import { MESSAGE_KINDS, messageOf } from './codec-messages.ts';
import type { CodecProcess, CodecUser } from './codec-process.ts';
import { LEAST_SIDE, MOST_PIXELS } from './h264-limits.ts';

/** One is worked at, one waits: what comes meanwhile would be late. */
const MOST_AT_ONCE = 2;
const START = { bitsPerSecond: 1_500_000, framesPerSecond: 30 } as const;
const MOST_BITS_PER_SECOND = 100_000_000;
const LEAST_BITS_PER_SECOND = 20_000;
const MOST_FRAMES_PER_SECOND = 120;

export class H264Encoder implements VideoEncoder, CodecUser {
  readonly #process: CodecProcess;
  readonly #codec: number;
  #bitsPerSecond: number = START.bitsPerSecond;
  #framesPerSecond: number = START.framesPerSecond;
  #isKeyFrameWanted = false;
  #running = 0;
  #isClosed = false;

  constructor(process: CodecProcess) {
    this.#process = process;
    this.#codec = process.join(this);
  }

  async encode({ width, height, rgb, atMs }: VideoFrame): Promise<EncodedPicture | undefined> {
    if (this.#isClosed) return undefined;
    const isSize = isSide(width) && isSide(height) && width * height <= MOST_PIXELS;
    if (!isSize || rgb.length !== width * height * 3)
      throw new MmchatError('internal', 'A picture does not have the size that it claims, or one that H.264 has not.');
    if (this.#running >= MOST_AT_ONCE) return undefined;
    const isKeyFrame = this.#isKeyFrameWanted;
    this.#isKeyFrameWanted = false;
    this.#running++;
    const message = messageOf(MESSAGE_KINDS.encode, this.#codec, {
      payload: rgb,
      width,
      height,
      atMs,
      isKeyFrame,
      bitsPerSecond: this.#bitsPerSecond,
      framesPerSecond: this.#framesPerSecond,
    });
    const answer = await this.#process.ask(this, message);
    this.#running--;
    if (answer?.isGood !== true) {
      this.#isKeyFrameWanted ||= isKeyFrame;
      return undefined;
    }
    return { bytes: answer.payload, isKeyFrame: answer.isKeyFrame, width: answer.width, height: answer.height };
  }

  configure({ bitsPerSecond, framesPerSecond }: { bitsPerSecond?: number; framesPerSecond?: number }): void {
    if (isRate(bitsPerSecond))
      this.#bitsPerSecond = Math.round(Math.max(LEAST_BITS_PER_SECOND, Math.min(MOST_BITS_PER_SECOND, bitsPerSecond)));
    if (isRate(framesPerSecond))
      this.#framesPerSecond = Math.round(Math.max(1, Math.min(MOST_FRAMES_PER_SECOND, framesPerSecond)));
  }

  requestKeyFrame(): void {
    this.#isKeyFrameWanted = true;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#process.leave(this, this.#codec);
  }

  onBlamed(): void {
    // Our own pictures: the process is started again for the next one.
  }
}

function isSide(side: number): boolean {
  return Number.isInteger(side) && side >= LEAST_SIDE;
}

function isRate(rate: number | undefined): rate is number {
  return rate !== undefined && Number.isFinite(rate) && rate > 0;
}
