// Somebody else in a call, as it is shown: what they say of themselves, and what is heard of them.

import type { MediaPath } from '../../contracts/media.ts';
import type { CallMember, PeerId } from '../../state/values.ts';
import type { CallSignal } from '../../wire/call-signals.ts';

export class MemberRecord {
  readonly peerId: PeerId;
  phase: CallMember['phase'];
  /** They were heard once. */
  wasConnected = false;
  #path: CallMember['path'];
  #audioMuted = false;
  #videoMuted = false;
  #isSharing = false;
  #isTold = false;

  constructor(peerId: PeerId, phase: CallMember['phase']) {
    this.peerId = peerId;
    this.phase = phase;
  }

  get view(): CallMember {
    return {
      peerId: this.peerId,
      phase: this.phase,
      audioMuted: this.#audioMuted,
      videoMuted: this.#videoMuted,
      ...(this.#isSharing ? { isSharing: true } : {}),
      ...(this.#path === undefined ? {} : { path: this.#path }),
    };
  }

  /** True when something is other than it was; so do those below. */
  told({ audioMuted, videoMuted, isSharing }: CallSignal): boolean {
    const isFirst = !this.#isTold;
    this.#isTold = true;
    const isSame = this.#audioMuted === audioMuted && this.#videoMuted === videoMuted && this.#isSharing === isSharing;
    if (isSame) return isFirst && !videoMuted;
    this.#audioMuted = audioMuted;
    this.#videoMuted = videoMuted;
    this.#isSharing = isSharing;
    return true;
  }

  /** As they say, pictures come from them. */
  get isShowing(): boolean {
    return this.#isTold && !this.#videoMuted;
  }

  goesBy(path: MediaPath | undefined): boolean {
    if (this.#path === path?.via) return false;
    this.#path = path?.via;
    return true;
  }

  became(phase: CallMember['phase']): boolean {
    if (this.phase === phase) return false;
    this.phase = phase;
    if (phase === 'connected') this.wasConnected = true;
    return true;
  }
}
