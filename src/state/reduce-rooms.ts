// What events do to the rooms of the state. They follow from who says to be in which, and from one's own.

import { foldRoomName } from './names.ts';
import { comparePeerIds } from './peer-order.ts';
import type { PeerId, Person, Room } from './values.ts';

/** Rooms that the state holds beyond one's own. */
export const FOREIGN_ROOMS_LIMIT = 500;

type Rooms = ReadonlyMap<string, Room>;
type People = ReadonlyMap<PeerId, Person>;

/** The rooms after a person went from the rooms `before` to the rooms `after`; `people` has the move in it. */
export function roomsAfterMove(
  rooms: Rooms,
  people: People,
  peerId: PeerId,
  before: readonly string[],
  after: readonly string[],
): Rooms {
  const left = foldedRooms(before);
  const entered = foldedRooms(after);
  for (const key of [...left.keys()]) if (entered.delete(key)) left.delete(key);
  if (left.size === 0 && entered.size === 0) return rooms;
  // At the limit some rooms are not held: who left may have made place for one of them.
  const foreign = countForeign(rooms);
  if (foreign + entered.size > FOREIGN_ROOMS_LIMIT || foreign === FOREIGN_ROOMS_LIMIT)
    return rebuiltRooms(rooms, people);

  const next = new Map(rooms);
  for (const key of left.keys()) {
    const room = next.get(key);
    if (room !== undefined)
      putRoom(next, key, { ...room, members: room.members.filter((member) => member !== peerId) });
  }
  for (const [key, name] of entered) {
    const room = next.get(key) ?? { name, joined: false, members: [] };
    next.set(key, { ...room, members: [...room.members, peerId].sort(comparePeerIds) });
  }
  return next;
}

export function roomsAfterJoining(rooms: Rooms, people: People, name: string): Rooms {
  const key = foldRoomName(name);
  const known = rooms.get(key);
  if (known?.joined === true) return rooms;
  const members = known?.members ?? membersOf(people, key);
  const next = new Map(rooms).set(key, { name, joined: true, members });
  // One's own rooms don't count: there is place for another that was not held.
  return countForeign(rooms) === FOREIGN_ROOMS_LIMIT ? rebuiltRooms(next, people) : next;
}

export function roomsAfterLeaving(rooms: Rooms, people: People, name: string): Rooms {
  const key = foldRoomName(name);
  const known = rooms.get(key);
  if (known?.joined !== true) return rooms;
  const next = new Map(rooms);
  putRoom(next, key, { ...known, joined: false });
  return countForeign(next) > FOREIGN_ROOMS_LIMIT ? rebuiltRooms(next, people) : next;
}

// A room that nobody is in is no room any more.
function putRoom(rooms: Map<string, Room>, key: string, room: Room): void {
  if (room.members.length === 0 && !room.joined) rooms.delete(key);
  else rooms.set(key, room);
}

/**
 * All rooms from scratch. When there are too many, those stay in which somebody known is, then those that were held
 * before: strangers can't push them out by making more.
 */
function rebuiltRooms(rooms: Rooms, people: People): Rooms {
  const found = new Map<string, { name: string; joined: boolean; members: PeerId[]; known: boolean }>();
  for (const [key, { name, joined }] of rooms) found.set(key, { name, joined, members: [], known: false });
  for (const person of people.values()) {
    for (const [key, name] of foldedRooms(person.rooms)) {
      let room = found.get(key);
      if (room === undefined) found.set(key, (room = { name, joined: false, members: [], known: false }));
      room.members.push(person.peerId);
      room.known ||= person.trust === 'pinned' || person.trust === 'verified';
    }
  }
  const next = new Map<string, Room>();
  const foreign = [...found].filter(([, room]) => !room.joined && room.members.length > 0);
  const held = foreign
    .sort(([leftKey, left], [rightKey, right]) => {
      const byKnown = Number(right.known) - Number(left.known);
      const byHeld = Number(rooms.has(rightKey)) - Number(rooms.has(leftKey));
      return byKnown !== 0 ? byKnown : byHeld !== 0 ? byHeld : leftKey < rightKey ? -1 : 1;
    })
    .slice(0, FOREIGN_ROOMS_LIMIT);
  for (const [key, room] of [...[...found].filter(([, { joined }]) => joined), ...held]) {
    const members = room.members.sort(comparePeerIds);
    const before = rooms.get(key);
    const same =
      before?.members.length === members.length && before.members.every((id, index) => id === members[index]);
    next.set(key, same ? before : { name: room.name, joined: room.joined, members });
  }
  return next;
}

function membersOf(people: People, key: string): readonly PeerId[] {
  const members = [...people.values()].filter(({ rooms }) => rooms.some((room) => foldRoomName(room) === key));
  return members.map(({ peerId }) => peerId).sort(comparePeerIds);
}

function foldedRooms(rooms: readonly string[]): Map<string, string> {
  return new Map(rooms.map((room) => [foldRoomName(room), room]));
}

function countForeign(rooms: Rooms): number {
  let count = 0;
  for (const { joined } of rooms.values()) if (!joined) count += 1;
  return count;
}
