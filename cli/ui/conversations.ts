// Who and what one can talk to: names and rooms looked up as people write them, and the entries of the side pane.

import type { Conversation, ConversationKey, Message, NodeState, Person, PlaceQuery, Room } from '../../src/index.ts';
import { displayLine } from './display-width.ts';
import { viewOf, type UiState } from './ui-state.ts';

/** Of the node before it is there. */
export const NO_STATE: NodeState = {
  phase: 'starting',
  self: { peerId: '', name: '' },
  people: new Map(),
  rooms: new Map(),
  conversations: new Map(),
  transfers: new Map(),
  calls: new Map(),
  interfaces: [],
  closedNetwork: false,
  warnings: [],
};

export interface Entry {
  readonly key: ConversationKey;
  readonly kind: 'everyone' | 'room' | 'person';
  /** Without `#`. */
  readonly name: string;
  readonly online: boolean;
  /** Rooms: whether oneself is in it. */
  readonly joined: boolean;
  readonly unread: number;
  readonly mentions: number;
  readonly current: boolean;
  /** Small words and signs behind a name. */
  readonly marks: string;
  /** Somebody else may be behind the name. */
  readonly alarm: boolean;
  /** A room with a password. */
  readonly closed: boolean;
  /** They are in a call with oneself, or there is a call in this room. */
  readonly talking: boolean;
}

const EVERYONE = 'everyone';

export function fold(name: string): string {
  return name.normalize('NFKC').toLocaleLowerCase('en');
}

export function personKey(peerId: string): ConversationKey {
  return `with:${peerId}`;
}

export function personOf(state: NodeState, key: ConversationKey): Person | undefined {
  return key.startsWith('with:') ? state.people.get(key.slice('with:'.length)) : undefined;
}

export function roomOf(state: NodeState, key: ConversationKey): Room | undefined {
  return key.startsWith('room:') ? state.rooms.get(key.slice('room:'.length)) : undefined;
}

