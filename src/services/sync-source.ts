// What synchronisation sees of the rest: the shared conversations, their logs, the history, and the way in.

import type { Clock } from '../base/clock.ts';
import type { History, LogName, LogSummary } from '../contracts/history.ts';
import type { PeerLink } from '../contracts/links.ts';
import type { PeerId } from '../state/values.ts';
import type { SyncEntry } from '../wire/sync-messages.ts';
import type { Conversations } from './conversations.ts';
import type { Journal } from './journal.ts';
import type { Shared } from './shared.ts';
import type { SharedConversation, SyncJournal } from './sync/sync-parts.ts';

export interface SyncSourceParts {
  readonly clock: Clock;
  readonly history: History;
  readonly conversations: Conversations;
  readonly journal: Journal;
  readonly shared: Shared;
  readonly isKnown: (peerId: PeerId) => boolean;
}

export class SyncSource implements SyncJournal {
  readonly history: History;
  readonly #parts: SyncSourceParts;

  constructor(parts: SyncSourceParts) {
    this.#parts = parts;
    this.history = parts.history;
  }

  shared(link: PeerLink): readonly SharedConversation[] {
    return this.#parts.shared.all(link);
  }

  logs(conversation: string): readonly LogSummary[] {
    return this.#parts.conversations.get(conversation)?.logs.summaries() ?? [];
  }

  take(
    link: PeerLink,
    conversation: string,
    entries: readonly SyncEntry[],
  ): Promise<{ kept: number; refused: number; broken: readonly LogName[] }> {
    return this.#parts.journal.takeSynced(link, conversation, entries);
  }

  async setFloors(floors: readonly (LogName & { readonly floor: number })[]): Promise<void> {
    for (const { conversation, author, logId, floor } of floors)
      this.#parts.conversations.get(conversation)?.logs.get(author, logId)?.setFloor(floor);
    await this.history.setFloors(floors);
  }

  isKnown(author: PeerId): boolean {
    return this.#parts.isKnown(author);
  }

  now(): number {
    return this.#parts.clock.now();
  }
}
