// What events do to the people of the state: who is known, here, trusted, blocked, and shown under which label.

import { isTrusted, withAllChangedNames, withChangedNames } from './changed-names.ts';
import { assignLabels, isLabelTaken } from './labels.ts';
import { guestPartsOf } from './guest-ids.ts';
import { foldRoomName, NAMELESS } from './names.ts';
import { rebuiltRooms, roomsAfterMove } from './reduce-rooms.ts';
import { sameClaim, sameItems, samePerson } from './same-person.ts';
import type { NodeEvent, Remembrance } from './events.ts';
import { conversationKeyOf, type NodeState, type PeerId, type Person, type Self } from './values.ts';

/** People that the state holds. Keys are free to make: somebody could show up under thousands. */
export const PEOPLE_LIMIT = 2000;
/** Open rooms of one person that the state holds. */
export const ROOMS_PER_PERSON_LIMIT = 64;

type EventOf<Type extends NodeEvent['type']> = Extract<NodeEvent, { type: Type }>;

export function personRemembered(state: NodeState, person: Remembrance): NodeState {
  return putPerson(state, remembered(state.people.get(person.peerId), person));
}

/** One by one a thousand people cost a third of a second: each looks at all the others. */
export function peopleRemembered(state: NodeState, remembrances: readonly Remembrance[]): NodeState {
  if (state.people.size + remembrances.length > PEOPLE_LIMIT) return remembrances.reduce(personRemembered, state);
  const people = new Map(state.people);
  let isChanged = false;
  for (const remembrance of remembrances) {
    if (remembrance.peerId === state.self.peerId) continue;
    const before = people.get(remembrance.peerId);
    const after = remembered(before, remembrance);
    if (before !== undefined && samePerson(before, after)) continue;
    people.set(after.peerId, after);
    isChanged = true;
  }
  if (!isChanged) return state;
  withAllChangedNames(people);
  return { ...state, people: relabelled(state.self, people), rooms: rebuiltRooms(state.rooms, people) };
}

function remembered(known: Person | undefined, event: Remembrance): Person {
  const { peerId, claimedName } = event;
  const blocked = event.blocked === true ? { blocked: true } : {};
  // Verified is more than pinned, since whenever.
  const pinnedAt = event.pinnedAt ?? (event.verified === true ? 0 : undefined);
  if (known === undefined) {
    const rooms = event.blocked === true ? [] : boundedRooms(event.rooms);
    const away = { name: '', online: false, linked: false, via: 'p2p' } as const;
    return { ...away, peerId, claimedName, rooms, ...blocked, ...trustSince(pinnedAt, event.verified) };
  }
  // Seen before it was remembered: what they say now counts, what one knew of them adds the trust.
  const merged =
    pinnedAt === undefined
      ? known
      : {
          ...known,
          ...trustSince(
            Math.min(pinnedAt, known.pinnedAt ?? pinnedAt),
            event.verified === true || known.trust === 'verified',
          ),
        };
  return event.blocked === true ? blockedPerson(merged) : merged;
}

function trustSince(pinnedAt: number | undefined, verified = false): Pick<Person, 'trust' | 'pinnedAt'> {
  return pinnedAt === undefined ? { trust: 'new' } : { trust: verified ? 'verified' : 'pinned', pinnedAt };
}

/** Blocked people are not here, wherever they are. */
export function personSeen(state: NodeState, event: EventOf<'person-seen'>): NodeState {
  const known = state.people.get(event.peerId);
  if (known?.blocked === true) return state;
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
  if (guestPartsOf(peerId) !== undefined && known.blocked !== true) return guestGone(state, known);
  const { rttMs: _rttMs, ...kept } = known;
  return putPerson(state, { ...kept, online: false, linked: false });
}

/** Guests are nobody without their super-peer: only those are remembered with whom one has talked. */
function guestGone(state: NodeState, guest: Person): NodeState {
  if (state.conversations.has(conversationKeyOf({ kind: 'person', peerId: guest.peerId }, foldRoomName)))
    return putPerson(state, { ...guest, online: false, rooms: [] });
  const people = new Map(state.people);
  people.delete(guest.peerId);
  const rooms = roomsAfterMove(state.rooms, people, guest.peerId, guest, undefined);
  const isShared = [...people.values()].some(({ claimedName }) => claimedName === guest.claimedName);
  return { ...state, people: isShared ? relabelled(state.self, people) : people, rooms };
}

export function trustChanged(state: NodeState, event: EventOf<'trust-changed'>): NodeState {
  const known = state.people.get(event.peerId);
  if (known === undefined || known.trust === event.trust || event.trust === 'changed') return state;
  const { pinnedAt, ...kept } = known;
  if (event.trust === 'new') return isTrusted(known) ? putPerson(state, { ...kept, trust: 'new' }) : state;
  return putPerson(state, { ...kept, trust: event.trust, pinnedAt: pinnedAt ?? event.at });
}

export function blockedChanged(state: NodeState, peerId: PeerId, blocked: boolean): NodeState {
  const known = state.people.get(peerId);
  if (known === undefined || (known.blocked ?? false) === blocked) return state;
  if (blocked) return putPerson(state, blockedPerson(known));
  const { blocked: _blocked, ...free } = known;
  return putPerson(state, free);
}

function blockedPerson(person: Person): Person {
  const { status: _status, rttMs: _rttMs, ...kept } = person;
  return { ...kept, online: false, linked: false, rooms: [], blocked: true };
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
  if (leaving !== undefined) rooms = roomsAfterMove(rooms, people, leaving.peerId, leaving, undefined);
  rooms = roomsAfterMove(rooms, people, peerId, before, person);
  // (Whoever leaves guards no name: strangers never take the place of people one knows.)
  withChangedNames(people, before, person);
  return { ...state, people: labelled(state, people, people.get(peerId) ?? person, before, leaving), rooms };
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
  return (isTrusted(person) || person.blocked === true ? 4 : 0) + (person.linked ? 2 : 0) + (person.online ? 1 : 0);
}

function boundedRooms(rooms: readonly string[]): readonly string[] {
  const kept = new Map<string, string>();
  for (const room of rooms) {
    if (kept.size >= ROOMS_PER_PERSON_LIMIT) break;
    if (!kept.has(foldRoomName(room))) kept.set(foldRoomName(room), room);
  }
  return [...kept.values()];
}
