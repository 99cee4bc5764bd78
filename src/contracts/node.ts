// The node as front ends see it: one snapshot to read, one list of events to hear, verbs to call.

import type { Unsubscribe } from '../base/emitter.ts';
import type { NodeEvent } from '../state/events.ts';
import type { CallMode, CallPhase, Message, NodeState, PeerId, Person } from '../state/values.ts';
import type { SkippedItem } from './transfer-files.ts';
import type { VideoOutput } from './video.ts';

export interface NodeStatus {
  readonly version: string;
  readonly peerId: PeerId;
  readonly name: string;
  /** Where others can link to, as multiaddrs. */
  readonly addresses: readonly string[];
  /** Ports set aside for media and bulk transfers. */
  readonly udpPort: number;
  readonly filePort: number;
  readonly dataDir: string;
  readonly networkKey: boolean;
  /** When it is one. */
  readonly superPeer?: SuperPeerFacts;
}

/** What a super-peer serves at the moment. */
export interface SuperPeerFacts {
  /** Where classic clients connect. */
  readonly bind: string;
  readonly tcpPort: number;
  readonly udpPort: number;
  /** Of the metrics; 0 without them. */
  readonly metricsPort: number;
  readonly connections: number;
  readonly guests: number;
  readonly rooms: number;
  /** Bytes of unfinished lines, and of what waits for slow clients. */
  readonly inputBytes: number;
  readonly outputBytes: number;
  /** By name: what happened on the side of the classic clients, dropped things included. */
  readonly counters: Readonly<Record<string, number>>;
  /** By name: what crossed the bridge. */
  readonly bridge: Readonly<Record<string, number>>;
}

/** Which conversation; neither means everyone. */
export interface PlaceQuery {
  readonly with?: string;
  readonly room?: string;
}

export interface HistoryQuery extends PlaceQuery {
  /** A message id. */
  readonly before?: string;
  /** A message id: the ones right behind it, instead of the newest or those before. */
  readonly after?: string;
  /** 1 to 1,000; 50 unless told. */
  readonly limit?: number;
}

export interface HistoryPage {
  readonly messages: readonly Message[];
  /** Older ones (after `after`: newer ones) are here, or a member who is here may have them. */
  readonly more: boolean;
}

export interface OutgoingMessage {
  readonly text: string;
  readonly to?: string;
  readonly room?: string;
  readonly replyTo?: string;
}

export interface SentFile {
  readonly transferId: string;
  /** What is not sent of a folder, and why; at most 1,000 of them. */
  readonly skipped: readonly SkippedItem[];
  readonly skippedCount: number;
}

export interface PasswordVerdict {
  readonly weak: boolean;
  /** A whole sentence. */
  readonly text: string;
}

export interface MediaStats {
  readonly packetsSent: number;
  readonly packetsReceived: number;
  /** Before recovery. */
  readonly packetsLost: number;
  /** By redundancy, error correction or a resend. */
  readonly packetsRecovered: number;
  readonly packetsConcealed: number;
  readonly jitterMs: number;
  /** Absent until it was measured. */
  readonly rttMs?: number;
  readonly bufferMs: number;
  /** Of what is sent, bits a second. */
  readonly bitrate: number;
}

export interface VideoStats extends MediaStats {
  readonly framesSent: number;
  readonly framesReceived: number;
  /** Received, in the last second. */
  readonly framesPerSecond: number;
  /** Of the last picture that came; 0 before. */
  readonly width: number;
  readonly height: number;
}

export interface CallPeerStats {
  readonly peerId: PeerId;
  readonly name: string;
  readonly path?: 'udp' | 'link';
  /** SRTP with keys of this pair alone; false where a classic client is at the other end. */
  readonly encrypted: boolean;
  readonly audio: MediaStats;
  readonly video: VideoStats;
}

export interface CallStats {
  readonly state: CallPhase;
  readonly mode: CallMode;
  readonly seconds: number;
  readonly peers: readonly CallPeerStats[];
}

