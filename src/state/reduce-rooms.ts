// What events do to the rooms of the state. Who is in a room follows from what people say of themselves, and from the
// room's log where one takes part:
//
//   closed room                   the log alone: its members keep it out of their presence
//   open room, somebody is here   what they say now
//   open room, somebody is away   the log, if one has it; else what they said last

import { foldRoomName } from './names.ts';
import { comparePeerIds } from './peer-order.ts';
import type { NodeState, PeerId, Person, Room } from './values.ts';

/** Rooms that the state holds beyond one's own. */
export const FOREIGN_ROOMS_LIMIT = 500;
/** Members by its log that the state holds of a room. */
export const LOGGED_MEMBERS_LIMIT = 2000;

type Rooms = ReadonlyMap<string, Room>;
type People = ReadonlyMap<PeerId, Person>;

/** What of a person decides which rooms they are in. */
type Presence = Pick<Person, 'online' | 'rooms'>;

/** The rooms after somebody changed; `people` has the change in it. Undefined: not known (before, or any more). */
export function roomsAfterMove(
  rooms: Rooms,
  people: People,
  peerId: PeerId,
  before: Presence | undefined,
  after: Presence | undefined,
): Rooms {
  const mentioned = new Map([...foldedRooms(before?.rooms), ...foldedRooms(after?.rooms)]);
  if (before?.online !== after?.online)
    for (const [key, { name, logged }] of rooms) if (logged?.has(peerId) === true) mentioned.set(key, name);
  const moves = [...mentioned].filter(([key]) => {
    const room = rooms.get(key);
    return (room?.members.includes(peerId) ?? false) !== isMember(room, key, peerId, after);
  });
  if (moves.length === 0) return rooms;
  // At the limit some rooms are not held: who left may have made place for one of them.
  const foreign = countForeign(rooms);
  const entered = moves.filter(([key]) => !rooms.has(key)).length;
  if (foreign + entered > FOREIGN_ROOMS_LIMIT || foreign === FOREIGN_ROOMS_LIMIT) return rebuiltRooms(rooms, people);

  const next = new Map(rooms);
  for (const [key, name] of moves) {
    const room = next.get(key) ?? { name, joined: false, members: [] };
    const others = room.members.filter((member) => member !== peerId);
    const members = others.length < room.members.length ? others : [...others, peerId].sort(comparePeerIds);
    putRoom(next, key, { ...room, members });
  }
  return next;
}

export function roomsAfterJoining(rooms: Rooms, people: People, name: string, closed: boolean): Rooms {
  const key = foldRoomName(name);
  const known = rooms.get(key);
  if (known?.joined === true && (known.closed ?? false) === closed) return rooms;
  const logged = known?.joined === true && known.logged !== undefined ? { logged: known.logged } : {};
  const room: Room = { name, joined: true, ...(closed ? { closed } : {}), ...logged, members: [] };
  const next = new Map(rooms).set(key, { ...room, members: membersOf(room, key, people) });
  // One's own rooms don't count: there is place for another that was not held.
  return countForeign(rooms) === FOREIGN_ROOMS_LIMIT ? rebuiltRooms(next, people) : next;
}

/** What one is not in any more is a room like others': what their people say of it. */
export function roomsAfterLeaving(rooms: Rooms, people: People, name: string): Rooms {
  const key = foldRoomName(name);
  const known = rooms.get(key);
  if (known?.joined !== true) return rooms;
  const next = new Map(rooms);
  const room: Room = { name: known.name, joined: false, members: [] };
  putRoom(next, key, { ...room, members: membersOf(room, key, people) });
  return countForeign(next) > FOREIGN_ROOMS_LIMIT ? rebuiltRooms(next, people) : next;
}

/** Of a room of one's own its log is known now. */
export function roomMembersLogged(state: NodeState, name: string, members: readonly PeerId[]): Rooms {
  const { rooms, people, self } = state;
  const key = foldRoomName(name);
  const known = rooms.get(key);
  if (known?.joined !== true) return rooms;
  const others = [...new Set(members)].filter((peerId) => peerId !== self.peerId);
  // Keys are free: whom nobody here knows goes last.
  const byWorth = [...others.filter((peerId) => people.has(peerId)), ...others.filter((peerId) => !people.has(peerId))];
  const logged = new Set(byWorth.slice(0, LOGGED_MEMBERS_LIMIT));
  if (known.logged?.size === logged.size && [...logged].every((peerId) => known.logged?.has(peerId))) return rooms;
  const room = { ...known, logged };
  return new Map(rooms).set(key, withMembers(room, membersOf(room, key, people)));
}

/** The rooms after many people changed at once. */
export function rebuiltRooms(rooms: Rooms, people: People): Rooms {
  // Those stay in which somebody known is, then those that were held before: strangers can't push them out by making more.
  const found = new Map<string, { name: string; known: boolean; members: PeerId[] }>();
  for (const person of people.values()) {
    for (const [key, name] of foldedRooms(person.rooms)) {
      let room = found.get(key);
      if (room === undefined) found.set(key, (room = { name, known: false, members: [] }));
      room.members.push(person.peerId);
      room.known ||= person.trust === 'pinned' || person.trust === 'verified';
    }
  }
  const kept = [...found]
    .filter(([key]) => rooms.get(key)?.joined !== true)
    .sort(([leftKey, left], [rightKey, right]) => {
      const byKnown = Number(right.known) - Number(left.known);
      const byHeld = Number(rooms.has(rightKey)) - Number(rooms.has(leftKey));
      return byKnown !== 0 ? byKnown : byHeld !== 0 ? byHeld : leftKey < rightKey ? -1 : 1;
    })
    .slice(0, FOREIGN_ROOMS_LIMIT);
  const next = new Map<string, Room>();
  for (const [key, room] of rooms)
    if (room.joined) next.set(key, withMembers(room, membersOf(room, key, people, found.get(key)?.members ?? [])));
  for (const [key, { name, members }] of kept) {
    const before = rooms.get(key) ?? { name, joined: false, members: [] };
    next.set(key, withMembers(before, members.sort(comparePeerIds)));
  }
  return next;
}

function isMember(room: Room | undefined, key: string, peerId: PeerId, person: Presence | undefined): boolean {
  const byLog = room?.closed === true || person === undefined || (!person.online && room?.logged !== undefined);
  if (byLog) return room?.logged?.has(peerId) === true;
  return person.rooms.some((name) => foldRoomName(name) === key);
}

/** @param sayers those who said to be in it, or more */
function membersOf(room: Room, key: string, people: People, sayers: Iterable<PeerId> = people.keys()): PeerId[] {
  return [...new Set([...sayers, ...(room.logged ?? [])])]
    .filter((peerId) => isMember(room, key, peerId, people.get(peerId)))
    .sort(comparePeerIds);
}

function withMembers(room: Room, members: readonly PeerId[]): Room {
  const same = room.members.length === members.length && room.members.every((id, index) => id === members[index]);
  return same ? room : { ...room, members };
}

// A room that nobody is in is no room any more.
function putRoom(rooms: Map<string, Room>, key: string, room: Room): void {
  if (room.members.length === 0 && !room.joined) rooms.delete(key);
  else rooms.set(key, room);
}

function foldedRooms(rooms: readonly string[] = []): Map<string, string> {
  return new Map(rooms.map((room) => [foldRoomName(room), room]));
}

function countForeign(rooms: Rooms): number {
  let count = 0;
  for (const { joined } of rooms.values()) if (!joined) count += 1;
  return count;
}