/** A room as somebody writes it, with or without `#`. */
export function roomKeyOf(state: NodeState, written: string): ConversationKey | undefined {
  const wanted = fold(written.replace(/^#/, ''));
  if (wanted === EVERYONE) return EVERYONE;
  for (const [folded, room] of state.rooms)
    if (folded === wanted || fold(room.name) === wanted) return `room:${folded}`;
  return undefined;
}

export function personNamed(state: NodeState, written: string): Person | undefined {
  const wanted = fold(written.replace(/^@/, ''));
  for (const person of state.people.values()) if (fold(person.name) === wanted) return person;
  return undefined;
}

/** The conversation that a message stands in, as this node sees it. */
export function keyOfMessage(
  state: NodeState,
  { destination, author }: Pick<Message, 'destination' | 'author'>,
): ConversationKey {
  switch (destination.kind) {
    case 'everyone':
      return EVERYONE;
    case 'room':
      return roomKeyOf(state, destination.room) ?? `room:${fold(destination.room)}`;
    case 'person':
      return personKey(destination.peerId === state.self.peerId ? author : destination.peerId);
  }
}

export function nameOf(state: NodeState, peerId: string): string {
  if (peerId === state.self.peerId) return displayLine(state.self.name);
  const person = state.people.get(peerId);
  return displayLine(person?.name ?? `…${peerId.slice(-6)}`);
}

/** Where the node finds a conversation. */
export function placeOf(state: NodeState, key: ConversationKey): PlaceQuery {
  if (key === EVERYONE) return {};
  if (key.startsWith('with:')) return { with: key.slice('with:'.length) };
  return { room: roomOf(state, key)?.name ?? key.slice('room:'.length) };
}

/** `#`, or a key for a room with a password. */
export function roomSign(closed: boolean | undefined): string {
  return closed === true ? '⚿' : '#';
}

/** What a conversation is called in a heading: `# lunch` or a name. */
export function titleOf(state: NodeState, key: ConversationKey): string {
  if (key === EVERYONE) return '# everyone';
  if (!key.startsWith('room:')) return nameOf(state, key.slice('with:'.length));
  const room = roomOf(state, key);
  return `${roomSign(room?.closed)} ${displayLine(room?.name ?? key.slice('room:'.length))}`;
}

/** Here first, then by name; the same order everywhere on the screen. Blocked people are not in it. */
export function peopleEntries(state: NodeState, ui: UiState): Entry[] {
  return [...state.people.values()]
    .filter(({ peerId, blocked }) => blocked !== true || ui.current === personKey(peerId))
    .map((person) => personEntry(state, person, ui))
    .sort((left, right) => Number(right.online) - Number(left.online) || compareNames(left.name, right.name));
}

export function blockedNames(state: NodeState): string[] {
  const blocked = [...state.people.values()].filter((person) => person.blocked === true);
  return blocked.map(({ name }) => displayLine(name)).sort(compareNames);
}

function personEntry(state: NodeState, person: Person, ui: UiState): Entry {
  const key = personKey(person.peerId);
  const waiting = waitingFor(state, person);
  const marks = [
    person.trust === 'verified' ? '✓' : '',
    person.blocked === true ? 'blocked' : '',
    waiting === 0 ? '' : `${waiting} waiting`,
    person.via === 'legacy' ? 'legacy' : '',
    displayLine(person.status ?? ''),
  ];
  return {
    key,
    kind: 'person',
    name: displayLine(person.name),
    online: person.online,
    joined: true,
    unread: viewOf(ui, key).unread,
    mentions: viewOf(ui, key).mentions,
    current: ui.current === key,
    marks: marks.filter((mark) => mark !== '').join(' '),
    alarm: person.trust === 'changed',
    closed: false,
    talking: isTalkingWith(state, person.peerId),
  };
}

const waitingIn = new WeakMap<Conversation, number>();

/** One's own messages that are kept for somebody who is away. */
export function waitingFor(state: NodeState, { peerId, online }: Person): number {
  const conversation = online ? undefined : state.conversations.get(personKey(peerId));
  if (conversation === undefined) return 0;
  const known = waitingIn.get(conversation);
  if (known !== undefined) return known;
  const waiting = conversation.messages.filter(
    ({ own, deleted, deliveredTo }) => own && deleted !== true && !deliveredTo.includes(peerId),
  ).length;
  waitingIn.set(conversation, waiting);
  return waiting;
}

/** `everyone`, the rooms one is in, then the others. */
export function roomEntries(state: NodeState, ui: UiState): Entry[] {
  const rooms = [...state.rooms]
    .map(([folded, room]) => roomEntry(`room:${folded}`, 'room', room, ui, hasCall(state, folded)))
    .sort((left, right) => Number(right.joined) - Number(left.joined) || compareNames(left.name, right.name));
  return [roomEntry(EVERYONE, 'everyone', { name: EVERYONE, joined: true }, ui), ...rooms];
}

function roomEntry(
  key: ConversationKey,
  kind: Entry['kind'],
  { name, joined, closed = false }: Pick<Room, 'name' | 'joined' | 'closed'>,
  ui: UiState,
  talking = false,
): Entry {
  const { unread, mentions } = viewOf(ui, key);
  return {
    key,
    kind,
    name: displayLine(name),
    online: true,
    joined,
    unread,
    mentions,
    current: ui.current === key,
    marks: joined ? '' : 'out',
    alarm: false,
    closed,
    talking,
  };
}

/** In a call that one is in too. */
function isTalkingWith({ calls }: NodeState, peerId: string): boolean {
  for (const { phase, members } of calls.values()) {
    if (phase === 'incoming' || phase === 'open') continue;
    if (members.some((member) => member.peerId === peerId && member.phase === 'connected')) return true;
  }
  return false;
}

function hasCall({ calls }: NodeState, foldedRoom: string): boolean {
  for (const { destination } of calls.values())
    if (destination.kind === 'room' && fold(destination.room) === foldedRoom) return true;
  return false;
}

function compareNames(left: string, right: string): number {
  const [foldedLeft, foldedRight] = [fold(left), fold(right)];
  return foldedLeft < foldedRight ? -1 : foldedLeft > foldedRight ? 1 : 0;
}

/** The conversations that ctrl-n goes through: rooms one is in, people with messages or chosen before. */
export function openConversations(state: NodeState, ui: UiState): ConversationKey[] {
  const people = peopleEntries(state, ui).filter(({ key }) => ui.views.has(key) || state.conversations.has(key));
  const rooms = roomEntries(state, ui).filter(({ joined }) => joined);
  return [...people, ...rooms].map(({ key }) => key);
}

/** Whether oneself is named in a message. */
export function isCalled({ text, mentions: named }: Pick<Message, 'text' | 'mentions'>, { self }: NodeState): boolean {
  return named?.includes(self.peerId) === true || mentions(text, self.name);
}

/** Whether `text` calls somebody of this name: `@alice`. */
export function mentions(text: string, name: string): boolean {
  if (name === '') return false;
  const folded = fold(text);
  const wanted = `@${fold(name)}`;
  for (let at = folded.indexOf(wanted); at !== -1; at = folded.indexOf(wanted, at + 1)) {
    if (!/^[\p{L}\p{N}_]/u.test(folded.slice(at + wanted.length))) return true;
  }
  return false;
}
