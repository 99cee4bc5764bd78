// What the parts of calls are made of, and the words that they have in common.

import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Random } from '../../base/random.ts';
import type { AudioInput, AudioOutput } from '../../contracts/audio.ts';
import type { AudioCodecs } from '../../contracts/codecs.ts';
import type { PeerLink, PeerLinks } from '../../contracts/links.ts';
import type { MediaTransport } from '../../contracts/media.ts';
import type { CallPeerStats } from '../../contracts/node.ts';
import type { VideoCodecName, VideoDecoder, VideoEncoder, VideoInput, VideoOutput } from '../../contracts/video.ts';
import type { NodeEvent } from '../../state/events.ts';
import type { Call, CallMode, PeerId, Person } from '../../state/values.ts';
import type { CallSignal, MediaOffer } from '../../wire/call-signals.ts';
import type { Conversation, Conversations } from '../conversations.ts';
import type { MessageRouter } from '../message-router.ts';
import type { Warn } from '../warnings.ts';
import type { PictureViewers } from './picture-screens.ts';

/** How long it rings. */
export const ANSWER_PATIENCE_MS = 30_000;
/** So long without a link and without media, and somebody is gone. */
export const LOST_PATIENCE_MS = 30_000;
/** How often calls look after themselves. */
export const LOOK_PERIOD_MS = 1_000;

/** Whose call it is: a guest of this node, or oneself (empty). */
export type CallActor = string;

/** Where somebody's sound comes from and where it goes. */
export interface SoundEndpoints {
  /** @throws MmchatError `device-unavailable` */
  openInput(): Promise<AudioInput>;
  /** @throws MmchatError `device-unavailable` */
  openOutput(): Promise<AudioOutput>;
}

/** Where somebody's pictures come from and where they go. */
export interface PictureEndpoints {
  /** What can be sent and shown here, best first, as far as it is known. */
  codecs(): readonly VideoCodecName[];
  /** Resolves when it is known. Loads nothing that is not needed for that. */
  learnCodecs?(): Promise<void>;
  /** The encoder takes frames of any size and makes what it needs of them. */
  readonly isSentAsItIs?: boolean;
  /** No more than this is wanted from anybody. */
  readonly mostBitsPerSecond?: number;
  encoder(codec: VideoCodecName): Promise<VideoEncoder>;
  decoder(codec: VideoCodecName): Promise<VideoDecoder>;
  /** The camera. @throws MmchatError `device-unavailable` */
  openInput(): Promise<VideoInput>;
  /** A screen or a window, as the list of devices names it. @throws MmchatError `device-unavailable` */
  openShare(source: string): Promise<VideoInput>;
  /** Undefined: they are not shown. @throws MmchatError `device-unavailable` */
  openOutput(): Promise<VideoOutput | undefined>;
}

export type CallEvent = Extract<
  NodeEvent,
  { type: 'call-changed' | 'call-answered' | 'call-connected' | 'call-ended' }
>;

/** Those for whom a super-peer speaks. */
export interface CallGuests {
  /** Nobody sits at this node: it is there for the guests alone. */
  readonly isDedicated: boolean;
  has(name: string): boolean;
  /** As they say where they are. */
  isIn(name: string, room: string): boolean;
  soundOf(name: string): SoundEndpoints;
  /** JPEG alone: what their clients know. */
  pictureOf(name: string): PictureEndpoints;
  /** What oneself gets as events of the node. */
  hear(name: string, event: CallEvent): void;
}

export interface CallsParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly links: PeerLinks;
  readonly router: MessageRouter;
  readonly ownPeerId: PeerId;
  readonly conversations: Conversations;
  readonly media: MediaTransport;
  readonly codecs: AudioCodecs;
  /** One's own sound. */
  readonly sound: SoundEndpoints;
  /** One's own pictures. */
  readonly picture: PictureEndpoints;
  readonly soundOptions: { readonly echoCancellation: boolean; readonly noiseSuppression: boolean };
  /** Whether this link leads to somebody who takes part. */
  readonly shares: (link: PeerLink, conversation: Conversation) => boolean;
  readonly personOf: (peerId: PeerId) => Person | undefined;
  readonly people: () => Iterable<Person>;
  readonly isBlocked: (peerId: PeerId) => boolean;
  /** Whether this call is taken at once. */
  readonly answers: (from: PeerId) => boolean;
  /** A call went either way. */
  readonly talkedTo: (peerId: PeerId) => void;
  readonly nameOf: (peerId: PeerId) => string;
  readonly emit: (event: NodeEvent) => void;
  /** Made for each time in a call: says each thing once. */
  readonly warner: () => Warn;
}

export type OutgoingSignal = Pick<CallSignal, 'callId' | 'kind' | 'mode'> &
  Partial<Omit<CallSignal, 'callId' | 'kind' | 'mode' | 'fromGuest' | 'toGuest'>>;

export interface MuteChange {
  readonly audio?: boolean;
  readonly video?: boolean;
}

/** A call of one actor, whatever its kind. */
export interface PartyCall {
  /** 32 hex digits. */
  readonly id: string;
  /** One is in it, or has asked for it: there can be one such only. */
  readonly isJoined: boolean;
  /** It rings here. */
  readonly isRinging: boolean;
  readonly starter: PeerId;
  readonly call: Call;
  readonly peers: readonly CallPeerStats[];
  readonly levels: ReadonlyMap<PeerId, number>;
  /** @throws MmchatError `call-full` */
  accept(): void;
  reject(): void;
  /** Resolves when devices and keys are free again; all that others have to know is sent at once. */
  end(): Promise<void>;
  mute(change: MuteChange): void;
  /** @throws MmchatError `no-such-call` (not in it), `device-unavailable` */
  share(source: string | null): Promise<void>;
  setVolume(peerId: PeerId, volume: number): void;
  take(from: PeerId, signal: CallSignal): void;
  linkUp(peerId: PeerId): void;
  linkDown(peerId: PeerId): void;
  /** They are blocked now: nothing of them is heard any more, and nothing told to them. */
  without(peerId: PeerId): void;
  /** One can be reached elsewhere now. */
  candidatesChanged(offer: MediaOffer): void;
}

/** What a call needs of the actor whose it is. */
export interface CallContext {
  readonly parts: CallsParts;
  readonly actor: CallActor;
  /** Who the actor is for others. */
  readonly ownId: PeerId;
  readonly sound: SoundEndpoints;
  readonly picture: PictureEndpoints;
  /** Whoever looks at the calls of this actor. */
  readonly viewers: PictureViewers;
  readonly media: Pick<MediaTransport, 'prepare'>;
  /** False: there is no link. */
  readonly send: (to: PeerId, signal: OutgoingSignal) => boolean;
  readonly isReachable: (peerId: PeerId) => boolean;
  readonly emit: (event: CallEvent) => void;
  /** Says each thing once while one is in this call. */
  readonly warn: Warn;
  /** It is over: nothing must be asked of it any more. */
  readonly over: (call: PartyCall) => void;
}

export interface CallBeginning {
  readonly callId: Uint8Array;
  readonly mode: CallMode;
  readonly starter: PeerId;
}
