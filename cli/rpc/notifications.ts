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
import { callNotificationsOf } from './call-notifications.ts';
import { fileNotificationsOf } from './file-notifications.ts';
import { peerRow } from './rows.ts';
import type { RpcNotification } from './rpc-notification.ts';

/** Round trips change all the time and are read by peers.list; who was known earlier is in the first peers.list. */
const UNTOLD: ReadonlySet<NodeEvent['type']> = new Set(['rtt-measured', 'person-remembered', 'people-remembered']);

export function notificationsOf(event: NodeEvent, state: NodeState, before: NodeState): RpcNotification[] {
  if (UNTOLD.has(event.type)) return [];
  const told: RpcNotification[] = [];
  if (state.people !== before.people) told.push(...peopleChanges(state, before));
  if (state.rooms !== before.rooms && !isOwnRoomBusiness(event, state)) told.push(...roomChanges(event, state, before));
  told.push(...eventItself(event, state, before));
  return told;
}

/** Who is there when one comes (back) to a room is in rooms.list; only what changes from then on is news. */
function isOwnRoomBusiness({ type }: NodeEvent, { phase }: NodeState): boolean {
  return type === 'own-room-joined' || type === 'own-room-left' || (type === 'room-members' && phase === 'starting');
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
    (person.blocked ?? false) === (earlier.blocked ?? false) &&
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

function eventItself(event: NodeEvent, state: NodeState, before: NodeState): RpcNotification[] {
  switch (event.type) {
    case 'message-added':
      return arrivals([event.message], state);
    case 'messages-added':
      return arrivals(event.messages, state);
    case 'message-changed':
      return changeOfMessage(event.message, state, before);
    case 'message-delivered': {
      const { messageId: id, peerId } = event;
      const via = state.people.get(peerId)?.via ?? 'p2p';
      const params = { id, to: shownNameOf(peerId, state), toPeerId: peerId, peerId, via };
      return [{ method: 'message.delivered', params }];
    }
    case 'transfer-changed':
    case 'transfer-progress':
    case 'transfer-delivered':
      return fileNotificationsOf(event, state, before);
    case 'call-changed':
    case 'call-answered':
    case 'call-connected':
    case 'call-ended':
      return callNotificationsOf(event, state, before);
    case 'warning':
      return [{ method: 'warning', params: { code: event.warning.code, text: event.warning.text } }];
    default:
      return [];
  }
}

function arrivals(messages: readonly Message[], state: NodeState): RpcNotification[] {
  return messages
    .filter((message) => !message.own && isSaid(message) && !isHeldBack(message))
    .map((message) => ({ method: 'message', params: messageRow(message, state) }));
}

function changeOfMessage(message: Message, state: NodeState, before: NodeState): RpcNotification[] {
  if (!isSaid(message) || isHeldBack(message)) return [];
  const earlier = heldMessage(message, before);
  const isFirst = !message.own && earlier !== undefined && isHeldBack(earlier);
  if (!isFirst && earlier !== undefined && isOnlySigned(message, earlier, state)) return [];
  return [{ method: isFirst ? 'message' : 'message.changed', params: messageRow(message, state) }];
}

/** The author of a file has signed for the whole: file.received says so, and nothing that people see is different. */
function isOnlySigned(message: Message, earlier: Message, state: NodeState): boolean {
  if (message.file?.sha256 === undefined || earlier.file === undefined || earlier.file.sha256 !== undefined)
    return false;
  const file = { ...earlier.file, sha256: message.file.sha256 };
  return JSON.stringify(messageRow(message, state)) === JSON.stringify(messageRow({ ...earlier, file }, state));
}

/** Joins and leaves are told by room.joined and room.left. */
function isSaid({ kind }: Message): boolean {
  return kind === 'text' || kind === 'file';
}

/** What was said is to come yet: it is told when it is there, because a message is told once. */
function isHeldBack({ missing, deleted }: Message): boolean {
  return missing === true && deleted !== true;
}

function heldMessage({ id, destination }: Message, state: NodeState): Message | undefined {
  for (const conversation of state.conversations.values()) {
    const place = conversation.destination;
    if (place.kind !== destination.kind) continue;
    if (place.kind === 'person' && destination.kind === 'person' && place.peerId !== destination.peerId) continue;
    const found = conversation.messages.findLast((message) => message.id === id);
    if (found !== undefined) return found;
  }
  return undefined;
}
