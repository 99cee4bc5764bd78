// The values everybody talks about: people, rooms, messages. Immutable; text in them is already clean (base/clean-text).

/** A libp2p peer id as text (`12D3Koo…`): who somebody is. Names are only labels. */
export type PeerId = string;

export type Via = 'p2p' | 'legacy';
/** `changed`: a new key that uses the name of somebody pinned or verified who is away (changed-names.ts). */
export type Trust = 'new' | 'pinned' | 'verified' | 'changed';

/** Somebody else on the network, here or remembered. */
export interface Person {
  readonly peerId: PeerId;
  /** The label that this node shows: unique here (`bob`, `bob_1`). */
  readonly name: string;
  /** The name that they gave themselves. */
  readonly claimedName: string;
  readonly status?: string;
  readonly online: boolean;
  /** An own authenticated link is up; else, while online, somebody linked has told us of them. */
  readonly linked: boolean;
  readonly via: Via;
  /** Open rooms that they are in, as they last said. */
  readonly rooms: readonly string[];
  readonly trust: Trust;
  /** Nothing of them is shown, linked, called or accepted. */
  readonly blocked?: boolean;
  /** When trust became more than `new`; decides who keeps a contested name. Milliseconds since the epoch. */
  readonly pinnedAt?: number;
  /** Round trip on the link. */
  readonly rttMs?: number;
}

/** Oneself. */
export interface Self {
  readonly peerId: PeerId;
  readonly name: string;
  readonly status?: string;
}

/** `everyone`, `room:<folded room name>` or `with:<peer id>`. */
export type ConversationKey = string;

export type Destination =
  | { readonly kind: 'everyone' }
  | { readonly kind: 'room'; readonly room: string }
  /** A private conversation, named by the other one in it, whoever writes. */
  | { readonly kind: 'person'; readonly peerId: PeerId };

export interface Reaction {
  readonly emoji: string;
  /** In the order in which they reacted. */
  readonly by: readonly PeerId[];
}

/** A message as it is to be shown: what was said, with every later change applied (state/fold-message.ts). */
export interface Message {
  readonly id: string;
  readonly author: PeerId;
  readonly own: boolean;
  readonly destination: Destination;
  readonly kind: 'text' | 'file' | 'join' | 'leave';
  /** Empty for files, joins and leaves. */
  readonly text: string;
  /** Author's wall clock, milliseconds since the epoch: only shown. */
  readonly at: number;
  /** Lamport number in its conversation: what the screen is sorted by, then by author. */
  readonly order: number;
  readonly replyTo?: string;
  /** People named in it, oneself perhaps. */
  readonly mentions?: readonly PeerId[];
  readonly edited?: boolean;
  /** Its author took it back: the text is empty. */
  readonly deleted?: boolean;
  readonly reactions?: readonly Reaction[];
  /** Of the kind `file`; absent while it is missing or when it was deleted. What became of it: NodeState.transfers. */
  readonly file?: FileFacts;
  /** What was said is not here: to be fetched yet, or dropped for its age. The text is empty. */
  readonly missing?: boolean;
  /** Two histories claim this place in its author's log: a copied or restored data folder, or somebody lies. */
  readonly forked?: boolean;
  /** Own messages: to whom it went. */
  readonly recipients: readonly PeerId[];
  /** Own messages: who has it. */
  readonly deliveredTo: readonly PeerId[];
}

export interface FileFacts {
  readonly kind: 'file' | 'folder' | 'voice';
  /** Clean and harmless as a name of a file. */
  readonly name: string;
  /** Bytes of all files together. */
  readonly size: number;
  readonly fileCount: number;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
  /** Hex; a folder's is that of its list. Absent until its author has signed for the whole. */
  readonly sha256?: string;
  /** Of a voice note. */
  readonly durationMs?: number;
  /** Of a voice note: loudness over its time, 0 to 255. */
  readonly waveform?: readonly number[];
}

/**
 * `offered`: waits for somebody to take it. `waiting`: taken, but nobody who has it is here (or: it is nobody's turn
 * yet). `checking`: all of it is here and is compared with what its author signed.
 */
export type TransferPhase =
  'offered' | 'waiting' | 'active' | 'paused' | 'checking' | 'done' | 'rejected' | 'cancelled' | 'failed';

/** Somebody who gets what one sends. */
export interface Receiver {
  readonly peerId: PeerId;
  readonly phase: TransferPhase;
  readonly bytes: number;
}

