// The pictures of one call: what oneself shows goes to everybody who can show it, what comes from them to whoever looks.
// Whatever fails here, the sound goes on.

import { messageOf } from '../../base/errors.ts';
import type { MediaDescription, MediaSession } from '../../contracts/media.ts';
import type { VideoStats } from '../../contracts/node.ts';
import type { VideoCodecName, VideoFrame, VideoSize } from '../../contracts/video.ts';
import type { VideoProfile } from '../../media/video/video-rate.ts';
import { sharedFrame } from '../../media/video/picture-pool.ts';
import type { PeerId } from '../../state/values.ts';
import type { CallContext } from './call-parts.ts';
import { PictureEncoding } from './picture-encoding.ts';
import { PictureScreens } from './picture-screens.ts';
import { PictureSource, WANTED } from './picture-source.ts';
import { SeenPictures } from './seen-pictures.ts';
import { VideoLine } from './video-line.ts';
import { WantedSize } from './wanted-size.ts';

export interface CallVideoOptions {
  readonly context: CallContext;
  /** Whether oneself shows something, or what, is other than it was. */
  readonly changed: () => void;
  /** How long what is heard waits in the loudspeaker. */
  readonly soundDelayMs: () => number;
}

export interface VideoTerms {
  readonly session: MediaSession;
  readonly own: Pick<MediaDescription, 'audioSsrc' | 'videoSsrc'>;
  /** What they say that they can decode. */
  readonly codecs: readonly string[];
  /** Of the sound. */
  readonly roundTripMs: () => number | undefined;
}

interface Seen {
  readonly line: VideoLine;
  readonly pictures: SeenPictures;
}

/** More than these don't show themselves in one call: each picture goes to everybody. */
export const MOST_SHOWING = 8;

export class CallVideo {
  readonly #options: CallVideoOptions;
  readonly #source: PictureSource;
  readonly #encoding: PictureEncoding;
  readonly #screens: PictureScreens;
  readonly #seen = new Map<PeerId, Seen>();
  readonly #size: WantedSize;
  #given: VideoSize = WANTED.camera;
  #profile: VideoProfile = 'camera';
  #isOwnShown = false;
  #isStopped = false;

