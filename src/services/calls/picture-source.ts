// What one shows in a call: the camera, or a screen or window instead of it. Whatever is lost never ends the call; a camera
// that ran is tried again, one that never did when it is asked for again.

import type { Clock, Timer } from '../../base/clock.ts';
import { messageOf, MmchatError } from '../../base/errors.ts';
import type { VideoFrame, VideoInput, VideoSize } from '../../contracts/video.ts';
import type { VideoProfile } from '../../media/video/video-rate.ts';
import { InputUse } from './input-use.ts';

export interface PictureSourceOptions {
  readonly clock: Clock;
  readonly openCamera: () => Promise<VideoInput>;
  readonly openShare: (source: string) => Promise<VideoInput>;
  readonly onFrame: (frame: VideoFrame, profile: VideoProfile) => void;
  /** Whether something is shown, or what, is other than it was. */
  readonly changed: () => void;
  /** Why there is no camera, or no longer. A sentence. */
  readonly cameraFailed: (sentence: string) => void;
  readonly shareLost: (sentence: string) => void;
}

export const WANTED: Readonly<Record<VideoProfile, VideoSize>> = {
  camera: { width: 640, height: 480, framesPerSecond: 30 },
  screen: { width: 1_920, height: 1_080, framesPerSecond: 10 },
};
/** Whoever asks to share a screen waits no longer for its first frame. */
export const SHARE_PATIENCE_MS = 15_000;
const PAUSE_MS = { first: 500, longest: 30_000 } as const;

export class PictureSource {
  readonly #options: PictureSourceOptions;
  #wantsCamera = false;
  #hasFailed = false;
  #wanted = WANTED.camera;
  #camera: InputUse | undefined;
  #shared: { readonly source: string; readonly use: InputUse } | undefined;
  #shareWish = 0;
  #retry: Timer | undefined;
  #pauseMs: number = PAUSE_MS.first;
  readonly #ending = new Set<Promise<void>>();
  #isStopped = false;

  constructor(options: PictureSourceOptions) {
    this.#options = options;
  }

  /** It is wanted, and it runs or may still come. */
  get isCameraOn(): boolean {
    return this.#wantsCamera && !this.#hasFailed;
  }

  get sharing(): string | undefined {
    return this.#shared?.source;
  }

  get profile(): VideoProfile {
    return this.#shared === undefined ? 'camera' : 'screen';
  }

  setCamera(isOn: boolean): void {
    const isOther = this.#wantsCamera !== isOn || this.#hasFailed;
    this.#wantsCamera = isOn;
    this.#hasFailed = false;
    this.#pauseMs = PAUSE_MS.first;
    this.#refresh();
    if (isOther) this.#options.changed();
  }

  /**
   * Resolves when the first frame of it came; until then, and when it fails, everything stays as it was.
   *
   * @throws MmchatError `device-unavailable`, `stopped`
   */
  async share(source: string | null): Promise<void> {
    const wish = ++this.#shareWish;
    if (source === null) {
      this.#stopSharing();
      return;
    }
    const use = this.#begin('screen', WANTED.screen, () => this.#options.openShare(source));
    const patience = this.#options.clock.after(SHARE_PATIENCE_MS, () =>
      use.fail(new MmchatError('device-unavailable', 'No picture of what should be shared came.')),
    );
    try {
      await use.ready;
    } catch (error) {
      this.#end(use);
      throw error instanceof MmchatError
        ? error
        : new MmchatError('device-unavailable', messageOf(error), { cause: error });
    } finally {
      patience.cancel();
    }
    if (this.#isGivenUp || wish !== this.#shareWish) {
      this.#end(use);
      throw new MmchatError('stopped', 'Something else is shown meanwhile, or nothing any more.');
    }
    const before = this.#shared;
    this.#shared = { source, use };
    if (before !== undefined) this.#end(before.use);
    this.#refresh();
    this.#options.changed();
    if (use.firstFrame !== undefined) this.#options.onFrame(use.firstFrame, 'screen');
  }

  /** Other sizes from now on, as far as the camera can. */
  change(wanted: VideoSize): void {
    this.#wanted = wanted;
    this.#camera?.change(wanted);
  }

  /** Resolves when no device is held any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#retry?.cancel();
    for (const use of [this.#camera, this.#shared?.use]) if (use !== undefined) this.#end(use);
    this.#camera = undefined;
    this.#shared = undefined;
    while (this.#ending.size > 0) await Promise.all(this.#ending);
  }

  get #isGivenUp(): boolean {
    return this.#isStopped;
  }

  #stopSharing(): void {
    const shared = this.#shared;
    if (shared === undefined) return;
    this.#shared = undefined;
    this.#end(shared.use);
    this.#refresh();
    this.#options.changed();
  }

  /** The camera runs when it is wanted and nothing else is shown. */
  #refresh(): void {
    this.#retry?.cancel();
    const shouldRun = this.#wantsCamera && this.#shared === undefined && !this.#isStopped;
    if (shouldRun && this.#camera === undefined) this.#beginCamera();
    else if (!shouldRun && this.#camera !== undefined) {
      this.#end(this.#camera);
      this.#camera = undefined;
    }
  }

  #beginCamera(): void {
    const use = this.#begin('camera', this.#wanted, () => this.#options.openCamera());
    this.#camera = use;
    use.ready.then(
      () => {
        if (this.#camera !== use) return;
        this.#pauseMs = PAUSE_MS.first;
        if (!this.#hasFailed) return;
        this.#hasFailed = false;
        this.#options.changed();
      },
      (error: unknown) => this.#cameraEnded(use, messageOf(error)),
    );
  }

  #begin(profile: VideoProfile, wanted: VideoSize, open: () => Promise<VideoInput>): InputUse {
    return new InputUse({
      open,
      wanted,
      onFrame: (frame, use) => {
        if (use === this.#camera || use === this.#shared?.use) this.#options.onFrame(frame, profile);
      },
      onLost: (sentence, use) => {
        if (use === this.#shared?.use) {
          this.#options.shareLost(sentence);
          this.#stopSharing();
        } else this.#cameraEnded(use, sentence);
      },
    });
  }

  #cameraEnded(use: InputUse, sentence: string): void {
    if (this.#camera !== use) return;
    this.#camera = undefined;
    this.#end(use);
    const isNews = !this.#hasFailed;
    this.#hasFailed = true;
    // One that never gave a picture is not looked for again and again; nobody is told twice.
    if (use.firstFrame !== undefined || !isNews) {
      this.#retry = this.#options.clock.after(this.#pauseMs, () => this.#refresh());
      this.#pauseMs = Math.min(PAUSE_MS.longest, 2 * this.#pauseMs);
    }
    if (!isNews) return;
    this.#options.cameraFailed(sentence);
    this.#options.changed();
  }

  #end(use: InputUse): void {
    const ended = use.stop().finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
  }
}
