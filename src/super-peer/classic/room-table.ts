// Who is in which room. A room is only its members: the original keeps empty ones for ever, but nobody can notice.

import { keyOf, type JsonValue } from './json-value.ts';
import type { Guest } from './guest.ts';
import type { ClassicLimits } from './limits.ts';

const NOBODY: ReadonlySet<Guest> = new Set();

export class RoomTable {
  readonly #limits: ClassicLimits;
  readonly #rooms = new Map<string, Set<Guest>>();

  constructor(limits: ClassicLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#rooms.size;
  }

  members(room: JsonValue | undefined): ReadonlySet<Guest> {
    const key = keyOf(room);
    return (key === undefined ? undefined : this.#rooms.get(key)) ?? NOBODY;
  }

  membersByKey(key: string): ReadonlySet<Guest> {
    return this.#rooms.get(key) ?? NOBODY;
  }

  join(guest: Guest, room: JsonValue | undefined): 'joined' | 'already' | 'odd' | 'too-many' {
    const key = keyOf(room);
    if (key === undefined) return 'odd';
    if (guest.rooms.has(key)) return 'already';
    const { roomsPerGuest, roomNameLength } = this.#limits;
    if (guest.rooms.size >= roomsPerGuest || guest.roomNamesLength + key.length > roomNameLength) return 'too-many';
    guest.rooms.add(key);
    guest.roomNamesLength += key.length;
    const members = this.#rooms.get(key) ?? new Set<Guest>();
    this.#rooms.set(key, members.add(guest));
    return 'joined';
  }

  leave(guest: Guest, room: JsonValue | undefined): 'left' | 'was-not-in' | 'odd' {
    const key = keyOf(room);
    if (key === undefined) return 'odd';
    if (!guest.rooms.delete(key)) return 'was-not-in';
    guest.roomNamesLength -= key.length;
    this.#forget(guest, key);
    return 'left';
  }

  leaveAll(guest: Guest): void {
    for (const key of guest.rooms) this.#forget(guest, key);
    guest.rooms.clear();
    guest.roomNamesLength = 0;
  }

  #forget(guest: Guest, key: string): void {
    const members = this.#rooms.get(key);
    members?.delete(guest);
    if (members?.size === 0) this.#rooms.delete(key);
  }
}
