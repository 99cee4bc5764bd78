// The rooms of guests: this node is in every room in which a guest is, so that what is said there comes to them and what
// they say is kept. Rooms whose names peers could not make stay among the guests.

import type { Clock, Timer } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Conversation, Conversations } from '../../services/conversations.ts';
import type { Rooms } from '../../services/rooms.ts';
import { checkRoomName, foldRoomName } from '../../state/names.ts';
import { keyOf, type JsonValue } from '../classic/json-value.ts';

/** A client that comes back at once finds everything as it was. */
const LINGER_MS = 30_000;
/** One node can be in 64 rooms; some are left for who sits at it. */
const MOST_ROOMS = 56;

export interface GuestRoomsParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly rooms: Pick<Rooms, 'has' | 'open' | 'join' | 'leave' | 'ready'>;
  readonly conversations: Pick<Conversations, 'roomOf'>;
  /** Somebody is in other rooms than before. */
  readonly changed: (guest: string) => void;
  readonly countDrop: (reason: string) => void;
}

interface GuestRoom {
  readonly name: string;
  /** As the guests in it write it. */
  readonly writtenAs: Map<string, { readonly room: JsonValue; readonly guests: Set<string> }>;
  /** This node is in it for the guests alone. */
  isOurs: boolean;
  entering: Promise<void>;
  leaving: Timer | undefined;
}

export class GuestRooms {
  readonly #parts: GuestRoomsParts;
  readonly #rooms = new Map<string, GuestRoom>();
  /** Leavings under way: whoever comes in again waits for them. */
  readonly #exiting = new Map<string, Promise<void>>();

  constructor(parts: GuestRoomsParts) {
    this.#parts = parts;
  }

  /** Rooms in which an earlier run was for its guests: they get a moment to come back. */
  adopt(names: readonly string[]): void {
    for (const name of names) {
      const entering = Promise.resolve();
      const room: GuestRoom = { name, writtenAs: new Map(), isOurs: true, entering, leaving: undefined };
      this.#rooms.set(foldRoomName(name), room);
      this.#linger(room);
    }
  }

  join(guest: string, room: JsonValue): void {
    const name = nameOf(room);
    if (name === undefined) return;
    const folded = foldRoomName(name);
    let found = this.#rooms.get(folded);
    if (found === undefined) {
      if (this.#rooms.size >= MOST_ROOMS) {
        this.#parts.countDrop('too-many-rooms');
        return;
      }
      found = { name, writtenAs: new Map(), isOurs: false, entering: Promise.resolve(), leaving: undefined };
      this.#rooms.set(folded, found);
      found.entering = this.#enter(found);
    }
    found.leaving?.cancel();
    found.leaving = undefined;
    const key = keyOf(room) ?? '';
    const written = found.writtenAs.get(key) ?? { room, guests: new Set<string>() };
    written.guests.add(guest);
    found.writtenAs.set(key, written);
    this.#parts.changed(guest);
  }

  leave(guest: string, room: JsonValue): void {
    const name = nameOf(room);
    const found = name === undefined ? undefined : this.#rooms.get(foldRoomName(name));
    if (found !== undefined) this.#take(found, keyOf(room) ?? '', guest);
  }

  leaveAll(guest: string): void {
    for (const room of this.#rooms.values()) for (const key of [...room.writtenAs.keys()]) this.#take(room, key, guest);
  }

  roomsOf(guest: string): string[] {
    return [...this.#rooms.values()]
      .filter(({ writtenAs }) => [...writtenAs.values()].some(({ guests }) => guests.has(guest)))
      .map(({ name }) => name);
  }

  /** All ways in which guests write this room. */
  writtenAs(room: string): JsonValue[] {
    return [...(this.#rooms.get(foldRoomName(room))?.writtenAs.values() ?? [])].map(({ room: written }) => written);
  }

  /** The conversation of a room that a guest writes to; undefined when peers have none. */
  async conversationOf(room: JsonValue): Promise<Conversation | undefined> {
    const name = nameOf(room);
    const found = name === undefined ? undefined : this.#rooms.get(foldRoomName(name));
    if (name === undefined || found === undefined) return undefined;
    await found.entering;
    const conversation = this.#parts.rooms.has(name) ? this.#parts.conversations.roomOf(name) : undefined;
    // A closed room of the same name is another one.
    if (conversation === undefined || conversation.roomKey !== undefined) return undefined;
    this.#parts.rooms.ready(name);
    return conversation;
  }

  async stop(): Promise<void> {
    const leaving = [...this.#rooms.values()].map(async (room) => {
      room.leaving?.cancel();
      await room.entering;
      await this.#exit(room);
    });
    this.#rooms.clear();
    await Promise.all(leaving);
  }

  async #enter(room: GuestRoom): Promise<void> {
    await this.#exiting.get(foldRoomName(room.name));
    if (this.#parts.rooms.has(room.name)) return;
    try {
      await this.#parts.rooms.join(room.name);
      room.isOurs = true;
    } catch (error) {
      this.#parts.log.warn('a room of guests could not be joined', { room: room.name, error: messageOf(error) });
    }
  }

  #take(room: GuestRoom, key: string, guest: string): void {
    const written = room.writtenAs.get(key);
    if (written?.guests.delete(guest) !== true) return;
    if (written.guests.size === 0) room.writtenAs.delete(key);
    this.#parts.changed(guest);
    if (room.writtenAs.size > 0) return;
    this.#linger(room);
  }

  #linger(room: GuestRoom): void {
    room.leaving = this.#parts.clock.after(LINGER_MS, () => {
      const folded = foldRoomName(room.name);
      this.#rooms.delete(folded);
      const exiting = room.entering.then(() => this.#exit(room)).finally(() => this.#exiting.delete(folded));
      this.#exiting.set(folded, exiting);
    });
  }

  async #exit(room: GuestRoom): Promise<void> {
    if (!room.isOurs || !this.#parts.rooms.has(room.name)) return;
    try {
      await this.#parts.rooms.leave(room.name);
    } catch (error) {
      this.#parts.log.warn('a room of guests could not be left', { room: room.name, error: messageOf(error) });
    }
  }
}

/** Undefined: no name that a room of peers can have. */
export function nameOf(room: JsonValue): string | undefined {
  if (typeof room !== 'string') return undefined;
  try {
    return checkRoomName(room);
  } catch {
    return undefined;
  }
}
