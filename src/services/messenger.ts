// The verb "send": from names as people use them to a conversation and its recipients.

import { MmchatError } from '../base/errors.ts';
import type { PeerLinks } from '../contracts/links.ts';
import { cleanForeignName, foldRoomName } from '../state/names.ts';
import { findPerson } from '../state/selectors.ts';
import type { Message, NodeState, PeerId, Person } from '../state/values.ts';
import type { Chat } from './chat.ts';
import type { Rooms } from './rooms.ts';

/** The room that all are in: its name is nobody else's. */
const EVERYONE = 'everyone';

export interface OutgoingText {
  readonly text: string;
  readonly to?: string;
  readonly room?: string;
  readonly replyTo?: string;
}

export interface MessengerParts {
  readonly state: () => NodeState;
  readonly links: PeerLinks;
  readonly chat: Chat;
  readonly rooms: Rooms;
}

export class Messenger {
  readonly #parts: MessengerParts;

  constructor(parts: MessengerParts) {
    this.#parts = parts;
  }

  /** @throws MmchatError `bad-option`, `unknown-peer`, `offline`, `no-such-room`, `not-in-room`, `too-large`, `bad-text` */
  send({ text, to, room, replyTo }: OutgoingText): Message {
    const { chat } = this.#parts;
    if (replyTo !== undefined && !/^[0-9a-f]{32}$/.test(replyTo))
      throw new MmchatError('bad-option', 'The message that this answers has no such id.');
    if (to !== undefined && room !== undefined)
      throw new MmchatError('bad-option', 'A message goes to a person or to a room, not to both.');
    if (to !== undefined) return chat.sendToPerson(this.#reachable(to).peerId, text, replyTo);
    if (room === undefined || foldRoomName(room) === EVERYONE) return chat.sendToEveryone(text, replyTo);
    const name = this.#ownRoom(room);
    return chat.sendToRoom(name, this.linkedMembers(name), text, replyTo);
  }

  /** @throws MmchatError `unknown-peer` */
  find(nameOrId: string): Person {
    const person = findPerson(this.#parts.state(), nameOrId);
    if (person === undefined)
      throw new MmchatError('unknown-peer', `Nobody called ${cleanForeignName(nameOrId)} is known here.`);
    return person;
  }

  /** Members of a room to whom there is a link. */
  linkedMembers(room: string): PeerId[] {
    const members = this.#parts.state().rooms.get(foldRoomName(room))?.members ?? [];
    return members.filter((peerId) => this.#parts.links.links.has(peerId));
  }

  #reachable(nameOrId: string): Person {
    const person = this.find(nameOrId);
    if (this.#parts.links.links.has(person.peerId)) return person;
    throw new MmchatError(
      'offline',
      person.online
        ? `${person.name} is here, but this machine can't reach theirs directly.`
        : `${person.name} is away. Messages to people who are away come with a later version.`,
    );
  }

  #ownRoom(room: string): string {
    const known = this.#parts.state().rooms.get(foldRoomName(room));
    if (known === undefined)
      throw new MmchatError('no-such-room', `There is no room called ${cleanForeignName(room)}.`);
    if (!this.#parts.rooms.has(room))
      throw new MmchatError('not-in-room', `You are not in ${known.name}; join it first.`);
    return known.name;
  }
}
