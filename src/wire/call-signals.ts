// What is said about calls on a link: who calls whom, who comes and goes, and the keys and addresses of the media that
// flow beside it.

import { WireError } from '../base/errors.ts';
import { optionalBytes, requireBytes, requireShortText, wellFormed } from './checks.ts';
import type { CallSignal as WireSignal, MediaOffer as WireOffer } from './generated/peer-messages.ts';
import {
  CALL_ID_BYTES,
  CONVERSATION_ID_BYTES,
  KEY_BYTES,
  MAX_ADDRESS_BYTES,
  MAX_CODEC_BYTES,
  MAX_NAME_BYTES,
  MAX_REASON_BYTES,
  MEDIA_KEY_BYTES,
  MEDIA_SALT_BYTES,
} from './limits.ts';

/**
 * `request` calls somebody, `ringing` says that it rings there, `accept` and `reject` answer, `cancel` takes the request
 * back, `end` leaves. `join` asks somebody who is in a room's call for media between the two; `present` tells who is in it.
 * `update`: other addresses, or muted. `alive`: asked after a link came back; answered by `update`, or by `end` when the
 * call is not known.
 */
export const CALL_SIGNALS = {
  request: 1,
  ringing: 2,
  accept: 3,
  reject: 4,
  cancel: 5,
  end: 6,
  join: 7,
  present: 8,
  update: 9,
  alive: 10,
} as const;

export type CallSignalKind = keyof typeof CALL_SIGNALS;
export type CallMode = 'audio' | 'video';

/** What one side of a pair tells the other, so that media can flow. */
export interface MediaOffer {
  /** SRTP master of what its sender sends. */
  readonly key: Uint8Array;
  readonly salt: Uint8Array;
  /** What packets to its sender have to carry. */
  readonly audioSsrc: number;
  readonly videoSsrc: number;
  /** `host:port`, UDP. */
  readonly candidates: readonly string[];
  /** What its sender can decode, best first: `opus`, `h264`, `jpeg`. Unknown ones are skipped. */
  readonly codecs: readonly string[];
}

export interface CallMember {
  /** 32 bytes. */
  readonly author: Uint8Array;
  /** A guest of theirs; empty: themselves. */
  readonly guest: string;
}

export interface CallSignal {
  /** 16 bytes, chosen by who started the call. */
  readonly callId: Uint8Array;
  readonly kind: CallSignalKind;
  readonly mode: CallMode;
  /** Of a room's call: the room's conversation, 16 bytes; empty between two. */
  readonly conversation: Uint8Array;
  /** Empty: the sender itself, or the receiver itself. */
  readonly fromGuest: string;
  readonly toGuest: string;
  /** A code; empty when there is none to give. */
  readonly reason: string;
  readonly media?: MediaOffer;
  /** Of a room's call: who is in it, as far as the sender knows. */
  readonly members: readonly CallMember[];
  readonly audioMuted: boolean;
  /** No pictures come from its sender. */
  readonly videoMuted: boolean;
  /** What comes is a screen or a window. */
  readonly isSharing: boolean;
}

const AUDIO_MUTED = 1;
const VIDEO_MUTED = 2;
const SHARING = 4;
const MODES: Readonly<Record<CallMode, number>> = { audio: 1, video: 2 };

export function toWireSignal(signal: CallSignal): WireSignal {
  const { callId, conversation, reason, members } = signal;
  return {
    callId,
    kind: CALL_SIGNALS[signal.kind],
    mode: MODES[signal.mode],
    conversation,
    fromGuest: wellFormed(signal.fromGuest),
    toGuest: wellFormed(signal.toGuest),
    reason,
    ...(signal.media === undefined ? {} : { media: toWireOffer(signal.media) }),
    members: members.map(({ author, guest }) => ({ author, guest: wellFormed(guest) })),
    muted:
      (signal.audioMuted ? AUDIO_MUTED : 0) | (signal.videoMuted ? VIDEO_MUTED : 0) | (signal.isSharing ? SHARING : 0),
  };
}

/** Undefined for a kind or mode of later versions. @throws WireError */
export function checkSignal(signal: WireSignal): CallSignal | undefined {
  const kind = keyOf(CALL_SIGNALS, signal.kind);
  const mode = keyOf(MODES, signal.mode);
  if (kind === undefined || mode === undefined) return undefined;
  return {
    callId: requireBytes('The call', signal.callId, CALL_ID_BYTES).slice(),
    kind,
    mode,
    conversation: optionalBytes('The conversation', signal.conversation, CONVERSATION_ID_BYTES).slice(),
    fromGuest: requireShortText('The name', signal.fromGuest, MAX_NAME_BYTES),
    toGuest: requireShortText('The name', signal.toGuest, MAX_NAME_BYTES),
    reason: requireShortText('The reason', signal.reason, MAX_REASON_BYTES),
    ...(signal.media === undefined ? {} : { media: checkOffer(signal.media) }),
    members: signal.members.map(({ author, guest }) => ({
      author: requireBytes('A member', author, KEY_BYTES).slice(),
      guest: requireShortText('The name', guest, MAX_NAME_BYTES),
    })),
    audioMuted: (signal.muted & AUDIO_MUTED) !== 0,
    videoMuted: (signal.muted & VIDEO_MUTED) !== 0,
    isSharing: (signal.muted & SHARING) !== 0,
  };
}

function toWireOffer(offer: MediaOffer): WireOffer {
  return { ...offer, candidates: [...offer.candidates], codecs: [...offer.codecs] };
}

function checkOffer(offer: WireOffer): MediaOffer {
  if (offer.audioSsrc === offer.videoSsrc) throw new WireError('Sound and picture with the same SSRC.');
  return {
    key: requireBytes('The key', offer.key, MEDIA_KEY_BYTES).slice(),
    salt: requireBytes('The salt', offer.salt, MEDIA_SALT_BYTES).slice(),
    audioSsrc: offer.audioSsrc,
    videoSsrc: offer.videoSsrc,
    candidates: offer.candidates.map((text) => requireShortText('An address', text, MAX_ADDRESS_BYTES)),
    codecs: offer.codecs.map((text) => requireShortText('A codec', text, MAX_CODEC_BYTES)),
  };
}

function keyOf<Key extends string>(table: Readonly<Record<Key, number>>, value: number): Key | undefined {
  return (Object.keys(table) as Key[]).find((key) => table[key] === value);
}
