// Who is in which room by its log: who joined and hasn't left, here or away.

import type { History, StoredEntry } from '../contracts/history.ts';
import { comparePeerIds } from '../state/peer-order.ts';
import type { NodeEvent } from '../state/events.ts';
import type { PeerId } from '../state/values.ts';
import type { Conversation } from './conversations.ts';
import { kindName } from './entry-content.ts';
import type { CheckedEntry } from './entry-check.ts';

/** People that one room's log may count; those who came later aren't counted. */
export const ROOM_MEMBER_LIMIT = 2_000;

interface Membership {
  readonly order: number;
  readonly id: string;
  readonly joined: boolean;
}

export interface RoomMembersParts {
  readonly history: Pick<History, 'memberships'>;
  readonly ownPeerId: PeerId;
  readonly emit: (event: NodeEvent) => void;
}

export class RoomMembers {
  readonly #parts: RoomMembersParts;
  /** By conversation, then by author: their last word. */
  readonly #rooms = new Map<string, Map<PeerId, Membership>>();

  constructor(parts: RoomMembersParts) {
    this.#parts = parts;
  }

  /** Reads back what the log says of a room that one is in. */
  async load(conversation: Conversation): Promise<void> {
    const entries = await this.#parts.history.memberships(conversation.key);
    let changed = false;
    for (const entry of entries)
      if (entry.conversation === conversation.hexId) changed = this.#take(conversation.hexId, entry) || changed;
    if (changed) this.#tell(conversation);
  }

  /** A join or leave has come. */
  note({ conversation, record, kind }: CheckedEntry): void {
    if (kind !== 'join' && kind !== 'leave') return;
    if (this.#take(conversation.hexId, record)) this.#tell(conversation);
  }

  /** Without oneself. */
  membersOf(conversation: Conversation): PeerId[] {
    const members = [...(this.#rooms.get(conversation.hexId) ?? [])];
    return members
      .filter(([peerId, { joined }]) => joined && peerId !== this.#parts.ownPeerId)
      .map(([peerId]) => peerId)
      .sort(comparePeerIds);
  }

  #take(hexId: string, entry: Pick<StoredEntry, 'author' | 'order' | 'id' | 'kind'>): boolean {
    const room = this.#rooms.get(hexId) ?? new Map<PeerId, Membership>();
    this.#rooms.set(hexId, room);
    const before = room.get(entry.author);
    if (before === undefined && room.size >= ROOM_MEMBER_LIMIT) return false;
    if (before !== undefined && (before.order > entry.order || (before.order === entry.order && before.id >= entry.id)))
      return false;
    const joined = kindName(entry.kind) === 'join';
    room.set(entry.author, { order: entry.order, id: entry.id, joined });
    return before?.joined !== joined && entry.author !== this.#parts.ownPeerId;
  }

  #tell(conversation: Conversation): void {
    if (conversation.destination.kind !== 'room' || conversation.ended) return;
    this.#parts.emit({
      type: 'room-members',
      room: conversation.destination.room,
      members: this.membersOf(conversation),
    });
  }
}
