// The state as the interface shows it: rows of people and rooms. (Those of messages are the library's: exports have them
// too.) Pure.

import {
  shownNameOf,
  type NodeState,
  type PeerId,
  type Person,
  type Room,
  type Trust,
  type Via,
} from '../../src/index.ts';

export interface PeerRow {
  readonly peerId: PeerId;
  readonly name: string;
  readonly online: boolean;
  readonly status?: string;
  readonly via: Via;
  readonly rooms: readonly string[];
  readonly trust: Trust;
  readonly blocked?: boolean;
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

export function peerRow(person: Person): PeerRow {
  return {
    peerId: person.peerId,
    name: person.name,
    online: person.online,
    ...(person.status === undefined || person.status === '' ? {} : { status: person.status }),
    via: person.via,
    rooms: person.rooms,
    trust: person.trust,
    ...(person.blocked === true ? { blocked: true } : {}),
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
    name: shownNameOf(peerId, state),
    online: state.people.get(peerId)?.online ?? false,
  }));
  const self = { peerId: state.self.peerId, name: state.self.name, online: true };
  const members = room.joined ? [...others, self] : others;
  members.sort((left, right) => compareTexts(left.name, right.name));
  return { room: room.name, joined: room.joined, closed: room.closed === true, members };
}

function compareTexts(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
