// The verbs of chat as people use them: from names to conversations, from words to entries.

import { MmchatError } from '../base/errors.ts';
import type { OutgoingMessage, PlaceQuery } from '../contracts/node.ts';
import { guestPartsOf } from '../state/guest-ids.ts';
import { cleanForeignName, foldRoomName } from '../state/names.ts';
import { findPerson } from '../state/selectors.ts';
import { conversationKeyOf, type ConversationKey, type NodeState, type Person } from '../state/values.ts';
import type { Chat } from './chat.ts';
import type { Conversation, Conversations } from './conversations.ts';
import { mentionsIn } from './mentions.ts';
import type { GuestWords } from './guest-words.ts';
import type { Guests } from './guests.ts';
import type { Rooms } from './rooms.ts';

/** The room that all are in: its name is nobody else's. */
const EVERYONE = 'everyone';
const MESSAGE_ID = /^[0-9a-f]{32}$/;

export interface MessengerParts {
  readonly state: () => NodeState;
  readonly chat: Chat;
  readonly conversations: Conversations;
  readonly rooms: Rooms;
  readonly guests: Guests;
  readonly guestWords: GuestWords;
}

export class Messenger {
  readonly #parts: MessengerParts;

  constructor(parts: MessengerParts) {
    this.#parts = parts;
  }

  /**
   * @returns when it is durable
   * @throws MmchatError `bad-option`, `unknown-peer`, `blocked`, `no-such-room`, `not-in-room`, `too-large`, `bad-text`
   */
  async send({ text, to, room, replyTo }: OutgoingMessage): Promise<{ id: string; at: number }> {
    const { chat } = this.#parts;
    if (replyTo !== undefined && !MESSAGE_ID.test(replyTo))
      throw new MmchatError('bad-option', 'The message that this answers has no such id.');
    const guest = room === undefined ? this.#guest(to) : undefined;
    if (guest !== undefined) return this.#parts.guestWords.say(guest.peerId, text);
    const conversation = this.target(to, room);
    const mentions = mentionsIn(text, this.#parts.state());
    const options = { mentions, ...(replyTo === undefined ? {} : { replyTo }) };
    const { id, at, kept } = chat.say(conversation, text, options);
    await kept;
    return { id, at };
  }

  /** Where something goes that is for a person, a room, or (without both) everyone. */
  target(to: string | undefined, room: string | undefined): Conversation {
    const { conversations } = this.#parts;
    if (to !== undefined && room !== undefined)
      throw new MmchatError('bad-option', 'A message goes to a person or to a room, not to both.');
    if (to !== undefined) return conversations.withPerson(this.#writable(to).peerId);
    if (room === undefined || foldRoomName(room) === EVERYONE) return conversations.everyone;
    return this.#ownRoom(room);
  }

  /** As `target`; for a guest of a super-peer it goes to that, which hands it on. @throws MmchatError also `offline` */
  fileTarget(
    to: string | undefined,
    room: string | undefined,
  ): { conversation: Conversation; toGuest?: { toGuest: string } } {
    const guest = room === undefined ? this.#guest(to) : undefined;
    const parts = guest === undefined ? undefined : guestPartsOf(guest.peerId);
    if (guest === undefined || parts === undefined) return { conversation: this.target(to, room) };
    if (!this.#parts.guests.isHere(guest.peerId) || parts.host === this.#parts.state().self.peerId)
      throw new MmchatError('offline', `${guest.name} is not here: a guest gets files only while they are.`);
    return { conversation: this.#parts.conversations.withPerson(parts.host), toGuest: { toGuest: parts.name } };
  }

  #guest(to: string | undefined): Person | undefined {
    const person = to === undefined ? undefined : findPerson(this.#parts.state(), to);
    if (person === undefined || guestPartsOf(person.peerId) === undefined) return undefined;
    return this.#writable(person.peerId);
  }

  edit(id: string, text: string): Promise<void> {
    return this.#parts.chat.edit(id, text, mentionsIn(text, this.#parts.state()));
  }

  /** @throws MmchatError `unknown-peer` */
  find(nameOrId: string): Person {
    const person = findPerson(this.#parts.state(), nameOrId);
    if (person === undefined)
      throw new MmchatError('unknown-peer', `Nobody called ${cleanForeignName(nameOrId)} is known here.`);
    return person;
  }

  /** @throws MmchatError `unknown-peer`, `no-such-room`, `bad-option` */
  placeOf({ with: person, room }: PlaceQuery): ConversationKey {
    if (person !== undefined && room !== undefined)
      throw new MmchatError('bad-option', 'A conversation is with a person or in a room, not both.');
    if (person !== undefined)
      return conversationKeyOf({ kind: 'person', peerId: this.find(person).peerId }, foldRoomName);
    if (room === undefined || foldRoomName(room) === EVERYONE) return 'everyone';
    const place = conversationKeyOf({ kind: 'room', room }, foldRoomName);
    const { conversations } = this.#parts;
    // Also a room that one has left: what was said while one was there can be read.
    if (this.#parts.state().rooms.has(foldRoomName(room)) || conversations.isPlace(place)) return place;
    throw new MmchatError('no-such-room', `There is no room called ${cleanForeignName(room)}.`);
  }

  #writable(nameOrId: string): Person {
    const person = this.find(nameOrId);
    if (person.blocked === true) throw new MmchatError('blocked', `${person.name} is blocked; unblock them first.`);
    return person;
  }

  #ownRoom(room: string): Conversation {
    const known = this.#parts.state().rooms.get(foldRoomName(room));
    if (known === undefined)
      throw new MmchatError('no-such-room', `There is no room called ${cleanForeignName(room)}.`);
    const conversation = this.#parts.conversations.roomOf(room);
    if (conversation === undefined || !this.#parts.rooms.has(room))
      throw new MmchatError('not-in-room', `You are not in ${known.name}; join it first.`);
    this.#parts.rooms.ready(room);
    return conversation;
  }
}
