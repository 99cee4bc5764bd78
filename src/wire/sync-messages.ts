// The messages of /mmchat/sync/1: what each side has of the conversations that both are in, and what it wants.

import { WireError } from '../base/errors.ts';
import { decoding, optionalBytes, requireAtMost, requireBytes, requireCounter } from './checks.ts';
import { MAX_FRAME_BYTES } from './frames.ts';
import { SyncMessage as MessageCodec } from './generated/sync-messages.ts';
import {
  CONVERSATION_ID_BYTES,
  ENTRY_ID_BYTES,
  FINGERPRINT_BYTES,
  HASH_BYTES,
  KEY_BYTES,
  LOG_ID_BYTES,
  MAX_HEADER_BYTES,
  MAX_SYNC_CONVERSATIONS,
  MAX_SYNC_ENTRIES,
  MAX_SYNC_LOGS,
  MAX_SYNC_RANGES,
  SIGNATURE_BYTES,
} from './limits.ts';
import type { SignedEntry } from './log-entry.ts';

/** First and last sequence, both in it. */
export interface SyncRange {
  readonly first: number;
  readonly last: number;
}

export interface SyncConversation {
  readonly conversation: Uint8Array;
  /** Hash over all its logs, their heads and gaps. */
  readonly fingerprint: Uint8Array;
  /** For how long the sender has been in it: a duration, because clocks are wrong. */
  readonly ageMs: number;
  /** How far back the sender wants what was said before that: a duration too. */
  readonly historyMs: number;
}

export interface SyncLogName {
  readonly author: Uint8Array;
  readonly logId: Uint8Array;
}

export interface SyncLog extends SyncLogName {
  /** Ascending, apart from each other: what can be asked for. */
  readonly ranges: readonly SyncRange[];
  /** SHA-256 of the last header. */
  readonly headHash: Uint8Array;
  /** XOR of the ids of all entries that share their sequence with another; empty without forks. */
  readonly forkMark: Uint8Array;
  /** What had come here up to this sequence when the receiver of this came into the conversation: to them it is history. */
  readonly before: number;
  /** What had come here up to this sequence came longer ago than the receiver of this wants history. */
  readonly old: number;
}

export interface SyncWantedLog extends SyncLogName {
  readonly ranges: readonly SyncRange[];
}

/** An entry whose body may not be there (any more). */
export interface SyncEntry extends SignedEntry {
  readonly bodyGone: boolean;
}

export type SyncMessage =
  /** One hash over everything that both are in. `reply`: an answer is expected. */
  | { readonly type: 'offer'; readonly fingerprint: Uint8Array; readonly reply: boolean }
  | { readonly type: 'conversations'; readonly items: readonly SyncConversation[]; readonly reply: boolean }
  | {
      readonly type: 'logs';
      readonly conversation: Uint8Array;
      readonly logs: readonly SyncLog[];
      readonly more: boolean;
    }
  | {
      readonly type: 'want';
      readonly id: number;
      readonly conversation: Uint8Array;
      readonly logs: readonly SyncWantedLog[];
      /** Ids of entries that are wanted whole. */
      readonly bodies: readonly Uint8Array[];
    }
  /** Answers a want, in one or more parts. */
  | { readonly type: 'batch'; readonly id: number; readonly entries: readonly SyncEntry[]; readonly last: boolean }
  | { readonly type: 'unknown' };

const DECODE_LIMITS = {
  limits: {
    conversations: { items: MAX_SYNC_CONVERSATIONS },
    logs: { logs: MAX_SYNC_LOGS, logs$: { ranges: MAX_SYNC_RANGES } },
    want: { logs: MAX_SYNC_LOGS, logs$: { ranges: MAX_SYNC_RANGES }, bodies: MAX_SYNC_ENTRIES },
    batch: { entries: MAX_SYNC_ENTRIES },
  },
};

