// What events do to the people of the state: who is known, here, trusted, and shown under which label.

import { assignLabels, isLabelTaken } from './labels.ts';
import { foldRoomName, NAMELESS } from './names.ts';
import { roomsAfterMove } from './reduce-rooms.ts';
import type { NodeEvent } from './events.ts';
import type { NodeState, PeerId, Person, Self } from './values.ts';

/** People that the state holds. Keys are free to make: somebody could show up under thousands. */
export const PEOPLE_LIMIT = 2000;
/** Open rooms of one person that the state holds. */
export const ROOMS_PER_PERSON_LIMIT = 64;

type EventOf<Type extends NodeEvent['type']> = Extract<NodeEvent, { type: Type }>;

export function personRemembered(state: NodeState, event: EventOf<'person-remembered'>): NodeState {
  const known = state.people.get(event.peerId);
  if (known !== undefined) {
    // Seen before it was remembered: what they say now counts, what one knew of them adds the trust.
    if (known.trust !== 'new' || event.pinnedAt === undefined) return state;
    return putPerson(state, { ...known, trust: 'pinned', pinnedAt: event.pinnedAt });
  }
  return putPerson(state, {
    peerId: event.peerId,
    name: '',
    claimedName: event.claimedName,
    online: false,
    linked: false,
    via: 'p2p',
    rooms: boundedRooms(event.rooms),
    ...(event.pinnedAt === undefined ? { trust: 'new' } : { trust: 'pinned', pinnedAt: event.pinnedAt }),
  });
}

export function personSeen(state: NodeState, event: EventOf<'person-seen'>): NodeState {
  const known = state.people.get(event.peerId);
  const rooms = boundedRooms(event.rooms);
  const { status: _status, rttMs, ...kept } = known ?? { name: '', trust: 'new' as const };
  return putPerson(state, {
    ...kept,
    peerId: event.peerId,
    claimedName: event.claimedName,
    ...(event.status === undefined ? {} : { status: event.status }),
    online: true,
    linked: event.linked,
    via: event.via,
    rooms: known !== undefined && sameItems(known.rooms, rooms) ? known.rooms : rooms,
    // Measured on a link; without one it says nothing.
    ...(event.linked && rttMs !== undefined ? { rttMs } : {}),
  });
}

/** Whoever goes stays in their rooms: members are who joined and has not left. */
export function personGone(state: NodeState, peerId: PeerId): NodeState {
  const known = state.people.get(peerId);
  if (known?.online !== true) return state;
  const { rttMs: _rttMs, ...kept } = known;
  return putPerson(state, { ...kept, online: false, linked: false });
}

export function trustChanged(state: NodeState, event: EventOf<'trust-changed'>): NodeState {
  const known = state.people.get(event.peerId);
  if (known === undefined || known.trust === event.trust) return state;
  const { pinnedAt, ...kept } = known;
  if (event.trust === 'new') return putPerson(state, { ...kept, trust: 'new' });
  if (event.trust === 'changed') return putPerson(state, { ...known, trust: 'changed' });
  return putPerson(state, { ...kept, trust: event.trust, pinnedAt: pinnedAt ?? event.at });
}

export function rttMeasured(state: NodeState, event: EventOf<'rtt-measured'>): NodeState {
  const known = state.people.get(event.peerId);
  return known?.online === true ? putPerson(state, { ...known, rttMs: event.rttMs }) : state;
}

export function selfChanged(state: NodeState, event: EventOf<'self-changed'>): NodeState {
  if (state.self.name === event.name && state.self.status === event.status) return state;
  const self: Self = {
    peerId: state.self.peerId,
    name: event.name,
    ...(event.status === undefined ? {} : { status: event.status }),
  };
  return { ...state, self, people: event.name === state.self.name ? state.people : relabelled(self, state.people) };
}

function putPerson(state: NodeState, person: Person): NodeState {
  const { peerId } = person;
  if (peerId === state.self.peerId) return state;
  const before = state.people.get(peerId);
  if (before !== undefined && samePerson(before, person)) return state;
  const leaving = before === undefined && state.people.size >= PEOPLE_LIMIT ? leastMissed(state, person) : undefined;
  if (leaving === 'nobody') return state;

  const people = new Map(state.people);
  if (leaving !== undefined) people.delete(leaving.peerId);
  people.set(peerId, person);
  let rooms = state.rooms;
  if (leaving !== undefined) rooms = roomsAfterMove(rooms, people, leaving.peerId, leaving.rooms, []);
  rooms = roomsAfterMove(rooms, people, peerId, before?.rooms ?? [], person.rooms);
  return { ...state, people: labelled(state, people, person, before, leaving), rooms };
}

// Labels depend on names and claims only, and somebody new under a free name changes nobody else's.
function labelled(
  state: NodeState,
  people: Map<PeerId, Person>,
  person: Person,
  before: Person | undefined,
  leaving: Person | undefined,
): ReadonlyMap<PeerId, Person> {
  if (before !== undefined && sameClaim(before, person)) return people;
  if (before === undefined && leaving === undefined) {
    const name = person.claimedName === '' ? NAMELESS : person.claimedName;
    if (!isLabelTaken(name, labelsOf(state))) return people.set(person.peerId, { ...person, name });
  }
  return relabelled(state.self, people);
}

function* labelsOf(state: NodeState): Iterable<string> {
  yield state.self.name;
  for (const person of state.people.values()) yield person.name;
}

function relabelled(self: Self, people: ReadonlyMap<PeerId, Person>): ReadonlyMap<PeerId, Person> {
  const labels = assignLabels(self, people.values());
  const changed = [...people.values()].filter(({ peerId, name }) => labels.get(peerId) !== name);
  if (changed.length === 0) return people;
  const next = new Map(people);
  for (const person of changed) next.set(person.peerId, { ...person, name: labels.get(person.peerId) ?? NAMELESS });
  return next;
}

// Who makes room for somebody else: strangers who are away, then strangers who are here by hearsay.
function leastMissed(state: NodeState, newcomer: Person): Person | 'nobody' {
  let least: Person | undefined;
  for (const person of state.people.values()) {
    if (least === undefined || missed(person) < missed(least)) least = person;
    if (missed(least) === 0) break;
  }
  return least !== undefined && missed(least) < missed(newcomer) ? least : 'nobody';
}

function missed(person: Person): number {
  return (
    (person.trust === 'pinned' || person.trust === 'verified' ? 4 : 0) +
    (person.linked ? 2 : 0) +
    (person.online ? 1 : 0)
  );
}

function boundedRooms(rooms: readonly string[]): readonly string[] {
  const kept = new Map<string, string>();
  for (const room of rooms) {
    if (kept.size >= ROOMS_PER_PERSON_LIMIT) break;
    if (!kept.has(foldRoomName(room))) kept.set(foldRoomName(room), room);
  }
  return [...kept.values()];
}

function sameClaim(left: Person, right: Person): boolean {
  return left.claimedName === right.claimedName && left.trust === right.trust && left.pinnedAt === right.pinnedAt;
}

function samePerson(left: Person, right: Person): boolean {
  return (
    sameClaim(left, right) &&
    left.status === right.status &&
    left.online === right.online &&
    left.linked === right.linked &&
    left.via === right.via &&
    left.rttMs === right.rttMs &&
    sameItems(left.rooms, right.rooms)
  );
}

function sameItems(left: readonly string[], right: readonly string[]): boolean {
  return left === right || (left.length === right.length && left.every((item, index) => item === right[index]));
}
