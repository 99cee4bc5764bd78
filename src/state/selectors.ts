// Questions that front ends and services ask of the state. Answers that are lists keep their reference for as long as
// what they were made of does.

import { guestPartsOf } from './guest-ids.ts';
import { foldName, foldRoomName } from './names.ts';
import type { Conversation, Destination, NodeState, PeerId, Person, Room } from './values.ts';
import { conversationKeyOf } from './values.ts';

/** Somebody by shown name (also in another case, or one that looks like it) or by peer id. */
export function findPerson(state: NodeState, nameOrId: string): Person | undefined {
  // No name is as long as a peer id, so nobody can be called by somebody else's.
  const named = state.people.get(nameOrId);
  if (named !== undefined) return named;
  const wanted = nameOrId.normalize('NFC').trim();
  const key = foldName(wanted);
  let alike: Person | undefined;
  let alikes = 0;
  for (const person of state.people.values()) {
    if (person.name === wanted) return person;
    if (foldName(person.name) !== key) continue;
    alike = person;
    alikes += 1;
  }
  if (alikes === 1) return alike;
  return state.people.get(wanted);
}

/** What somebody is called here; for whoever isn't known, the end of their id. */
export function nameOf(state: NodeState, peerId: PeerId): string {
  if (peerId === state.self.peerId) return state.self.name;
  const known = state.people.get(peerId)?.name;
  if (known !== undefined) return known;
  const guest = guestPartsOf(peerId);
  return guest === undefined ? `…${peerId.slice(-8)}` : `${guest.name}@${nameOf(state, guest.host)}`;
}

/** Everybody who is here, by name. */
export const onlinePeople: (state: NodeState) => readonly Person[] = perPeople((people) =>
  [...people.values()].filter(({ online }) => online).sort(byName),
);

/** Everybody known, by name. */
export const allPeople: (state: NodeState) => readonly Person[] = perPeople((people) =>
  [...people.values()].sort(byName),
);

export function findRoom(state: NodeState, room: string): Room | undefined {
  return state.rooms.get(foldRoomName(room));
}

const membersOfRooms = new WeakMap<Room, { people: NodeState['people']; members: readonly Person[] }>();

/** Everybody known to be in this room, here or away, without oneself, by name. Empty when there is no such room. */
export function roomMembers(state: NodeState, room: string): readonly Person[] {
  const found = findRoom(state, room);
  if (found === undefined) return NOBODY;
  const known = membersOfRooms.get(found);
  if (known?.people === state.people) return known.members;
  const members = found.members.flatMap((peerId) => state.people.get(peerId) ?? []).sort(byName);
  membersOfRooms.set(found, { people: state.people, members });
  return members;
}

/** All open rooms known, by name. */
export const allRooms: (state: NodeState) => readonly Room[] = perRooms((rooms) => [...rooms.values()].sort(byName));

/** The rooms that oneself is in, by name. */
export const joinedRooms: (state: NodeState) => readonly Room[] = perRooms((rooms) =>
  [...rooms.values()].filter(({ joined }) => joined).sort(byName),
);

export function conversationOf(state: NodeState, destination: Destination): Conversation | undefined {
  return state.conversations.get(conversationKeyOf(destination, foldRoomName));
}

const NOBODY: readonly Person[] = [];

function perPeople<Answer>(select: (people: NodeState['people']) => Answer): (state: NodeState) => Answer {
  const remembered = perObject(select);
  return (state) => remembered(state.people);
}

function perRooms<Answer>(select: (rooms: NodeState['rooms']) => Answer): (state: NodeState) => Answer {
  const remembered = perObject(select);
  return (state) => remembered(state.rooms);
}

function perObject<Question extends object, Answer>(
  select: (question: Question) => Answer,
): (question: Question) => Answer {
  const answers = new WeakMap<Question, { readonly answer: Answer }>();
  return (question) => {
    let known = answers.get(question);
    if (known === undefined) answers.set(question, (known = { answer: select(question) }));
    return known.answer;
  };
}

// By code unit after folding, not by locale: the same on every machine.
function byName(left: { readonly name: string }, right: { readonly name: string }): number {
  const [leftKey, rightKey] = [foldRoomName(left.name), foldRoomName(right.name)];
  return leftKey < rightKey ? -1 : leftKey > rightKey ? 1 : 0;
}
