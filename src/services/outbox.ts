// What was sent to somebody and isn't confirmed yet: sent again when a new link to them comes up.

import { toHex } from '../base/bytes.ts';
import type { PeerId } from '../state/values.ts';
import type { Receipt } from '../wire/peer-messages.ts';
import type { Conversation } from './conversations.ts';

export const OUTBOX_LIMITS = {
  /** For each person; with history on disk this will be the log itself. */
  entries: 1_000,
  bytes: 4 * 1024 * 1024,
  people: 2_048,
} as const;

export interface SentEntry {
  readonly id: string;
  readonly conversation: Conversation;
  readonly sequence: number;
  readonly frame: Uint8Array;
}

interface Pending {
  /** By id, oldest first. */
  readonly entries: Map<string, SentEntry>;
  /** The same by conversation (id in hex), for each in the order of sequences: receipts are about one conversation. */
  readonly byConversation: Map<string, Map<number, SentEntry>>;
  bytes: number;
}

export class Outbox {
  /** Whoever was written to longest ago is first. */
  readonly #people = new Map<PeerId, Pending>();

  add(peerId: PeerId, entry: SentEntry): void {
    const pending: Pending = this.#people.get(peerId) ?? { entries: new Map(), byConversation: new Map(), bytes: 0 };
    this.#people.delete(peerId);
    this.#people.set(peerId, pending);
    if (this.#people.size > OUTBOX_LIMITS.people) {
      const oldest = this.#people.keys().next();
      if (oldest.done !== true) this.#people.delete(oldest.value);
    }
    insert(pending, entry);
    for (const oldest of pending.entries.values()) {
      if (pending.entries.size <= OUTBOX_LIMITS.entries && pending.bytes <= OUTBOX_LIMITS.bytes) break;
      remove(pending, oldest);
    }
  }

  /** Oldest first. */
  pendingFor(peerId: PeerId): SentEntry[] {
    return [...(this.#people.get(peerId)?.entries.values() ?? [])];
  }

  /** Takes out and returns what this receipt is about. */
  confirm(peerId: PeerId, receipt: Receipt): SentEntry[] {
    const pending = this.#people.get(peerId);
    const sent = pending?.byConversation.get(toHex(receipt.conversation));
    if (pending === undefined || sent === undefined) return [];
    const confirmed = inRange(sent, receipt.first, receipt.last);
    for (const entry of confirmed) remove(pending, entry);
    if (pending.entries.size === 0) this.#people.delete(peerId);
    return confirmed;
  }
}

/** Costs no more than what it finds, or than the range is long: anybody may send receipts about anything. */
function inRange(sent: ReadonlyMap<number, SentEntry>, first: number, last: number): SentEntry[] {
  if (last - first < sent.size) {
    const found: SentEntry[] = [];
    for (let sequence = first; sequence <= last; sequence++) {
      const entry = sent.get(sequence);
      if (entry !== undefined) found.push(entry);
    }
    return found;
  }
  return [...sent.values()].filter(({ sequence }) => sequence >= first && sequence <= last);
}

function insert(pending: Pending, entry: SentEntry): void {
  pending.entries.set(entry.id, entry);
  pending.bytes += entry.frame.length;
  const key = toHex(entry.conversation.id);
  const sent = pending.byConversation.get(key) ?? new Map<number, SentEntry>();
  pending.byConversation.set(key, sent.set(entry.sequence, entry));
}

function remove(pending: Pending, entry: SentEntry): void {
  pending.entries.delete(entry.id);
  pending.bytes -= entry.frame.length;
  const key = toHex(entry.conversation.id);
  const sent = pending.byConversation.get(key);
  sent?.delete(entry.sequence);
  if (sent?.size === 0) pending.byConversation.delete(key);
}