/** A file, folder or voice note on its way, or arrived. Its id is that of the message that announced it. */
export interface Transfer {
  readonly id: string;
  readonly direction: 'incoming' | 'outgoing';
  /** Who sends it. */
  readonly author: PeerId;
  readonly destination: Destination;
  readonly kind: FileFacts['kind'];
  readonly name: string;
  readonly size: number;
  readonly phase: TransferPhase;
  /** Of `size`; of an outgoing one to several, of the one who has most. */
  readonly bytes: number;
  readonly bytesPerSecond: number;
  /** Where it is, when it is whole; of an outgoing one where it was taken from. */
  readonly path?: string;
  /** A code, when it was rejected, cancelled or failed. */
  readonly reason?: string;
  /** A sentence beside the code. */
  readonly reasonText?: string;
  readonly sha256?: string;
  /** How its bytes go at the moment: a socket of their own, or the link. */
  readonly via?: 'tls' | 'link';
  /** Between a guest of this super-peer and somebody else: nothing for the screen here. */
  readonly relayed?: boolean;
  /** Incoming: for this guest of this super-peer. */
  readonly toGuest?: string;
  /** Outgoing: everybody who has shown interest. */
  readonly receivers: readonly Receiver[];
  /** When it was offered, milliseconds since the epoch, by this machine's wall clock. */
  readonly at: number;
}

export type CallMode = 'audio' | 'video';

/**
 * `calling`: asked, nothing heard yet. `ringing`: it rings there. `incoming`: it rings here. `open`: of a room in which one
 * is, but not in its call. `connecting`: accepted, nothing heard of anybody yet.
 */
export type CallPhase = 'calling' | 'ringing' | 'incoming' | 'open' | 'connecting' | 'active';

/** Somebody else in a call, or on the way into it. */
export interface CallMember {
  readonly peerId: PeerId;
  /** `lost`: nothing comes from them; they may come back. */
  readonly phase: 'invited' | 'ringing' | 'connecting' | 'connected' | 'lost';
  /** How media goes at the moment. Both are encrypted. */
  readonly path?: 'udp' | 'link';
  /** As they say. */
  readonly audioMuted: boolean;
  /** No pictures come from them. */
  readonly videoMuted: boolean;
  /** What comes from them is a screen or a window. */
  readonly isSharing?: boolean;
}

/** A call that is going on, or to which one could say yes. */
export interface Call {
  /** 32 hex digits; the same for all who are in it. */
  readonly id: string;
  /** Between two, the other one; else the room. */
  readonly destination: Exclude<Destination, { kind: 'everyone' }>;
  /** Who started it. */
  readonly starter: PeerId;
  readonly mode: CallMode;
  readonly phase: CallPhase;
  readonly members: readonly CallMember[];
  /** Oneself. In a call of mode `audio` the camera is off until it is unmuted. */
  readonly audioMuted: boolean;
  readonly videoMuted: boolean;
  /** The screen or window that one shows, as the list of devices names it. */
  readonly sharing?: string;
  /** Since one is in it, milliseconds since the epoch. */
  readonly since?: number;
}

export interface Conversation {
  readonly key: ConversationKey;
  readonly destination: Destination;
  /** In screen order, at most CONVERSATION_LIMIT. */
  readonly messages: readonly Message[];
}

export interface Room {
  readonly name: string;
  readonly joined: boolean;
  /** Only those who know its password find it. */
  readonly closed?: boolean;
  /** Everybody known to be in it, here or away, without oneself, by key. Some may be people that nobody here ever met. */
  readonly members: readonly PeerId[];
  /** One's own rooms: who is in it by its log. Only what `members` is made of (reduce-rooms.ts). */
  readonly logged?: ReadonlySet<PeerId>;
}

export interface LocalInterface {
  readonly name: string;
  readonly address: string;
}

export interface Warning {
  readonly code: string;
  readonly text: string;
}

export interface NodeState {
  readonly phase: 'starting' | 'running' | 'stopped';
  readonly self: Self;
  readonly people: ReadonlyMap<PeerId, Person>;
  /** By folded name (see names.ts). */
  readonly rooms: ReadonlyMap<string, Room>;
  readonly conversations: ReadonlyMap<ConversationKey, Conversation>;
  /** By id, the oldest first. */
  readonly transfers: ReadonlyMap<string, Transfer>;
  /** By id. One is in one call at most; `incoming` and `open` ones may stand beside it. */
  readonly calls: ReadonlyMap<string, Call>;
  readonly interfaces: readonly LocalInterface[];
  readonly closedNetwork: boolean;
  /** The newest few. */
  readonly warnings: readonly Warning[];
}

/** Messages of one conversation that the state holds; older ones are history. */
export const CONVERSATION_LIMIT = 1000;
export const WARNING_LIMIT = 20;

export function conversationKeyOf(destination: Destination, foldRoom: (room: string) => string): ConversationKey {
  switch (destination.kind) {
    case 'everyone':
      return 'everyone';
    case 'room':
      return `room:${foldRoom(destination.room)}`;
    case 'person':
      return `with:${destination.peerId}`;
  }
}
