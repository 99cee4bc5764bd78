// The conversations that this node takes part in, by id: everyone, its rooms, and each pair with somebody.

import { toHex } from '../base/bytes.ts';
import { keyOfPeerId } from '../base/peer-id.ts';
import { conversationKeyOf, type ConversationKey, type Destination, type PeerId } from '../state/values.ts';
import { foldRoomName } from '../state/names.ts';
import { everyoneConversationId, privateConversationId, roomConversationId } from '../wire/conversation-id.ts';
import { MmchatError } from '../base/errors.ts';
import { ReceivedLog } from './received-log.ts';

/** Remote logs that one conversation keeps count of; the one that was quiet longest goes first. */
const MAX_LOGS = 1_024;
const MAX_PRIVATE_CONVERSATIONS = 2_048;
/**
 * One entry can raise our Lamport number by this much at most: a liar can't use up the numbers (2^53) in a lifetime.
 */
const MAX_ORDER_JUMP = 2 ** 20;

export class Conversation {
  readonly id: Uint8Array;
  readonly destination: Destination;
  readonly key: ConversationKey;
  readonly #logs = new Map<string, ReceivedLog>();
  #order = 0;

  constructor(id: Uint8Array, destination: Destination) {
    this.id = id;
    this.destination = destination;
    this.key = conversationKeyOf(destination, foldRoomName);
  }

  /** The Lamport number for an entry of one's own. */
  nextOrder(): number {
    return ++this.#order;
  }

  seenOrder(order: number): void {
    this.#order = Math.max(this.#order, Math.min(order, this.#order + MAX_ORDER_JUMP));
  }

  /** What has come of a log, by author and log id. */
  log(author: Uint8Array, logId: Uint8Array): ReceivedLog {
    const key = `${toHex(author)}/${toHex(logId)}`;
    const log = this.#logs.get(key) ?? new ReceivedLog();
    this.#logs.delete(key);
    this.#logs.set(key, log);
    if (this.#logs.size > MAX_LOGS) {
      const quietest = this.#logs.keys().next();
      if (quietest.done !== true) this.#logs.delete(quietest.value);
    }
    return log;
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
    const known = this.#privates.get(peerId);
    if (known !== undefined) return known;
    const key = keyOfPeerId(peerId);
    if (key === undefined) throw new MmchatError('unknown-peer', `${peerId} is nobody's id.`);
    const conversation = this.#add(
      new Conversation(privateConversationId(this.#ownKey, key), { kind: 'person', peerId }),
    );
    this.#privates.set(peerId, conversation);
    if (this.#privates.size > MAX_PRIVATE_CONVERSATIONS) this.#dropOldestPrivate();
    return conversation;
  }

  /** The conversation that an entry by this author belongs to, if it is one of ours. */
  find(id: Uint8Array, author: PeerId): Conversation | undefined {
    const known = this.#byId.get(toHex(id));
    if (known === undefined) {
      // It may be the first private message of somebody.
      const conversation = this.withPerson(author);
      return toHex(conversation.id) === toHex(id) ? conversation : undefined;
    }
    const { destination } = known;
    if (destination.kind === 'person' && destination.peerId !== author) return undefined;
    return known;
  }

  #add(conversation: Conversation): Conversation {
    this.#byId.set(toHex(conversation.id), conversation);
    return conversation;
  }

  #dropOldestPrivate(): void {
    const oldest = this.#privates.entries().next();
    if (oldest.done === true) return;
    this.#privates.delete(oldest.value[0]);
    this.#byId.delete(toHex(oldest.value[1].id));
  }
}
