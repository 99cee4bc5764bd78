// Where the pictures of calls are seen: the output that is set, opened when the first picture comes, and whoever looks
// besides. As long as nobody looks, nothing is decoded.

import type { Unsubscribe } from '../../base/emitter.ts';
import { messageOf } from '../../base/errors.ts';
import type { VideoFrame, VideoOutput } from '../../contracts/video.ts';
import type { PictureSize } from '../../media/video/picture-size.ts';
import { sharedFrame } from '../../media/video/picture-pool.ts';

export type PictureViewer = Pick<VideoOutput, 'show' | 'hide' | 'sizeOf'>;

/** Whoever looks at all calls of one actor. */
export class PictureViewers {
  readonly #viewers = new Set<PictureViewer>();
  #hadAny = false;

  add(viewer: PictureViewer): Unsubscribe {
    // The same one twice is two.
    const own: PictureViewer = {
      show: (who, name, frame) => viewer.show(who, name, frame),
      hide: (who) => viewer.hide(who),
      sizeOf: (who) => viewer.sizeOf?.(who),
    };
    this.#viewers.add(own);
    this.#hadAny = true;
    return () => void this.#viewers.delete(own);
  }

  get count(): number {
    return this.#viewers.size;
  }

  /** As large as somebody looks at them, nothing when nobody does any more. Undefined: as large as they come. */
  sizeOf(who: string): PictureSize | undefined {
    if (this.#viewers.size === 0) return this.#hadAny ? { width: 0, height: 0 } : undefined;
    let largest: PictureSize | undefined;
    for (const viewer of this.#viewers) {
      const size = viewer.sizeOf?.(who);
      if (size === undefined) return undefined;
      const { width, height } = largest ?? size;
      largest = { width: Math.max(width, size.width), height: Math.max(height, size.height) };
    }
    return largest;
  }

  show(who: string, name: string, frame: VideoFrame): void {
    for (const viewer of [...this.#viewers]) attempt(() => viewer.show(who, name, frame));
  }

  hide(who: string): void {
    for (const viewer of [...this.#viewers]) attempt(() => viewer.hide(who));
  }
}

export interface PictureScreensOptions {
  readonly viewers: PictureViewers;
  /** Undefined: nowhere. @throws MmchatError `device-unavailable` */
  readonly openOutput: () => Promise<VideoOutput | undefined>;
  /** A sentence. */
  readonly warn: (sentence: string) => void;
}

/** Of one call. */
export class PictureScreens {
  readonly #options: PictureScreensOptions;
  #opening: Promise<void> | undefined;
  #output: VideoOutput | undefined;
  #isOpening = false;
  #isStopped = false;

  constructor(options: PictureScreensOptions) {
    this.#options = options;
  }

  /** Somebody would see a picture of another one. */
  get isWatched(): boolean {
    return !this.#isStopped && (this.#isOpening || this.#output !== undefined || this.#options.viewers.count > 0);
  }

  /** Somebody would see one's own. */
  get isOwnWatched(): boolean {
    return !this.#isStopped && this.#options.viewers.count > 0;
  }

  /** How large the pictures of somebody are seen; undefined: as large as they come. */
  sizeOf(who: string): PictureSize | undefined {
    const isFree = this.#isStopped || this.#isOpening || this.#output !== undefined;
    return isFree ? undefined : this.#options.viewers.sizeOf(who);
  }

  /** The first picture is on its way. */
  open(): void {
    if (this.#isStopped) return;
    this.#opening ??= this.#open();
  }

  show(who: string, name: string, frame: VideoFrame): void {
    const { viewers } = this.#options;
    const output = this.#isStopped ? undefined : this.#output;
    const shared = sharedFrame(frame, this.#isStopped ? 0 : viewers.count + (output === undefined ? 0 : 1));
    attempt(() => output?.show(who, name, shared));
    if (!this.#isStopped) viewers.show(who, name, shared);
  }

  showOwn(who: string, name: string, frame: VideoFrame): void {
    const { viewers } = this.#options;
    const shared = sharedFrame(frame, this.#isStopped ? 0 : viewers.count);
    if (!this.#isStopped) viewers.show(who, name, shared);
  }

  hide(who: string): void {
    attempt(() => this.#output?.hide(who));
    this.#options.viewers.hide(who);
  }

  /** Resolves when nothing of it is left. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#opening;
    const output = this.#output;
    this.#output = undefined;
    await output?.stop();
  }

  async #open(): Promise<void> {
    this.#isOpening = true;
    try {
      this.#output = await this.#options.openOutput();
    } catch (error) {
      if (!this.#isStopped) this.#options.warn(messageOf(error));
    } finally {
      this.#isOpening = false;
    }
  }
}

/** Whoever can't show a picture is no reason that another one is not shown. */
function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // The next picture comes soon.
  }
}