export interface MmchatNode {
  /** The newest snapshot; never changed in place, so that comparing references tells whether anything happened. */
  readonly state: NodeState;
  /** Calls back after every change of `state`. */
  subscribe(listener: () => void): Unsubscribe;
  /** Calls back for every event, after `state` has taken it in. `before` is the snapshot without it. */
  on(
    listener: (event: NodeEvent, state: NodeState, before: NodeState) => void,
    options?: { signal?: AbortSignal },
  ): Unsubscribe;

  /** @throws MmchatError `port-in-use`, `data-dir`, `corrupt-identity`, `bad-network-key` */
  start(options?: { signal?: AbortSignal }): Promise<void>;
  /** Says goodbye and closes everything. May be called at any time, any number of times. */
  stop(): Promise<void>;
  status(): NodeStatus;

  readonly profile: {
    /** An empty status removes it. @throws MmchatError `bad-name` */
    set(change: { name?: string; status?: string }): Promise<void>;
  };
  readonly peers: {
    /** Somebody by shown name or peer id. @throws MmchatError `unknown-peer` */
    find(nameOrId: string): Person;
    /** Links to an address given by hand, `HOST:PORT` or a multiaddr. @throws MmchatError `bad-option`, `unreachable` */
    connect(address: string): Promise<void>;
    /** Twelve words that both see: to be compared by voice. @throws MmchatError `unknown-peer` */
    verify(nameOrId: string): Promise<readonly string[]>;
    /** The words were the same: from now on `verified`. @throws MmchatError `unknown-peer` */
    trust(nameOrId: string): Promise<void>;
    /** Nothing of them is shown, linked or accepted any more. @throws MmchatError `unknown-peer` */
    block(nameOrId: string): Promise<void>;
    unblock(nameOrId: string): Promise<void>;
    /** From now on their calls are taken at once, or ring again. Kept. @throws MmchatError `unknown-peer`, `bad-option` (a guest) */
    setAutoAnswer(nameOrId: string, on: boolean): Promise<void>;
    /** By id: whose calls are taken at once. */
    isAutoAnswered(peerId: PeerId): boolean;
  };
  readonly chat: {
    /**
     * Neither `to` nor `room` means everyone. Resolves when it is durable here; whoever is linked has been sent it by then,
     * others get it when they are met.
     * @throws MmchatError `too-large`, `bad-text`, `unknown-peer`, `blocked`, `no-such-room`, `not-in-room`, `no-such-message`
     */
    send(message: OutgoingMessage): Promise<{ id: string; at: number }>;
    /** Only one's own. @throws MmchatError `no-such-message`, `not-yours`, `too-large`, `bad-text` */
    edit(id: string, text: string): Promise<void>;
    delete(id: string): Promise<void>;
    /** Twice takes it back. An emoji or its shortcode (`:tada:`). @throws MmchatError `no-such-message`, `bad-text` */
    react(id: string, emoji: string): Promise<void>;
    /** Oldest first; those before `before` (an id), or the newest. What is missing here is asked of the members who are here. */
    history(query: HistoryQuery): Promise<HistoryPage>;
    /** Everything that came or changed since this cursor (all, without one), in the order in which it came. */
    since(cursor?: string, limit?: number): Promise<{ messages: readonly Message[]; cursor: string; more: boolean }>;
    /** Newest first. */
    search(query: string, options?: PlaceQuery & { limit?: number }): Promise<readonly Message[]>;
    message(id: string): Promise<Message>;
    /** Writes a whole conversation to a file, which must not exist yet. @throws MmchatError `file-exists`, `bad-option` */
    export(query: PlaceQuery & { format: 'json' | 'text'; path: string }): Promise<{ path: string; messages: number }>;
  };
  readonly files: {
    /**
     * Offers a file or folder; the transfer's id is that of the message that announces it. Neither `to` nor `room` means
     * everyone. What is under way stands in `state.transfers`.
     * @throws MmchatError as chat.send; `no-such-file`, `unreadable`, `too-large`
     */
    send(path: string, target: { to?: string; room?: string }): Promise<SentFile>;
    /** Takes what was offered: also again what was rejected, cancelled or has failed. @throws MmchatError `no-such-transfer` */
    accept(transferId: string): Promise<void>;
    reject(transferId: string): Promise<void>;
    /** Ends it, on both sides. */
    cancel(transferId: string): Promise<void>;
    pause(transferId: string): Promise<void>;
    resume(transferId: string): Promise<void>;
  };
  readonly voice: {
    /**
     * Records for so many seconds (1 to 30), or until `signal`, and sends what was recorded; `discard` throws it away
     * instead. Levels are from 0 to 1.
     * @throws MmchatError as chat.send; `device-unavailable`, `busy`, `bad-option`, `stopped` (it was thrown away)
     */
    send(
      seconds: number,
      target: { to?: string; room?: string },
      options?: { signal?: AbortSignal; discard?: AbortSignal; onLevel?: (level: number) => void },
    ): Promise<{ transferId: string }>;
    /** Plays a voice note that is here, or any WAV that was received. Resolves at its end. @throws MmchatError `no-such-file`, `device-unavailable` */
    play(transferId: string, options?: { signal?: AbortSignal; onPosition?: (ms: number) => void }): Promise<void>;
  };
  readonly calls: {
    /**
     * Calls a person or everybody who is here of a room. What becomes of it stands in `state.calls`; refusals come as
     * `call-answered`, its end as `call-ended`. A room in whose call people are already: joins that.
     * @throws MmchatError `bad-option`, `unknown-peer`, `offline`, `blocked`, `no-such-room`, `not-in-room`, `busy` (one is in another call)
     */
    start(mode: CallMode, target: { to?: string; room?: string }): Promise<{ callId: string }>;
    /** Also joins an `open` one of a room. @throws MmchatError `no-such-call`, `busy` */
    accept(callId: string): Promise<void>;
    /** @throws MmchatError `no-such-call` */
    reject(callId: string): Promise<void>;
    /** In a room: leaves it for oneself. @throws MmchatError `no-such-call` */
    end(callId: string): Promise<void>;
    mute(callId: string, change: { audio?: boolean; video?: boolean }): Promise<void>;
    /** How loud one hears somebody: 0 to 2, 1 as sent. Kept for the call. */
    setVolume(callId: string, nameOrId: string, volume: number): Promise<void>;
    /**
     * Shows a screen or a window (as the list of devices names it) instead of the camera; null: the camera again, or nothing in a
     * call that has no pictures. @throws MmchatError `no-such-call`, `device-unavailable`
     */
    share(callId: string, source: string | null): Promise<void>;
    /**
     * All pictures of all calls from now on, one's own under one's own id, besides what `videoOutput` says. Frames are handed
     * over as they come, decoded only as long as somebody looks.
     */
    showOn(output: Pick<VideoOutput, 'show' | 'hide' | 'sizeOf'>): Unsubscribe;
    /** @throws MmchatError `no-such-call` */
    stats(callId: string): CallStats;
    /** How loud everybody is at the moment, 0 to 1, oneself under one's own id: for eyes, twenty times a second. */
    levels(callId: string): ReadonlyMap<PeerId, number>;
  };
  readonly rooms: {
    /** Five words of a long list: nobody guesses them. */
    suggestPassword(): Promise<string>;
    /** Whether somebody with time could guess it, and the sentence that says so (or that it is good). */
    judgePassword(password: string): Promise<PasswordVerdict>;
    /** Makes a room if there is none of that name, and joins it. @throws MmchatError `bad-name`, `too-many` */
    create(room: string, options?: { password?: string }): Promise<void>;
    /**
     * As `create` for an open room: joining an unknown one makes it. A closed room is only joined when somebody who is here
     * knows the same password. @throws MmchatError `wrong-password`
     */
    join(room: string, options?: { password?: string }): Promise<void>;
    /** Gives a closed room another key: only those of its members who are not in `without` get it.
     * Without a password five words are made. */
    rekey(room: string, options?: { password?: string; without?: readonly string[] }): Promise<{ password: string }>;
    /** @throws MmchatError `no-such-room`, `not-in-room` */
    leave(room: string): Promise<void>;
  };
}
