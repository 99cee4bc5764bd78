// The rooms that one is in. Joining tells everybody by presence, and writes an entry into the room's log.

import { MmchatError } from '../base/errors.ts';
import type { NodeEvent } from '../state/events.ts';
import { checkRoomName, foldRoomName } from '../state/names.ts';
import { MAX_ROOMS } from '../wire/limits.ts';

export interface RoomsParts {
  readonly emit: (event: NodeEvent) => void;
  /** Tells presence and whoever keeps the list which rooms one is in now. */
  readonly changed: (rooms: readonly string[]) => void;
  /** One is in this room from now on, or again. */
  readonly opened: (room: string) => void;
  readonly noteMembership: (room: string, kind: 'join' | 'leave') => void;
  /** The name that a room already has here, by its folded name. */
  readonly knownName: (folded: string) => string | undefined;
}

export class Rooms {
  readonly #parts: RoomsParts;
  /** By folded name. */
  readonly #joined = new Map<string, string>();

  constructor(parts: RoomsParts) {
    this.#parts = parts;
  }

  get joined(): readonly string[] {
    return [...this.#joined.values()];
  }

  has(room: string): boolean {
    return this.#joined.has(foldRoomName(room));
  }

  /** Back in the rooms of the last run, before anybody is told. */
  restore(rooms: readonly string[]): void {
    for (const room of rooms.slice(0, MAX_ROOMS)) {
      this.#joined.set(foldRoomName(room), room);
      this.#parts.opened(room);
      this.#parts.emit({ type: 'own-room-joined', room });
    }
  }

  /** @throws MmchatError `bad-name`, `too-many` */
  join(name: string): void {
    const wanted = checkRoomName(name);
    const folded = foldRoomName(wanted);
    if (this.#joined.has(folded)) return;
    if (this.#joined.size >= MAX_ROOMS)
      throw new MmchatError('too-many', `One can be in ${MAX_ROOMS} rooms; leave one first.`);
    const room = this.#parts.knownName(folded) ?? wanted;
    this.#joined.set(folded, room);
    this.#parts.opened(room);
    this.#parts.emit({ type: 'own-room-joined', room });
    this.#parts.changed(this.joined);
    this.#parts.noteMembership(room, 'join');
  }

  /** @throws MmchatError `no-such-room`, `not-in-room` */
  leave(name: string): void {
    const folded = foldRoomName(name);
    const room = this.#joined.get(folded);
    if (room === undefined) {
      const known = this.#parts.knownName(folded);
      if (known === undefined) throw new MmchatError('no-such-room', `There is no room called ${name}.`);
      throw new MmchatError('not-in-room', `You are not in ${known}.`);
    }
    this.#parts.noteMembership(room, 'leave');
    this.#joined.delete(folded);
    this.#parts.emit({ type: 'own-room-left', room });
    this.#parts.changed(this.joined);
  }
}
