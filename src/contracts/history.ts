// What was said, kept for good: entries of all logs, found by place, by log, by arrival, by word. Implementations know
// nothing of keys, networks or passwords: they keep what was checked, and check signatures on request.

import type { ConversationKey, Destination, PeerId } from '../state/values.ts';

/** A kind's number on the wire (wire/log-entry: ENTRY_KIND). */
export type KindNumber = number;

/** First and last sequence, both in it. */
export interface SequenceRange {
  readonly first: number;
  readonly last: number;
}

/** A log = (author, log id, conversation). */
export interface LogName {
  /** 32 hex digits. */
  readonly conversation: string;
  readonly author: PeerId;
  /** 32 hex digits. */
  readonly logId: string;
}

/** An entry as its author signed it, with what a history needs to know of it. */
export interface EntryRecord extends LogName {
  /** 32 hex digits: the first half of `hash`. */
  readonly id: string;
  readonly sequence: number;
  /** Lamport number. */
  readonly order: number;
  /** The author's wall clock, milliseconds since the epoch. */
  readonly at: number;
  readonly kind: KindNumber;
  /** SHA-256 of `header`, 32 bytes. */
  readonly hash: Uint8Array;
  /** SHA-256 of the header before this one in the same log; empty at sequence 1. */
  readonly previous: Uint8Array;
  readonly header: Uint8Array;
  readonly signature: Uint8Array;
  /** Absent: dropped, not fetched yet, or not wanted (a blocked author). */
  readonly body?: Uint8Array;
  /** The entry that this one edits, deletes or reacts to. */
  readonly target?: string;
}

/** Why a body is not there: to be fetched, deleted by its author, dropped for age or space, or from somebody blocked. */
export type BodyState = 'here' | 'missing' | 'deleted' | 'expired' | 'blocked';

export interface StoredEntry extends EntryRecord {
  /** Grows with every entry that comes: the cursor of `since`. */
  readonly arrival: number;
  /** When it came, by this machine's wall clock. */
  readonly arrivedAt: number;
  readonly bodyState: BodyState;
  /** Another entry has the same sequence in the same log: two histories under one key. */
  readonly forked: boolean;
}

/** An entry that is shown, with everything that changes it, in screen order. */
export interface StoredMessage {
  readonly entry: StoredEntry;
  readonly place: ConversationKey;
  /** Edits, deletions, reactions by anybody; the reader judges who may. */
  readonly changes: readonly StoredEntry[];
  /** One's own entries: who is known to have it. */
  readonly deliveredTo: readonly PeerId[];
}

/** Whose quota pays for an entry: one's own are free, people one knows have a hundred times what strangers have. */
export type Standing = 'own' | 'known' | 'stranger';

export interface NewEntry extends EntryRecord {
  readonly standing: Standing;
  /** Who brought it; oneself for one's own. */
  readonly deliveredBy: PeerId;
  /** Kept without its body, because its author is blocked. */
  readonly blocked?: boolean;
  /** What the search finds it by; for an edit the new text, which is found as its target. */
  readonly searchText?: string;
  /** It deletes its target's body, if the target is by the same author. */
  readonly deletes?: boolean;
  /** The kind is one that is shown by itself (and not as a change of another). */
  readonly shown: boolean;
  /** Not checked yet: the history does it (away from the main thread) before it keeps anything. */
  readonly unchecked?: { readonly publicKey: Uint8Array; readonly message: Uint8Array };
}

/**
 * `stored`: new, and durable now. `duplicate`: was there, durable. `body-added`: its header was there, now its body is
 * too. `forged`: the signature is wrong. `refused`: a quota is used up; nothing was kept.
 */
export type AppendResult = 'stored' | 'duplicate' | 'body-added' | 'forged' | 'refused';

export interface AppendOutcome {
  readonly id: string;
  readonly result: AppendResult;
  /** There is another entry at this sequence. */
  readonly forked: boolean;
  /** When `forked`: its log as it is now. */
  readonly log?: LogSummary;
  /**
   * The message that is to be shown anew: the entry itself when changes of it had come before it (or it is forked, or got
   * its body), the target of a change when that is here.
   */
  readonly message?: StoredMessage;
}

/** One log as it is kept, for judging what comes and for telling others. */
export interface LogSummary extends LogName {
  /** Lowest sequence that is wanted here; what is below is not fetched by itself. At least 1. */
  readonly floor: number;
  /** What is here (headers at least), ascending, apart from each other, none below `floor`. */
  readonly ranges: readonly SequenceRange[];
  readonly head: { readonly sequence: number; readonly hash: Uint8Array; readonly order: number };
  /** Hex of the XOR of the ids of all entries that share their sequence with another; empty without forks. */
  readonly forkMark: string;
  /** Bytes that it takes. */
  readonly bytes: number;
}

