// The conversations that this node takes part in, by id: everyone, its rooms, and each pair with somebody.

import { bytesEqual, fromHex, toHex } from '../base/bytes.ts';
import { MmchatError } from '../base/errors.ts';
import { keyOfPeerId, peerIdOfKey } from '../base/peer-id.ts';
import type { ConversationRecord, LogSummary } from '../contracts/history.ts';
import { foldRoomName } from '../state/names.ts';
import { conversationKeyOf, type ConversationKey, type Destination, type PeerId } from '../state/values.ts';
import {
  closedRoomConversationId,
  everyoneConversationId,
  privateConversationId,
  roomConversationId,
} from '../wire/conversation-id.ts';
import { LogBook } from './log-book.ts';

export const CONVERSATION_LIMITS = {
  /** Held at once; beyond it the quietest goes in which only the other one has written. It stays on the disk. */
  privateConversations: 2_048,
} as const;
/**
 * One entry can raise our Lamport number by this much at most: a liar can't use up the numbers (2^53) in a lifetime.
 */
const MAX_ORDER_JUMP = 2 ** 20;
const NO_KEY = new Uint8Array(0);

export class Conversation {
  readonly id: Uint8Array;
  /** `id` in hex. */
  readonly hexId: string;
  readonly destination: Destination;
  readonly key: ConversationKey;
  /** Of a private conversation: who the other one is. */
  readonly otherKey: Uint8Array;
  /** Of a closed room. */
  readonly roomKey: Uint8Array | undefined;
  readonly logs: LogBook;
  memberSince: number;
  ended: boolean;
  /** After a rekey: id in hex of the conversation that it goes on from. */
  replaces: string | undefined;
  /** The history knows of it. */
  recorded = false;
  #order = 0;
  #written = false;

  constructor(record: Omit<ConversationRecord, 'id' | 'place'> & { id: Uint8Array; otherKey?: Uint8Array }) {
    this.id = record.id;
    this.hexId = toHex(record.id);
    this.destination = record.destination;
    this.key = conversationKeyOf(record.destination, foldRoomName);
    this.otherKey = record.otherKey ?? NO_KEY;
    this.roomKey = record.roomKey;
    this.memberSince = record.memberSince;
    this.ended = record.ended === true;
    this.replaces = record.replaces;
    this.logs = new LogBook(this.hexId);
  }

  get record(): ConversationRecord {
    return {
      id: this.hexId,
      place: this.key,
      destination: this.destination,
      memberSince: this.memberSince,
      ...(this.roomKey === undefined ? {} : { roomKey: this.roomKey }),
      ...(this.replaces === undefined ? {} : { replaces: this.replaces }),
      ...(this.ended ? { ended: true } : {}),
    };
  }

  /** Whether one has said something here. */
  get isWritten(): boolean {
    return this.#written;
  }

  /** The Lamport number for an entry of one's own. */
  nextOrder(): number {
    this.#written = true;
    return ++this.#order;
  }

  get order(): number {
    return this.#order;
  }

  seenOrder(order: number): void {
    this.#order = Math.max(this.#order, Math.min(order, this.#order + MAX_ORDER_JUMP));
  }

  /** Takes up the numbers of another conversation that this one goes on from. */
  startOrder(order: number): void {
    this.#order = Math.max(this.#order, order);
  }

  /** Takes in what the history holds. */
  load(logs: readonly LogSummary[], own: PeerId): void {
    for (const log of logs) this.logs.load(log);
    // One's own numbers first: they are honest, and others' are judged by them.
    for (const { author, head } of logs) {
      if (author !== own) continue;
      this.#order = Math.max(this.#order, head.order);
      this.#written = true;
    }
    const before = this.#order;
    for (const { head } of logs) this.#order = Math.max(this.#order, Math.min(head.order, before + MAX_ORDER_JUMP));
  }
}

export class Conversations {
  readonly #ownKey: Uint8Array;
  readonly #now: () => number;
  readonly #byId = new Map<string, Conversation>();
  /** By peer; the quietest first. */
  readonly #privates = new Map<PeerId, Conversation>();
  /** The one in use of each room, by folded name. */
  readonly #rooms = new Map<string, Conversation>();
  readonly everyone: Conversation;

  constructor(ownKey: Uint8Array, now: () => number) {
    this.#ownKey = ownKey;
    this.#now = now;
    const destination: Destination = { kind: 'everyone' };
    this.everyone = this.#add(new Conversation({ id: everyoneConversationId(), destination, memberSince: now() }));
  }

