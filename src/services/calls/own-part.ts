// What oneself gives to a call: whether one is heard and seen, before media flows and while it does.

import { MmchatError } from '../../base/errors.ts';
import type { Call, CallMode } from '../../state/values.ts';
import type { CallSignal } from '../../wire/call-signals.ts';
import type { CallMedia } from './call-media.ts';
import type { MuteChange } from './call-parts.ts';

export class OwnPart {
  #audioMuted = false;
  #wantsCamera: boolean;
  #media: CallMedia | undefined;

  /** In a call of mode `audio` the camera is off until it is wanted. */
  constructor(mode: CallMode) {
    this.#wantsCamera = mode === 'video';
  }

  /** As one sees it oneself. */
  get view(): Pick<Call, 'audioMuted' | 'videoMuted' | 'sharing'> {
    const sharing = this.#media?.video.sharing;
    return {
      audioMuted: this.#audioMuted,
      videoMuted: !this.#isCameraOn,
      ...(sharing === undefined ? {} : { sharing }),
    };
  }

  /** As others are told. */
  get words(): Pick<CallSignal, 'audioMuted' | 'videoMuted' | 'isSharing'> {
    return { audioMuted: this.#audioMuted, videoMuted: !this.isShowing, isSharing: this.#isSharing };
  }

  /** Pictures go out. */
  get isShowing(): boolean {
    return this.#isSharing || this.#isCameraOn;
  }

  mute({ audio, video }: MuteChange): void {
    this.#audioMuted = audio ?? this.#audioMuted;
    if (video !== undefined) this.#wantsCamera = !video;
    this.#media?.setMuted(this.#audioMuted);
    if (video !== undefined) this.#media?.video.setCamera(this.#wantsCamera);
  }

  /** @throws MmchatError `no-such-call`, `device-unavailable` */
  async share(source: string | null): Promise<void> {
    if (this.#media !== undefined) await this.#media.video.share(source);
    else if (source !== null)
      throw new MmchatError('no-such-call', 'One has to be in a call to share something in it.');
  }

  /** Media flows from now on. */
  begin(media: CallMedia): void {
    this.#media = media;
    media.setMuted(this.#audioMuted);
    media.start();
    media.video.setCamera(this.#wantsCamera);
  }

  /** Nothing goes out any more. */
  end(): void {
    this.#media = undefined;
  }

  get #isSharing(): boolean {
    return this.#media?.video.sharing !== undefined;
  }

  get #isCameraOn(): boolean {
    return this.#media?.video.isCameraOn ?? this.#wantsCamera;
  }
}