export interface ConversationRecord {
  /** 32 hex digits. */
  readonly id: string;
  /** Where it is shown. After a `rekey` several conversations have one place. */
  readonly place: ConversationKey;
  readonly destination: Destination;
  /** Since when one takes part, by this machine's wall clock. */
  readonly memberSince: number;
  /** The key of a closed room, 32 bytes. */
  readonly roomKey?: Uint8Array;
  /** After a `rekey`: id of the conversation that this one goes on from. */
  readonly replaces?: string;
  /** One takes no part any more; what was said can still be read. */
  readonly ended?: boolean;
}

export interface HistoryOpening {
  /** Id of one's own log, 32 hex digits: new when the database is new, came from another machine, or was not closed. */
  readonly ownLogId: string;
  readonly conversations: readonly ConversationRecord[];
  readonly logs: readonly LogSummary[];
  /** Sentences for people: a damaged database that was put aside, and the like. */
  readonly warnings: readonly string[];
}

export interface Page {
  /** Oldest first. */
  readonly messages: readonly StoredMessage[];
  /** There are more here, in the direction that was asked for. */
  readonly more: boolean;
}

export interface HistoryLimits {
  /** Bytes of one stranger's entries, and of all that strangers brought over one link. */
  readonly strangerBytes: number;
  /** The whole database; above it the oldest bodies go, strangers' first, one's own never. */
  readonly databaseBytes: number;
  /** Logs in one conversation; strangers' fresh logs are refused above it. */
  readonly logsPerConversation: number;
}

/**
 * Every method may reject with MmchatError `disk-full`, `history` (the disk failed) or `stopped`. What was appended
 * before a rejection and not answered may or may not be there.
 */
export interface History {
  /** @throws MmchatError `data-dir` (unusable place: the sentence says which option helps), `data-dir-in-use` */
  open(): Promise<HistoryOpening>;
  /** Waits for what is under way, then closes well. Idempotent. */
  close(): Promise<void>;

  /** A new id for one's own log, durable when this resolves. */
  renewOwnLog(): Promise<string>;
  putConversation(conversation: ConversationRecord): Promise<void>;

  /**
   * Durable when it resolves (unless `refused` or `forged`). Calls at the same time share one sync of the disk. Outcomes
   * are in the order of `entries`.
   */
  append(entries: readonly NewEntry[]): Promise<AppendOutcome[]>;
  /** Raises or lowers from where on a log is wanted here. Deletes nothing. */
  setFloors(floors: readonly (LogName & { readonly floor: number })[]): Promise<void>;
  /** These sequences of one's own log are durable at that peer. */
  noteDelivered(log: LogName, peerId: PeerId, range: SequenceRange): Promise<void>;
  /** Parts of one's own logs that this peer has confirmed. */
  deliveredTo(peerId: PeerId): Promise<readonly (LogName & { readonly ranges: readonly SequenceRange[] })[]>;

  /**
   * Messages of a place in screen order (order, author, id): those right before `before` (an id), those right behind
   * `after`, or the newest. `more`: there are older ones; after `after`: newer ones.
   */
  page(
    place: ConversationKey,
    options: { readonly before?: string; readonly after?: string; readonly limit: number },
  ): Promise<Page>;
  message(id: string): Promise<StoredMessage | undefined>;
  /** What came after this arrival number, in the order in which it came: new messages and messages that changed, each once. */
  since(
    arrival: number,
    limit: number,
  ): Promise<{ readonly messages: readonly StoredMessage[]; readonly arrival: number; readonly more: boolean }>;
  /** Messages with all these words (the last one may be a beginning), newest first. */
  search(
    query: string,
    options: { readonly place?: ConversationKey; readonly limit: number },
  ): Promise<StoredMessage[]>;
  /** Newest first, at most one a place: for the list of conversations. */
  lastMessages(limit: number): Promise<StoredMessage[]>;
  /** Everybody's last join or leave in a place, by screen order. */
  memberships(place: ConversationKey): Promise<readonly StoredEntry[]>;

  /** Entries of a log within these ranges, ascending, until `limit` or `maxBytes` is reached (at least one). */
  entries(
    log: LogName,
    ranges: readonly SequenceRange[],
    options: { readonly limit: number; readonly maxBytes: number },
  ): Promise<StoredEntry[]>;
  /** Entries by id, those that are here. */
  entriesById(ids: readonly string[]): Promise<StoredEntry[]>;
  /** For each log of a conversation the highest sequence that had come by that time; none for logs without. */
  sequencesAt(conversation: string, time: number): Promise<readonly (LogName & { readonly sequence: number })[]>;
  /** Ids whose body is to be fetched, newest first. */
  missingBodies(conversation: string, limit: number): Promise<string[]>;

  /** From now on what is there of this author has no body / is to be fetched again. */
  setBlocked(author: PeerId, blocked: boolean): Promise<void>;
  /** Drops bodies that came before this time (others' too; headers stay). Returns how many. */
  expire(before: number): Promise<number>;
}
