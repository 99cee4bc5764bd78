// The conversations that this node takes part in, by id: everyone, its rooms, and each pair with somebody.

import { bytesEqual, toHex } from '../base/bytes.ts';
import { keyOfPeerId, peerIdOfKey } from '../base/peer-id.ts';
import { conversationKeyOf, type ConversationKey, type Destination, type PeerId } from '../state/values.ts';
import { foldRoomName } from '../state/names.ts';
import { everyoneConversationId, privateConversationId, roomConversationId } from '../wire/conversation-id.ts';
import { MmchatError } from '../base/errors.ts';
import { ReceivedLog } from './received-log.ts';

export const CONVERSATION_LIMITS = {
  /** Authors whose logs one conversation keeps count of; the one who was quiet longest goes first. */
  authors: 1_024,
  /** Of one author: a log lasts as long as a run of their node. */
  logsPerAuthor: 4,
  privateConversations: 2_048,
} as const;
/**
 * One entry can raise our Lamport number by this much at most: a liar can't use up the numbers (2^53) in a lifetime.
 */
const MAX_ORDER_JUMP = 2 ** 20;

export class Conversation {
  readonly id: Uint8Array;
  readonly destination: Destination;
  readonly key: ConversationKey;
  /** Of a private conversation: who the other one is. */
  readonly otherKey: Uint8Array;
  /** By author, for each by log id; the quietest first. */
  readonly #logs = new Map<string, Map<string, ReceivedLog>>();
  #order = 0;
  #written = false;

  constructor(id: Uint8Array, destination: Destination, otherKey: Uint8Array = new Uint8Array(0)) {
    this.id = id;
    this.otherKey = otherKey;
    this.destination = destination;
    this.key = conversationKeyOf(destination, foldRoomName);
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

  seenOrder(order: number): void {
    this.#order = Math.max(this.#order, Math.min(order, this.#order + MAX_ORDER_JUMP));
  }

  /** What has come of a log, by author and log id. */
  log(author: Uint8Array, logId: Uint8Array): ReceivedLog {
    const logs = bringForward(this.#logs, toHex(author), () => new Map<string, ReceivedLog>());
    const log = bringForward(logs, toHex(logId), () => new ReceivedLog());
    dropOldest(logs, CONVERSATION_LIMITS.logsPerAuthor);
    dropOldest(this.#logs, CONVERSATION_LIMITS.authors);
    return log;
  }
}

/** The value at `key`, made if it isn't there, as the newest of the map. */
function bringForward<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const value = map.get(key) ?? make();
  map.delete(key);
  map.set(key, value);
  return value;
}

function dropOldest(map: Map<string, unknown>, limit: number): void {
  for (const key of map.keys()) {
    if (map.size <= limit) return;
    map.delete(key);
  }
}

export class Conversations {
  readonly #ownKey: Uint8Array;
  readonly #byId = new Map<string, Conversation>();
  readonly #privates = new Map<PeerId, Conversation>();
  readonly #roomIds = new Map<string, Uint8Array>();
  readonly everyone: Conversation;

  constructor(ownKey: Uint8Array) {
    this.#ownKey = ownKey;
    this.everyone = this.#add(new Conversation(everyoneConversationId(), { kind: 'everyone' }));
  }

  /** One's own room; made when it isn't there. */
  room(room: string): Conversation {
    const folded = foldRoomName(room);
    const id = this.#roomIds.get(folded) ?? roomConversationId(folded);
    this.#roomIds.set(folded, id);
    return this.#byId.get(toHex(id)) ?? this.#add(new Conversation(id, { kind: 'room', room }));
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
    return this.#add(new Conversation(privateConversationId(this.#ownKey, key), { kind: 'person', peerId }, key));
  }

  /** The conversation that an entry by this author belongs to, if it is one of ours. */
  find(id: Uint8Array, author: Uint8Array): Conversation | undefined {
    const known = this.#byId.get(toHex(id));
    // It may be the first private message of somebody.
    if (known === undefined)
      return bytesEqual(id, privateConversationId(this.#ownKey, author))
        ? this.withPerson(peerIdOfKey(author))
        : undefined;
    const { destination } = known;
    // A private conversation is found by both keys: another author's entry does not belong to it.
    if (destination.kind === 'person' && !bytesEqual(author, known.otherKey)) return undefined;
    return known;
  }

  #add(conversation: Conversation): Conversation {
    this.#byId.set(toHex(conversation.id), conversation);
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
    if (conversation !== undefined) this.#byId.delete(toHex(conversation.id));
  }
}
