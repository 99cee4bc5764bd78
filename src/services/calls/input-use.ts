// One use of a source of pictures, from opening it until nothing of it is left, whatever happens in between.

import { MmchatError } from '../../base/errors.ts';
import type { VideoFrame, VideoInput, VideoSize } from '../../contracts/video.ts';

export interface InputUseOptions {
  readonly open: () => Promise<VideoInput>;
  readonly wanted: VideoSize;
  readonly onFrame: (frame: VideoFrame, use: InputUse) => void;
  /** After it had run. Not after `stop`. */
  readonly onLost: (sentence: string, use: InputUse) => void;
}

export class InputUse {
  /** Resolves when its first frame came. @throws MmchatError */
  readonly ready: Promise<void>;
  readonly #options: InputUseOptions;
  #input: VideoInput | undefined;
  #wanted: VideoSize;
  #firstFrame: VideoFrame | undefined;
  #isOver = false;
  #failed: (error: Error) => void = () => undefined;
  readonly #started: Promise<void>;

  constructor(options: InputUseOptions) {
    this.#options = options;
    this.#wanted = options.wanted;
    this.#started = this.#start();
    this.ready = Promise.race([
      this.#started,
      new Promise<void>((_resolve, reject) => {
        this.#failed = reject;
      }),
    ]);
    // Who is interested hears of it; nobody has to be.
    this.ready.catch(() => undefined);
  }

  get firstFrame(): VideoFrame | undefined {
    return this.#firstFrame;
  }

  change(wanted: VideoSize): void {
    this.#wanted = wanted;
    this.#input?.change(wanted);
  }

  /** Nobody waits for it any longer. */
  fail(error: Error): void {
    this.#failed(error);
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    this.#failed(new MmchatError('stopped', 'It was stopped before it gave a picture.'));
    await this.#input?.stop();
    await this.#started.catch(() => undefined);
  }

  async #start(): Promise<void> {
    const input = await this.#options.open();
    if (this.#isOver) {
      await input.stop();
      return;
    }
    this.#input = input;
    try {
      await input.start({
        wanted: this.#wanted,
        onFrame: (frame) => {
          if (this.#isOver) return;
          const isFirst = this.#firstFrame === undefined;
          this.#firstFrame ??= keptFrame(frame);
          this.#options.onFrame(isFirst ? this.#firstFrame : frame, this);
        },
        onLost: (sentence) => {
          if (!this.#isOver) this.#options.onLost(sentence, this);
        },
      });
    } catch (error) {
      await input.stop();
      throw error;
    }
  }
}

/** Its memory is not given back. */
function keptFrame(frame: VideoFrame): VideoFrame {
  return frame.release === undefined ? frame : { ...frame, release: undefined };
}
