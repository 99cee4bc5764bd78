// What a node remembers between its runs. What was said is in history.ts.

import type { Destination, PeerId, TransferPhase } from '../state/values.ts';

export interface Identity {
  readonly peerId: PeerId;
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** Ed25519 seed (RFC 8032), 32 bytes. */
  readonly seed: Uint8Array;
}

export interface Profile {
  readonly name?: string;
  readonly status?: string;
  /** The last used listening port. */
  readonly port?: number;
  /** Grows with every start (max of the last + 1 and the wall clock): orders one's presence over restarts. */
  readonly startId: number;
  /** Rooms joined. */
  readonly rooms: readonly string[];
}

export interface RememberedPerson {
  readonly peerId: PeerId;
  /** The name that they gave themselves. */
  readonly claimedName: string;
  readonly rooms: readonly string[];
  /** `host:port`, the last that worked first; at most 8. */
  readonly addresses: readonly string[];
  readonly lastSeenAt: number;
  readonly pinnedAt?: number;
  /** Words were compared. */
  readonly verifiedAt?: number;
  readonly blockedAt?: number;
  /** Their calls are taken at once. */
  readonly answered?: boolean;
}

/** At most this many are remembered: verified and blocked people first, then pinned ones, then the last seen. */
export const REMEMBERED_LIMIT = 1000;

/** A small value on disk, replaced whole and atomically. */
export interface ValueStore<Value> {
  /** What was saved last, or the initial value. */
  load(): Promise<Value>;
  /** Resolves when it is durable. Calls while one runs are merged into one more. */
  save(value: Value): Promise<void>;
}

/** A transfer that outlives a run. */
export interface TransferRecord {
  /** Of the message that announced it. */
  readonly id: string;
  readonly direction: 'incoming' | 'outgoing';
  readonly author: PeerId;
  /** 32 hex digits. */
  readonly conversation: string;
  readonly destination: Destination;
  /** What was offered, as it was signed (wire/file-bodies), in base64. */
  readonly offer: string;
  readonly phase: TransferPhase;
  readonly at: number;
  /** Outgoing: what is sent. Incoming: where it was saved. */
  readonly path?: string;
  /** Incoming, while it is not whole. */
  readonly partPath?: string;
  readonly reason?: string;
  readonly reasonText?: string;
  /** SHA-256 of the whole run and, of a room's transfer, of its pieces' hashes: what its author signed. */
  readonly root?: { readonly hash: string; readonly piecesHash: string };
  /** Outgoing: it can't be had here any more; else it can, even though a receiver gave up. */
  readonly withdrawn?: boolean;
  /** It was saved without asking. */
  readonly automatic?: boolean;
  /** Outgoing: who has it. */
  readonly deliveredTo: readonly PeerId[];
}

/** At most this many are kept; of those that are over the oldest go first. */
export const TRANSFER_RECORDS_LIMIT = 1000;

export type ProfileStore = ValueStore<Profile>;
export type PeopleStore = ValueStore<readonly RememberedPerson[]>;
export type TransferStore = ValueStore<readonly TransferRecord[]>;
