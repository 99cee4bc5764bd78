// What the rules of a history (engine.ts) need of whatever keeps its rows: a database, or maps in memory. Everything is
// synchronous; who calls the engine makes it asynchronous.

import type {
  BodyState,
  ConversationRecord,
  EntryRecord,
  LogName,
  SequenceRange,
  Standing,
} from '../../contracts/history.ts';
import type { ConversationKey, PeerId } from '../../state/values.ts';
import { MEMBERSHIP_KINDS } from './kinds.ts';
import type { SearchTerm } from './search-words.ts';

/** A log as it is kept. The engine holds all of them; their number doesn't grow with what is said. */
export interface LogState {
  readonly name: LogName;
  standing: Standing;
  floor: number;
  /** All that is here, below the floor too. */
  ranges: readonly SequenceRange[];
  head: { readonly sequence: number; readonly hash: Uint8Array; readonly order: number };
  forkMark: string;
  bytes: number;
}

/** What of an entry can change after it came. */
export interface ChangingFields {
  /** Its key. Grows with every entry and every body that comes. */
  arrival: number;
  body?: Uint8Array | undefined;
  bodyState: BodyState;
  /** What the body counts for in quotas; 0 without one. */
  bodyCost: number;
  target?: string | undefined;
  deletes: boolean;
  /** It replaces the text of its target. */
  edits: boolean;
  /** The text that an edit is found by, as long as its body is here. */
  editText?: string | undefined;
  forked: boolean;
  /** That of its log when it came, or when somebody last looked. */
  standing: Standing;
}

export interface EntryRow extends Omit<EntryRecord, 'body' | 'target'>, ChangingFields {
  readonly log: LogState;
  /** Where its conversation is shown. */
  place: ConversationKey;
  readonly shown: boolean;
  readonly arrivedAt: number;
  /** The link whose quota it counts for. */
  readonly carrier?: PeerId | undefined;
}

/** A position in screen order. */
export interface ScreenPosition {
  readonly order: number;
  readonly author: PeerId;
  readonly id: string;
}

export const META_NAMES = ['own-log', 'machine', 'clean'] as const;
export type MetaName = (typeof META_NAMES)[number];

/** Within one transaction the same entry is the same object, and `change` changes it. */
export interface HistoryTables {
  begin(): void;
  commit(): void;
  rollback(): void;

  meta(name: MetaName): string | undefined;
  setMeta(name: MetaName, value: string): void;

  conversations(): ConversationRecord[];
  /** Entries that are there move along when the place is another one. */
  putConversation(conversation: ConversationRecord): void;

  logs(): LogState[];
  /** New or changed: every field of it. */
  saveLog(log: LogState): void;
  deleteLog(log: LogState): void;

  /** Bytes that each link brought of strangers' entries. */
  carriers(): Map<PeerId, number>;
  saveCarrier(peerId: PeerId, bytes: number): void;

  deliveries(log: LogState): ReadonlyMap<PeerId, readonly SequenceRange[]>;
  saveDelivery(log: LogState, peerId: PeerId, ranges: readonly SequenceRange[]): void;

  lastArrival(): number;
  /** @param searchText what it is found by, as `setSearchText` would say */
  insert(row: EntryRow, searchText: string | undefined): void;
  change(row: EntryRow, changes: Partial<ChangingFields>): void;
  entry(id: string): EntryRow | undefined;
  /** By id when there are several. */
  atSequence(log: LogState, sequence: number): EntryRow[];
  /** Ascending by sequence, then id, lazily. */
  inRange(log: LogState, range: SequenceRange): Iterable<EntryRow>;
  /** Ascending by arrival, lazily. */
  arrivedAfter(arrival: number): Iterable<EntryRow>;
  sequenceAt(log: LogState, time: number): number | undefined;

  /** Shown entries before this position or the newest, newest first. */
  page(place: ConversationKey, before: ScreenPosition | undefined, limit: number): EntryRow[];
  places(): Iterable<ConversationKey>;
  /** The last one of each author, by order and id; in any order. */
  memberships(place: ConversationKey): EntryRow[];

  /** Whether anything changes it; it need not be here itself. */
  hasChanges(target: EntryRow): boolean;
  /** Changes of an entry in its place: the newest ones by order and id. */
  changes(target: EntryRow, limit: number): EntryRow[];
  /** Deletions of it by its author: any one. */
  deletion(target: EntryRow): EntryRow | undefined;
  /** Edits by its author, those without a text too; in any order. */
  edits(target: EntryRow): EntryRow[];
  /** The one that counts: with a text, if there is any such, and then the newest by order and id. */
  lastEdit(target: EntryRow): EntryRow | undefined;

  /** Gives an entry the text that it is found by, or none. */
  setSearchText(row: EntryRow, text: string | undefined): void;
  /** Newest first by the time that is shown. */
  search(terms: readonly SearchTerm[], place: ConversationKey | undefined, limit: number): EntryRow[];

  /** Newest first in screen order. */
  missingBodies(conversation: string, limit: number): string[];
  /** Droppable bodies that came with this standing (before this time), oldest first. */
  droppable(standing: Standing, before: number | undefined, limit: number): EntryRow[];
  /** Takes out the rows that came first, until so many are left, and returns them. Only in memory. */
  forgetAbove(rowLimit: number): EntryRow[];
}

/**
 * Whether age or lack of space may take the body of this entry. What takes something back stays, and so does what the
 * members of a room were called.
 */
export function isDroppable(row: EntryRow): boolean {
  return row.bodyState === 'here' && !row.deletes && !MEMBERSHIP_KINDS.includes(row.kind);
}
