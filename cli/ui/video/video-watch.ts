// Takes the pictures of the call that one is in, as long as there is one and they are wanted: the newest of everybody.

import type { MmchatNode, NodeState, PeerId, VideoFrame } from '../../../src/index.ts';
import { currentCall } from '../call-state.ts';
import type { UiState } from '../ui-state.ts';
import { speakerAfter } from './speaker.ts';
import { videoPeopleOf } from './video-people.ts';

/** More than there can be in a call. */
const MOST_PEOPLE = 32;
/** Proportions that differ by less look the same. */
const SAME_PROPORTION = 0.02;

export interface VideoHost {
  readonly ui: UiState;
  readonly state: NodeState;
  readonly running: MmchatNode | undefined;
  update(change: (ui: UiState) => UiState): void;
  changed(): void;
  /** Draws nothing but pictures. */
  drawPictures(): void;
  /** How large somebody's pictures are seen, in pixels; undefined: that is not known yet. */
  pictureSizeOf(who: PeerId): Pick<VideoFrame, 'width' | 'height'> | undefined;
  now(): number;
}

export class VideoWatch {
  readonly #host: VideoHost;
  readonly #frames = new Map<PeerId, VideoFrame>();
  #off: (() => void) | undefined;

  constructor(host: VideoHost) {
    this.#host = host;
  }

  /** The newest picture of each. */
  get frames(): ReadonlyMap<PeerId, VideoFrame> {
    return this.#frames;
  }

  /** There may be a call now or none, and pictures may be wanted or not. */
  look(): void {
    const { state, ui, running } = this.#host;
    const isWanted = currentCall(state) !== undefined && ui.picturesHidden !== true;
    if (!isWanted) this.stop();
    else if (this.#off === undefined && running !== undefined)
      this.#off = running.calls.showOn({
        show: (who, _name, frame) => this.#show(who, frame),
        hide: (who) => this.#hide(who),
        // Who has shown nothing yet has no place either.
        sizeOf: (who) => (this.#frames.has(who) ? this.#host.pictureSizeOf(who) : undefined),
      });
  }

  /** Somebody may have begun to speak. */
  lookForSpeaker(): void {
    const { ui, state } = this.#host;
    const { video, call } = ui;
    if (video === undefined) return;
    const speaker = speakerAfter(video.speaker, videoPeopleOf(state, ui), call?.levels ?? new Map(), this.#host.now());
    if (speaker === video.speaker) return;
    this.#host.update((now) => ({
      ...now,
      video: { sizes: video.sizes, ...(speaker === undefined ? {} : { speaker }) },
    }));
    this.#host.changed();
  }

  stop(): void {
    this.#off?.();
    this.#off = undefined;
    this.#frames.clear();
    if (this.#host.ui.video === undefined) return;
    this.#host.update((ui) => ({ ...ui, video: undefined }));
    this.#host.changed();
  }

  #show(who: PeerId, frame: VideoFrame): void {
    if (this.#off === undefined && !this.#isCurrent()) return;
    const { width, height } = frame;
    const { video } = this.#host.ui;
    const known = video?.sizes.get(who);
    if (known === undefined && (video?.sizes.size ?? 0) >= MOST_PEOPLE) return;
    if (!(width > 0 && height > 0)) return;
    this.#frames.get(who)?.release?.();
    this.#frames.set(who, frame);
    if (known !== undefined && Math.abs((width * known.height) / (height * known.width) - 1) < SAME_PROPORTION) {
      this.#host.drawPictures();
      return;
    }
    const sizes = new Map([...(video?.sizes ?? []), [who, { width, height }] as const]);
    this.#host.update((ui) => ({ ...ui, video: { ...ui.video, sizes } }));
    this.#host.changed();
  }

  /** Frames may come while `showOn` is being called. */
  #isCurrent(): boolean {
    return currentCall(this.#host.state) !== undefined;
  }

  #hide(who: PeerId): void {
    this.#frames.delete(who);
    const { video } = this.#host.ui;
    if (video === undefined || !video.sizes.has(who)) return;
    const sizes = new Map(video.sizes);
    sizes.delete(who);
    this.#host.update((ui) => ({ ...ui, video: { ...ui.video, sizes } }));
    this.#host.changed();
  }
}
