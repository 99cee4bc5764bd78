// What was sent to somebody and isn't confirmed yet: sent again when a new link to them comes up.

import { bytesEqual } from '../base/bytes.ts';
import type { PeerId } from '../state/values.ts';
import type { Receipt } from '../wire/peer-messages.ts';
import type { Conversation } from './conversations.ts';

/** For each person; with history on disk this will be the log itself. */
const MAX_PENDING = 1_000;
const MAX_PENDING_BYTES = 4 * 1024 * 1024;
const MAX_PEOPLE = 2_048;

export interface SentEntry {
  readonly id: string;
  readonly conversation: Conversation;
  readonly sequence: number;
  readonly frame: Uint8Array;
}

interface Pending {
  /** Oldest first. */
  readonly entries: Map<string, SentEntry>;
  bytes: number;
}

export class Outbox {
  readonly #people = new Map<PeerId, Pending>();

  add(peerId: PeerId, entry: SentEntry): void {
    let pending = this.#people.get(peerId);
    if (pending === undefined) {
      this.#people.set(peerId, (pending = { entries: new Map(), bytes: 0 }));
      if (this.#people.size > MAX_PEOPLE) {
        const oldest = this.#people.keys().next();
        if (oldest.done !== true) this.#people.delete(oldest.value);
      }
    }
    pending.entries.set(entry.id, entry);
    pending.bytes += entry.frame.length;
    for (const oldest of pending.entries.values()) {
      if (pending.entries.size <= MAX_PENDING && pending.bytes <= MAX_PENDING_BYTES) break;
      remove(pending, oldest);
    }
  }

  pendingFor(peerId: PeerId): SentEntry[] {
    return [...(this.#people.get(peerId)?.entries.values() ?? [])];
  }

  /** Takes out and returns what this receipt is about. */
  confirm(peerId: PeerId, receipt: Receipt): SentEntry[] {
    const pending = this.#people.get(peerId);
    if (pending === undefined) return [];
    const confirmed: SentEntry[] = [];
    for (const entry of pending.entries.values()) {
      const inRange = entry.sequence >= receipt.first && entry.sequence <= receipt.last;
      if (!inRange || !bytesEqual(entry.conversation.id, receipt.conversation)) continue;
      confirmed.push(entry);
    }
    for (const entry of confirmed) remove(pending, entry);
    if (pending.entries.size === 0) this.#people.delete(peerId);
    return confirmed;
  }
}

function remove(pending: Pending, entry: SentEntry): void {
  pending.entries.delete(entry.id);
  pending.bytes -= entry.frame.length;
}
