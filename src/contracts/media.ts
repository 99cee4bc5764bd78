// Sound and picture between two nodes, whatever carries them: encrypted by SRTP, over the best UDP path, or over the link
// where UDP is blocked. Who calls whom is not known here.

import type { LocalInterface, PeerId } from '../state/values.ts';
import type { HostPort } from './discovery.ts';

export type MediaKind = 'audio' | 'video';

/** What one side tells the other over their authenticated link before media flows. */
export interface MediaDescription {
  /** SRTP master of what this side sends: 16 and 12 bytes, never used before. */
  readonly key: Uint8Array;
  readonly salt: Uint8Array;
  /** What the other side has to put into its packets: chosen by who receives them, so that no two senders share one. */
  readonly audioSsrc: number;
  readonly videoSsrc: number;
  /** Where this side can be reached by UDP. */
  readonly candidates: readonly HostPort[];
}

export type MediaPath =
  | { readonly via: 'udp'; readonly remote: HostPort; readonly rttMs: number }
  /** UDP is blocked, or nothing came of it for too long. */
  | { readonly via: 'link' };

/** Of an RTP packet; sequence numbers and SSRCs are the session's own. */
export interface OutgoingMedia {
  readonly payloadType: number;
  readonly marker: boolean;
  readonly timestamp: number;
  readonly payload: Uint8Array;
}

export interface IncomingMedia extends OutgoingMedia {
  readonly sequence: number;
}

export interface MediaListener {
  /** Decrypted, in the order of arrival, each once. Valid during the call only. Must not throw. */
  readonly onMedia: (kind: MediaKind, packet: IncomingMedia, arrivalMs: number) => void;
  /** A compound RTCP packet, decrypted. */
  readonly onControl: (packet: Uint8Array, arrivalMs: number) => void;
  /** The path changed, or there is none now. */
  readonly onPath: (path: MediaPath | undefined) => void;
}

export interface MediaCounters {
  readonly packetsSent: number;
  readonly bytesSent: number;
  readonly packetsReceived: number;
  readonly bytesReceived: number;
  readonly forged: number;
  readonly replayed: number;
}

/** Media between two, until it is closed; keys are wiped then, those in both descriptions too. */
export interface MediaSession {
  readonly path: MediaPath | undefined;
  readonly counters: MediaCounters;
  /** The sequence number that it got. Undefined: there is no path yet, or it is overfull; the packet is dropped. */
  send(kind: MediaKind, packet: OutgoingMedia): number | undefined;
  /** One of the last few hundred packets of a picture again, the identical bytes. False: it is not kept, or not any more. */
  resend(kind: MediaKind, sequence: number): boolean;
  /** The SSRC that this side sends with. */
  ssrcOf(kind: MediaKind): number;
  sendControl(packet: Uint8Array): void;
  /** The other side has other addresses now. */
  setRemoteCandidates(candidates: readonly HostPort[]): void;
  close(): void;
}

/** One's own half of a session, before the other half is known. */
export interface PreparedMedia {
  readonly description: MediaDescription;
  /** @param isControlling exactly one side is: it decides between paths that both work */
  connect(remote: MediaDescription, isControlling: boolean, listener: MediaListener): MediaSession;
  /** It came to nothing. Not needed after `connect`. */
  discard(): void;
}

/** All media of a node, over one UDP socket. */
export interface MediaTransport {
  /** @throws MmchatError `port-in-use` */
  start(options: { signal?: AbortSignal }): Promise<void>;
  stop(): Promise<void>;
  /** UDP; 0 before start. */
  readonly port: number;
  /** Own addresses: candidates of sessions. */
  setInterfaces(interfaces: readonly LocalInterface[]): void;
  /** Where one can be reached now, for running calls to tell the other side; called after each change. */
  onCandidates(listener: (candidates: readonly HostPort[]) => void): void;
  /** @throws MmchatError `not-running` */
  prepare(peerId: PeerId): PreparedMedia;
  /** Datagrams that belonged to nothing, by reason. */
  readonly drops: Readonly<Record<string, number>>;
}