export function encodeSyncMessage(message: SyncMessage): Uint8Array {
  switch (message.type) {
    case 'offer':
      return MessageCodec.encode({ offer: message });
    case 'conversations':
      return MessageCodec.encode({ conversations: { items: [...message.items], reply: message.reply } });
    case 'logs': {
      const logs = message.logs.map((log) => ({ ...log, ranges: [...log.ranges] }));
      return MessageCodec.encode({ logs: { conversation: message.conversation, logs, more: message.more } });
    }
    case 'want': {
      const logs = message.logs.map((log) => ({ ...log, ranges: [...log.ranges] }));
      return MessageCodec.encode({ want: { ...message, logs, bodies: [...message.bodies] } });
    }
    case 'batch':
      return MessageCodec.encode({ batch: { ...message, entries: [...message.entries] } });
    case 'unknown':
      return MessageCodec.encode({});
  }
}

/** @throws WireError for anything that is not a well-formed message within the limits */
export function decodeSyncMessage(bytes: Uint8Array): SyncMessage {
  return decoding('sync message', () => {
    const message = MessageCodec.decode(requireAtMost('A message', bytes, MAX_FRAME_BYTES), DECODE_LIMITS);
    if (message.batch !== undefined) {
      const { id, entries, last } = message.batch;
      return { type: 'batch', id, entries: entries.map(checkEntry), last };
    }
    if (message.want !== undefined) {
      const { id, conversation, logs, bodies } = message.want;
      return {
        type: 'want',
        id,
        conversation: checkConversation(conversation),
        logs: logs.map((log) => ({ ...checkLogName(log), ranges: checkRanges(log.ranges) })),
        bodies: bodies.map((body) => requireBytes('An entry id', body, ENTRY_ID_BYTES)),
      };
    }
    if (message.logs !== undefined) {
      const { conversation, logs, more } = message.logs;
      return {
        type: 'logs',
        conversation: checkConversation(conversation),
        logs: logs.map((log) => ({
          ...checkLogName(log),
          ranges: checkRanges(log.ranges),
          headHash: requireBytes('The head', log.headHash, HASH_BYTES),
          forkMark: optionalBytes('The fork mark', log.forkMark, ENTRY_ID_BYTES),
          before: requireCounter('The sequence before', log.before),
          old: requireCounter('The old sequence', log.old),
        })),
        more,
      };
    }
    if (message.conversations !== undefined) {
      const { items, reply } = message.conversations;
      return {
        type: 'conversations',
        items: items.map((item) => ({
          conversation: checkConversation(item.conversation),
          fingerprint: requireBytes('The fingerprint', item.fingerprint, FINGERPRINT_BYTES),
          ageMs: requireCounter('The age', item.ageMs),
          historyMs: requireCounter('The time of history', item.historyMs),
        })),
        reply,
      };
    }
    if (message.offer !== undefined) {
      const { fingerprint, reply } = message.offer;
      return { type: 'offer', fingerprint: requireBytes('The fingerprint', fingerprint, FINGERPRINT_BYTES), reply };
    }
    return { type: 'unknown' };
  });
}

function checkConversation(conversation: Uint8Array): Uint8Array {
  return requireBytes('The conversation', conversation, CONVERSATION_ID_BYTES);
}

function checkLogName(log: SyncLogName): SyncLogName {
  return {
    author: requireBytes('The author', log.author, KEY_BYTES),
    logId: requireBytes('The log id', log.logId, LOG_ID_BYTES),
  };
}

function checkRanges(ranges: readonly SyncRange[]): readonly SyncRange[] {
  let before = -1;
  for (const { first, last } of ranges) {
    requireCounter('The first sequence', first);
    requireCounter('The last sequence', last);
    if (first === 0 || first > last || first <= before + 1) throw new WireError('Ranges that are in disorder.');
    before = last;
  }
  return ranges.map(({ first, last }) => ({ first, last }));
}

function checkEntry(entry: SyncEntry): SyncEntry {
  requireAtMost('An entry header', entry.header, MAX_HEADER_BYTES);
  requireBytes('The signature', entry.signature, SIGNATURE_BYTES);
  return entry;
}
