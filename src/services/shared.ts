// Which conversations a linked peer takes part in, as far as one knows: what may be told to whom.

import { keyOfPeerId } from '../base/peer-id.ts';
import { toHex } from '../base/bytes.ts';
import type { PeerLink, PeerLinks } from '../contracts/links.ts';
import { foldRoomName } from '../state/names.ts';
import type { NodeState, PeerId } from '../state/values.ts';
import { privateConversationId } from '../wire/conversation-id.ts';
import type { Conversation, Conversations } from './conversations.ts';
import type { RoomProofs } from './room-proofs.ts';
import type { SharedConversation } from './sync/sync-parts.ts';

export interface SharedParts {
  readonly ownPeerId: PeerId;
  readonly ownKey: Uint8Array;
  readonly links: PeerLinks;
  readonly state: () => NodeState;
  readonly conversations: Conversations;
  readonly proofs: Pick<RoomProofs, 'sharesWith'>;
  readonly isBlocked: (peerId: PeerId) => boolean;
}

export class Shared {
  readonly #parts: SharedParts;
  /** Folded names of the rooms that somebody says to be in; a new list for every change of it. */
  readonly #folded = new WeakMap<readonly string[], ReadonlySet<string>>();
  readonly #privateIds = new WeakMap<PeerLink, string>();

  constructor(parts: SharedParts) {
    this.#parts = parts;
  }

  with(link: PeerLink, conversation: Conversation): boolean {
    if (conversation.ended || this.#parts.isBlocked(link.peerId)) return false;
    const { destination } = conversation;
    if (destination.kind === 'everyone') return true;
    if (destination.kind === 'person') return destination.peerId === link.peerId;
    if (conversation.roomKey !== undefined) return this.#parts.proofs.sharesWith(link, conversation.hexId);
    return this.#roomsOf(link.peerId).has(foldRoomName(destination.room));
  }

  /** All of them; the private one also when nothing was said in it yet: both know its id. */
  all(link: PeerLink): SharedConversation[] {
    if (this.#parts.isBlocked(link.peerId)) return [];
    const found: SharedConversation[] = [{ id: this.#privateId(link), memberSinceMs: 0 }];
    for (const conversation of this.#parts.conversations.active())
      if (conversation.destination.kind !== 'person' && this.with(link, conversation))
        found.push({ id: conversation.hexId, memberSinceMs: conversation.memberSince });
    return found;
  }

  /** Linked people who take part. */
  reachable(conversation: Conversation): PeerId[] {
    const { links } = this.#parts.links;
    const { destination } = conversation;
    if (destination.kind === 'person') {
      const link = links.get(destination.peerId);
      return link !== undefined && this.with(link, conversation) ? [destination.peerId] : [];
    }
    return [...links.values()].filter((link) => this.with(link, conversation)).map(({ peerId }) => peerId);
  }

  #roomsOf(peerId: PeerId): ReadonlySet<string> {
    const rooms = this.#parts.state().people.get(peerId)?.rooms ?? NO_ROOMS;
    let folded = this.#folded.get(rooms);
    if (folded === undefined) this.#folded.set(rooms, (folded = new Set(rooms.map(foldRoomName))));
    return folded;
  }

  #privateId(link: PeerLink): string {
    let id = this.#privateIds.get(link);
    if (id === undefined) {
      const key = keyOfPeerId(link.peerId) ?? new Uint8Array(0);
      this.#privateIds.set(link, (id = toHex(privateConversationId(this.#parts.ownKey, key))));
    }
    return id;
  }
}

const NO_ROOMS: readonly string[] = [];
