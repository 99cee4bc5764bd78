// H.264 of strangers becomes pictures: measured here, decoded in the child process.

import type { VideoDecoder, VideoFrame } from '../../contracts/video.ts';
import { h264Sizes } from '../../media/video/picture-size.ts';
import { MESSAGE_KINDS, messageOf } from './codec-messages.ts';
import type { CodecProcess, CodecUser } from './codec-process.ts';
import { MOST_PIXELS } from './h264-limits.ts';

/** A picture that is left out spoils all up to the next key frame: so more of them wait than of those to encode. */
const MOST_AT_ONCE = 8;
/** Whoever ended the process so often does it on purpose. */
const MOST_BLAMES = 3;

export class H264Decoder implements VideoDecoder, CodecUser {
  readonly #process: CodecProcess;
  readonly #codec: number;
  #malformed = 0;
  #running = 0;
  #blames = 0;
  /** The process whose decoder knows the pictures before; undefined: only parameters and a key frame are of use. */
  #generation: number | undefined;
  #isClosed = false;

  constructor(process: CodecProcess) {
    this.#process = process;
    this.#codec = process.join(this);
  }

  get malformedPictures(): number {
    return this.#malformed;
  }

  async decode(picture: Uint8Array): Promise<VideoFrame | undefined> {
    if (this.#isClosed || this.#blames >= MOST_BLAMES) return undefined;
    const sizes = h264Sizes(picture);
    if (sizes === undefined || picture.length === 0 || sizes.some(isTooLarge)) {
      this.#generation = undefined;
      this.#malformed++;
      return undefined;
    }
    const isBeginning = sizes.length > 0;
    if (!isBeginning && this.#generation !== this.#process.generation) return undefined;
    if (this.#running >= MOST_AT_ONCE) {
      this.#generation = undefined;
      return undefined;
    }
    this.#running++;
    // Before this: the question starts a process that is not there.
    const asked = this.#process.ask(this, messageOf(MESSAGE_KINDS.decode, this.#codec, { payload: picture }));
    const { generation } = this.#process;
    if (isBeginning) this.#generation = generation;
    const answer = await asked;
    this.#running--;
    if (this.#wasClosed()) return undefined;
    if (answer?.isGood !== true) {
      // What builds upon it would be shown broken.
      if (this.#generation === generation) this.#generation = undefined;
      if (answer !== undefined) this.#malformed++;
      return undefined;
    }
    const { width, height, payload: rgb } = answer;
    return this.#process.pool.frame({ width, height, rgb, atMs: 0 });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#process.leave(this, this.#codec);
  }

  onBlamed(): void {
    this.#blames++;
  }

  #wasClosed(): boolean {
    return this.#isClosed;
  }
}

function isTooLarge({ width, height }: { readonly width: number; readonly height: number }): boolean {
  return width * height > MOST_PIXELS;
}
