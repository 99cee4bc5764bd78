// What a node remembers between its runs. What was said is in history.ts.

import type { PeerId } from '../state/values.ts';

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

export type ProfileStore = ValueStore<Profile>;
export type PeopleStore = ValueStore<readonly RememberedPerson[]>;