  /** Those of earlier runs. */
  load(records: readonly ConversationRecord[], logs: readonly LogSummary[]): void {
    const byConversation = new Map<string, LogSummary[]>();
    for (const log of logs) {
      const list = byConversation.get(log.conversation);
      if (list === undefined) byConversation.set(log.conversation, [log]);
      else list.push(log);
    }
    const own = peerIdOfKey(this.#ownKey);
    for (const record of records) {
      const conversation = this.#restored(record);
      if (conversation === undefined) continue;
      conversation.recorded = true;
      conversation.load(byConversation.get(record.id) ?? [], own);
    }
  }

  #restored(record: ConversationRecord): Conversation | undefined {
    const { destination } = record;
    if (destination.kind === 'everyone') {
      this.everyone.memberSince = record.memberSince;
      return this.everyone;
    }
    if (destination.kind === 'person') {
      if (keyOfPeerId(destination.peerId) === undefined) return undefined;
      return this.withPerson(destination.peerId);
    }
    const conversation = this.#add(new Conversation({ ...record, id: fromHex(record.id) }));
    if (!conversation.ended) this.#rooms.set(foldRoomName(destination.room), conversation);
    return conversation;
  }

  /** All that are not ended. */
  *active(): Iterable<Conversation> {
    for (const conversation of this.#byId.values()) if (!conversation.ended) yield conversation;
  }

  /** Whether anything was or is said there. */
  isPlace(place: ConversationKey): boolean {
    for (const { key } of this.#byId.values()) if (key === place) return true;
    return false;
  }

  get(hexId: string): Conversation | undefined {
    return this.#byId.get(hexId);
  }

  /** The conversation of a room that one is in. */
  roomOf(room: string): Conversation | undefined {
    return this.#rooms.get(foldRoomName(room));
  }

  /** One comes into a room, an open one without a key. What was said there earlier is found again. */
  enterRoom(room: string, roomKey?: Uint8Array): Conversation {
    const folded = foldRoomName(room);
    const id = roomKey === undefined ? roomConversationId(folded) : closedRoomConversationId(roomKey);
    let conversation = this.#byId.get(toHex(id));
    if (conversation === undefined) {
      const destination: Destination = { kind: 'room', room };
      const key = roomKey === undefined ? {} : { roomKey };
      conversation = this.#add(new Conversation({ id, destination, memberSince: this.#now(), ...key }));
    } else if (conversation.ended) {
      conversation.ended = false;
      conversation.memberSince = this.#now();
    }
    this.#rooms.set(folded, conversation);
    return conversation;
  }

  leaveRoom(room: string): Conversation | undefined {
    const conversation = this.roomOf(room);
    if (conversation === undefined) return undefined;
    conversation.ended = true;
    this.#rooms.delete(foldRoomName(room));
    return conversation;
  }

  /** Rooms that need a password and that one is in. */
  *closedRooms(): Iterable<Conversation & { roomKey: Uint8Array }> {
    for (const room of this.#rooms.values())
      if (room.roomKey !== undefined) yield room as Conversation & { roomKey: Uint8Array };
  }

  /** @throws MmchatError `unknown-peer` when the peer id holds no key */
  withPerson(peerId: PeerId): Conversation {
    const conversation = this.#privates.get(peerId) ?? this.#newPrivate(peerId);
    this.#privates.delete(peerId);
    this.#privates.set(peerId, conversation);
    if (this.#privates.size > CONVERSATION_LIMITS.privateConversations) this.#dropOnePrivate();
    return conversation;
  }

  #newPrivate(peerId: PeerId): Conversation {
    const key = keyOfPeerId(peerId);
    if (key === undefined) throw new MmchatError('unknown-peer', `${peerId} is nobody's id.`);
    const id = privateConversationId(this.#ownKey, key);
    // Both have been in it for ever: there is nothing to it that isn't for them.
    return this.#add(new Conversation({ id, destination: { kind: 'person', peerId }, memberSince: 0, otherKey: key }));
  }

  /** The conversation that somebody linked has an entry of, if it is one of ours and may come from them. */
  find(id: Uint8Array, author: Uint8Array, deliveredBy: { peerId: PeerId; key: Uint8Array }): Conversation | undefined {
    const known = this.#byId.get(toHex(id));
    // It may be the first private message between the two.
    const conversation =
      known ??
      (bytesEqual(id, privateConversationId(this.#ownKey, deliveredBy.key))
        ? this.withPerson(deliveredBy.peerId)
        : undefined);
    if (conversation === undefined || conversation.ended) return undefined;
    const { destination } = conversation;
    if (destination.kind !== 'person') return conversation;
    // Private messages come from the other one only, and are by the two.
    if (destination.peerId !== deliveredBy.peerId) return undefined;
    return bytesEqual(author, conversation.otherKey) || bytesEqual(author, this.#ownKey) ? conversation : undefined;
  }

  #add(conversation: Conversation): Conversation {
    this.#byId.set(conversation.hexId, conversation);
    return conversation;
  }

  /** The quietest, those first in which only the other one has written: anybody can make those. */
  #dropOnePrivate(): void {
    let quietest: PeerId | undefined;
    for (const [peerId, { isWritten }] of this.#privates) {
      quietest ??= peerId;
      if (isWritten) continue;
      quietest = peerId;
      break;
    }
    if (quietest === undefined) return;
    const conversation = this.#privates.get(quietest);
    this.#privates.delete(quietest);
    if (conversation !== undefined) this.#byId.delete(conversation.hexId);
  }
}
