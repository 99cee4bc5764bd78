// The state as the interface shows it: rows of people, rooms and messages. Pure.

import type { Message, NodeState, PeerId, Person, Room, Trust, Via } from '../../src/index.ts';

export interface PeerRow {
  readonly peerId: PeerId;
  readonly name: string;
  readonly online: boolean;
  readonly status?: string;
  readonly via: Via;
  readonly rooms: readonly string[];
  readonly trust: Trust;
  readonly rttMs?: number;
}

export interface MemberRow {
  readonly peerId: PeerId;
  readonly name: string;
  readonly online: boolean;
}

export interface RoomRow {
  readonly room: string;
  readonly joined: boolean;
  readonly closed: boolean;
  readonly members: readonly MemberRow[];
}

export interface MessageRow {
  readonly id: string;
  readonly from: { readonly peerId: PeerId; readonly name: string; readonly via: Via };
  readonly to?: string;
  readonly toPeerId?: PeerId;
  readonly room?: string;
  readonly text: string;
  readonly at: number;
  readonly kind: 'text' | 'system';
  readonly replyTo?: string;
  readonly state?: 'waiting' | 'delivered';
}

export function peerRow(person: Person): PeerRow {
  return {
    peerId: person.peerId,
    name: person.name,
    online: person.online,
    ...(person.status === undefined || person.status === '' ? {} : { status: person.status }),
    via: person.via,
    rooms: person.rooms,
    trust: person.trust,
    ...(person.rttMs === undefined ? {} : { rttMs: person.rttMs }),
  };
}

/** Everybody known but oneself, by name. */
export function peerRows(state: NodeState): PeerRow[] {
  return [...state.people.values()].map(peerRow).sort((left, right) => compareTexts(left.name, right.name));
}

/** All rooms known, by name. `everyone` is none of them: all are in it, always. */
export function roomRows(state: NodeState): RoomRow[] {
  return [...state.rooms.values()]
    .map((room) => roomRow(room, state))
    .sort((left, right) => compareTexts(left.room, right.room));
}

function roomRow(room: Room, state: NodeState): RoomRow {
  const others = room.members.map((peerId) => ({
    peerId,
    name: nameOf(peerId, state),
    online: state.people.get(peerId)?.online ?? false,
  }));
  const self = { peerId: state.self.peerId, name: state.self.name, online: true };
  const members = room.joined ? [...others, self] : others;
  members.sort((left, right) => compareTexts(left.name, right.name));
  return { room: room.name, joined: room.joined, closed: false, members };
}

export function messageRow(message: Message, state: NodeState): MessageRow {
  const { destination } = message;
  return {
    id: message.id,
    from: {
      peerId: message.author,
      name: nameOf(message.author, state),
      via: state.people.get(message.author)?.via ?? 'p2p',
    },
    ...(destination.kind === 'person' ? receiver(message, destination.peerId, state) : {}),
    ...(destination.kind === 'room' ? { room: destination.room } : {}),
    text: message.text,
    at: message.at,
    kind: message.kind === 'text' ? 'text' : 'system',
    ...(message.replyTo === undefined ? {} : { replyTo: message.replyTo }),
    ...(message.own ? { state: deliveryOf(message) } : {}),
  };
}

/** A conversation of two is named after the other one; of a received message the receiver is oneself. */
function receiver(message: Message, otherId: PeerId, state: NodeState): { to: string; toPeerId: PeerId } {
  const toPeerId = message.own ? otherId : state.self.peerId;
  return { to: nameOf(toPeerId, state), toPeerId };
}

function deliveryOf(message: Message): 'waiting' | 'delivered' {
  const has = new Set(message.deliveredTo);
  return message.recipients.length > 0 && message.recipients.every((peerId) => has.has(peerId))
    ? 'delivered'
    : 'waiting';
}

/** The name shown for somebody; the id itself for one of whom nothing else is known. */
export function nameOf(peerId: PeerId, state: NodeState): string {
  if (peerId === state.self.peerId) return state.self.name;
  return state.people.get(peerId)?.name ?? peerId;
}

function compareTexts(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
