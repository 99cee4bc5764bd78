// What happened in the node -> what a client is told. Pure: (event, state, before) -> notifications. People and rooms are
// compared rather than read from the event, because one event can change others too (a newcomer turns `bob` to `bob_1`).

import {
  messageRow,
  shownNameOf,
  type Message,
  type NodeEvent,
  type NodeState,
  type PeerId,
  type Person,
} from '../../src/index.ts';
import { peerRow } from './rows.ts';

export interface RpcNotification {
  readonly method: string;
  readonly params: unknown;
}

export function notificationsOf(event: NodeEvent, state: NodeState, before: NodeState): RpcNotification[] {
  // Round trips change all the time and are read by peers.list; who was known earlier is in the first peers.list.
  if (event.type === 'rtt-measured' || event.type === 'person-remembered') return [];
  const told: RpcNotification[] = [];
  if (state.people !== before.people) told.push(...peopleChanges(state, before));
  if (state.rooms !== before.rooms) told.push(...roomChanges(event, state, before));
  told.push(...eventItself(event, state));
  return told;
}

function peopleChanges(state: NodeState, before: NodeState): RpcNotification[] {
  const told: RpcNotification[] = [];
  for (const [peerId, person] of state.people) {
    const earlier = before.people.get(peerId);
    if (earlier === person) continue;
    const method = changeOf(person, earlier);
    if (method !== undefined) told.push({ method, params: peerRow(person) });
  }
  for (const [peerId, person] of before.people) {
    if (!state.people.has(peerId) && person.online)
      told.push({ method: 'peer.offline', params: peerRow({ ...person, online: false }) });
  }
  return told;
}

function changeOf(person: Person, earlier: Person | undefined): string | undefined {
  if (person.online && earlier?.online !== true) return 'peer.online';
  if (earlier === undefined) return undefined;
  if (!person.online && earlier.online) return 'peer.offline';
  const same =
    person.name === earlier.name &&
    (person.status ?? '') === (earlier.status ?? '') &&
    person.trust === earlier.trust &&
    person.via === earlier.via &&
    person.rooms.length === earlier.rooms.length &&
    person.rooms.every((room, index) => room === earlier.rooms[index]);
  return same ? undefined : 'peer.changed';
}

function roomChanges(event: NodeEvent, state: NodeState, before: NodeState): RpcNotification[] {
  const told: RpcNotification[] = [];
  const tell = (method: string, room: string, peerId: PeerId, names: NodeState): void => {
    told.push({ method, params: { room, peer: shownNameOf(peerId, names), peerId } });
  };
  for (const [key, room] of state.rooms) {
    const earlier = before.rooms.get(key);
    if (earlier === room) continue;
    const first = 'peerId' in event && room.members.includes(event.peerId) ? event.peerId : room.members[0];
    // One's own rooms come as the reply to rooms.create and rooms.join.
    if (earlier === undefined && first !== undefined) tell('room.created', room.name, first, state);
    const was = new Set(earlier?.members);
    const is = new Set(room.members);
    for (const peerId of is) if (!was.has(peerId)) tell('room.joined', room.name, peerId, state);
    for (const peerId of was) if (!is.has(peerId)) tell('room.left', room.name, peerId, known(peerId, state, before));
  }
  for (const [key, room] of before.rooms) {
    if (state.rooms.has(key)) continue;
    for (const peerId of room.members) tell('room.left', room.name, peerId, known(peerId, state, before));
  }
  return told;
}

/** Where the name of somebody who may just have been forgotten still stands. */
function known(peerId: PeerId, state: NodeState, before: NodeState): NodeState {
  return state.people.has(peerId) ? state : before;
}

function eventItself(event: NodeEvent, state: NodeState): RpcNotification[] {
  switch (event.type) {
    case 'message-added': {
      const { message } = event;
      // Joins and leaves are told by room.joined and room.left.
      if (message.own || message.kind !== 'text') return [];
      return [{ method: 'message', params: messageRow(message, state) }];
    }
    case 'message-delivered': {
      const { messageId: id, peerId } = event;
      const via = state.people.get(peerId)?.via ?? 'p2p';
      const params = { id, to: shownNameOf(peerId, state), toPeerId: peerId, peerId, via };
      return [{ method: 'message.delivered', params }];
    }
    case 'warning':
      return [{ method: 'warning', params: { code: event.warning.code, text: event.warning.text } }];
    default:
      return [];
  }
}