  constructor(options: CallVideoOptions) {
    this.#options = options;
    const { parts, picture, viewers } = options.context;
    const { clock } = parts;
    this.#encoding = new PictureEncoding({
      clock,
      open: (codec) => picture.encoder(codec),
      isScaled: picture.isSentAsItIs !== true,
      failed: (error) =>
        this.#warn('internal', `${messageOf(error)} Your picture is not sent any more; sound goes on.`),
    });
    this.#screens = new PictureScreens({
      viewers,
      openOutput: () => picture.openOutput(),
      warn: (sentence) => this.#warn('device-unavailable', `${sentence} The call goes on: you don't see the others.`),
    });
    this.#source = new PictureSource({
      clock,
      openCamera: () => picture.openInput(),
      openShare: (source) => picture.openShare(source),
      onFrame: (frame, profile) => this.#onOwnFrame(frame, profile),
      changed: () => this.#onSourceChanged(),
      cameraFailed: (sentence) =>
        this.#warn('device-unavailable', `${sentence} The call goes on: you are heard, not seen.`),
      shareLost: (sentence) => this.#warn('device-unavailable', `${sentence} Nothing is shared any more.`),
    });
    this.#size = new WantedSize({ clock, change: (size) => this.#source.change(size) });
  }

  get isCameraOn(): boolean {
    return this.#source.isCameraOn;
  }

  get sharing(): string | undefined {
    return this.#source.sharing;
  }

  setCamera(isOn: boolean): void {
    if (!this.#isStopped) this.#source.setCamera(isOn);
  }

  /** @throws MmchatError `device-unavailable`, `stopped` */
  share(source: string | null): Promise<void> {
    return this.#source.share(source);
  }

  add(peerId: PeerId, terms: VideoTerms): VideoLine {
    this.remove(peerId);
    const { parts, picture } = this.#options.context;
    const { clock, random } = parts;
    const codec = this.#codecFor(terms.codecs);
    const { mostBitsPerSecond } = picture;
    const pictures = new SeenPictures({
      clock,
      decoder: (one) => picture.decoder(one),
      isWatched: () => this.#isWatched(),
      needsKeyFrame: () => line.needsKeyFrame(),
      showAtMs: (timestamp, nowMs) => line.lipSync.showAtMs(timestamp, nowMs),
      sized: (size, waitedMs) => line.shown(size, waitedMs),
      show: (frame) => this.#screens.show(peerId, parts.nameOf(peerId), frame),
      hide: () => this.#screens.hide(peerId),
      failed: (error) => {
        const sentence = `${messageOf(error)} The pictures of ${parts.nameOf(peerId)} are not shown any more; you still hear them.`;
        this.#warn('internal', sentence);
      },
    });
    const line = new VideoLine({
      clock,
      session: terms.session,
      theirSsrcs: terms.own,
      codec,
      source: this.#given,
      profile: this.#profile,
      firstTimestamp: Math.floor(random.fraction() * 2 ** 32),
      roundTripMs: terms.roundTripMs,
      ...(mostBitsPerSecond === undefined ? {} : { mostBitsPerSecond }),
      shownSize: () => this.#screens.sizeOf(peerId),
      listener: {
        picture: (one) => {
          this.#screens.open();
          pictures.push(one);
        },
        keyFrameWanted: () => this.#encoding.keyFrameWanted(line),
        reported: () => this.#adapt(),
      },
    });
    this.#seen.set(peerId, { line, pictures });
    if (this.#isShowing) this.#regroup();
    return line;
  }

  remove(peerId: PeerId): void {
    const seen = this.#seen.get(peerId);
    if (seen === undefined) return;
    this.#seen.delete(peerId);
    seen.line.close();
    seen.pictures.close();
    if (this.#isShowing) this.#regroup();
  }

  /** They say that they show nothing now, or nothing comes from them. */
  hide(peerId: PeerId): void {
    this.#seen.get(peerId)?.pictures.hide();
  }

  statsOf(peerId: PeerId): VideoStats | undefined {
    return this.#seen.get(peerId)?.line.stats;
  }

  soundDelayMs(): number {
    return this.#options.soundDelayMs();
  }

  /** Resolves when no device is held any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const peerId of [...this.#seen.keys()]) this.remove(peerId);
    this.#hideOwn();
    this.#encoding.close();
    await Promise.all([this.#source.stop(), this.#screens.stop()]);
  }

  get #isShowing(): boolean {
    return !this.#isStopped && (this.#source.isCameraOn || this.#source.sharing !== undefined);
  }

  #isWatched(): boolean {
    return this.#screens.isWatched;
  }

  /** The first of ours that they know. */
  #codecFor(theirs: readonly string[]): VideoCodecName | undefined {
    return this.#options.context.picture.codecs().find((codec) => theirs.includes(codec));
  }

  #onOwnFrame(frame: VideoFrame, profile: VideoProfile): void {
    if (this.#isStopped) return;
    const { context } = this.#options;
    if (frame.width !== this.#given.width || frame.height !== this.#given.height || profile !== this.#profile) {
      this.#profile = profile;
      this.#given = { ...WANTED[profile], width: frame.width, height: frame.height };
      for (const { line } of this.#seen.values()) line.rate?.use(this.#given, profile);
      this.#regroup();
    }
    const isWatched = this.#screens.isOwnWatched;
    const shared = sharedFrame(frame, isWatched ? 2 : 1);
    if (isWatched) {
      this.#isOwnShown = true;
      this.#screens.showOwn(context.ownId, context.parts.nameOf(context.ownId), shared);
    }
    this.#encoding.frame(shared);
  }

  #onSourceChanged(): void {
    if (this.#isShowing) {
      this.#regroup();
      for (const [peerId, { line }] of this.#seen) if (line.codec === undefined) this.#sayNoCodec(peerId);
    } else {
      this.#encoding.stop();
      this.#hideOwn();
    }
    if (!this.#isStopped) this.#options.changed();
  }

  #hideOwn(): void {
    if (this.#isOwnShown) this.#screens.hide(this.#options.context.ownId);
    this.#isOwnShown = false;
  }

  #adapt(): void {
    if (this.#isShowing) this.#regroup();
  }

  #regroup(): void {
    const lines = [...this.#seen.values()].map(({ line }) => line);
    this.#encoding.regroup(lines);
    if (this.#profile === 'camera')
      this.#size.want(lines.flatMap(({ rate }) => (rate === undefined ? [] : [rate.room])));
  }

  #sayNoCodec(peerId: PeerId): void {
    const name = this.#options.context.parts.nameOf(peerId);
    this.#warn('no-common-codec', `${name} can't show any pictures that this machine can send: they hear you only.`);
  }

  /** Guests read no warnings of this node. */
  #warn(code: string, sentence: string): void {
    const { parts, actor, warn } = this.#options.context;
    if (this.#isStopped) return;
    if (actor === '') warn(code, sentence);
    else parts.log.debug(sentence, { guest: actor });
  }
}
