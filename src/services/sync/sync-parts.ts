// What synchronisation is built from: where entries are kept and judged, its options, and the numbers that bound it.

import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Random } from '../../base/random.ts';
import type { History, LogName, LogSummary } from '../../contracts/history.ts';
import type { PeerLink, PeerLinks } from '../../contracts/links.ts';
import type { PeerId } from '../../state/values.ts';
import type { SyncEntry, SyncMessage } from '../../wire/sync-messages.ts';
import { conversationFingerprint, type Fingerprint } from './fingerprint.ts';
import type { Suspects } from './suspects.ts';

export interface SharedConversation {
  /** 32 hex digits. */
  readonly id: string;
  /** Wall clock of this machine. 0 for private conversations: everything is wanted. */
  readonly memberSinceMs: number;
}

/** What synchronisation knows of everything else. */
export interface SyncJournal {
  /** What both take part in, now: everyone, rooms both are in, closed rooms proven on this link, the private conversation. */
  shared(link: PeerLink): readonly SharedConversation[];
  /**
   * Durable state of every log of a conversation. A log that is new has floor 1 (everything of it is wanted) until
   * `setFloors` said otherwise: after a crash between the two it is decided anew. Summaries are values: replaced, never
   * changed in place. The head of a forked log must not depend on which branch came first.
   */
  logs(conversation: string): readonly LogSummary[];
  /**
   * Checks, keeps, shows. Resolves when durable (LogSummary is updated by then). Throws WireError for bytes that break the
   * rules (the caller drops the link). Counts what was `refused` for a quota or the like. `broken`: logs
   * of which an entry came whose `previous` is not the hash of any entry that is here right before it, kept or not: they
   * are compared from the beginning, to find where the branches part.
   */
  take(
    link: PeerLink,
    conversation: string,
    entries: readonly SyncEntry[],
  ): Promise<{ readonly kept: number; readonly refused: number; readonly broken: readonly LogName[] }>;
  /** Of logs that are here. Raised only from 1, when it was decided that older things are not wanted; else lowered. */
  setFloors(floors: readonly (LogName & { readonly floor: number })[]): Promise<void>;
  readonly history: Pick<History, 'entries' | 'entriesById' | 'sequencesAt' | 'missingBodies'>;
  /** People one knows (pinned, verified, or oneself) come first where there is too much. */
  isKnown(author: PeerId): boolean;
  /** Wall clock. */
  now(): number;
}

export interface SyncOptions {
  /** Messages that were said before one came into a room, in all. */
  readonly historyMessages: number;
  /** And no older than this when one comes, by the clock of whoever has them. */
  readonly historyDays: number;
}

export const DEFAULT_SYNC_OPTIONS: SyncOptions = { historyMessages: 1_000, historyDays: 30 };

export interface SyncParts {
  readonly links: PeerLinks;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: Random;
  readonly journal: SyncJournal;
  /** Oneself: of one's own logs everything is wanted (a restored backup). */
  readonly self: PeerId;
  /** Counts something that was dropped, by reason. */
  countDrop(reason: string): void;
  readonly options?: Partial<SyncOptions>;
}

export interface SyncStatistics {
  bytesSent: number;
  bytesReceived: number;
  entriesSent: number;
  /** Those that were asked for, new or not. */
  entriesReceived: number;
  /** Times that two were found to differ. */
  sessions: number;
  /** Times that two were found to have the same. */
  agreements: number;
}

/** What the parts of synchronisation share. */
export interface SyncContext extends Omit<SyncParts, 'options'> {
  readonly options: SyncOptions;
  readonly statistics: SyncStatistics;
  readonly suspects: Suspects;
}

export function fingerprintOf({ journal, suspects }: SyncContext, conversation: string): Fingerprint {
  return conversationFingerprint(journal.logs(conversation), suspects.lines(conversation));
}

/** What somebody told about a conversation. */
export interface ToldConversation {
  readonly fingerprint: string;
  /** Since when they are in it, by this machine's wall clock. */
  readonly sinceMs: number;
  /** How far back they want what was said before that. */
  readonly historyMs: number;
}

/** One link, as those see it who ask and answer on it. */
export interface SyncPeer {
  readonly link: PeerLink;
  /** False when it can't be sent. */
  send(message: SyncMessage): boolean;
  /** Resolves when little waits to be sent; false when the link is down. */
  drained(): Promise<boolean>;
  /** The conversation, if both are in it now. */
  shares(conversation: string): SharedConversation | undefined;
  /** What they told of it last. */
  told(conversation: string): ToldConversation | undefined;
}

/** For how long one is in a conversation. */
export function ageOf(conversation: SharedConversation, now: number): number {
  return Math.max(0, Math.floor(now - conversation.memberSinceMs));
}
