// The one place where the state changes: events in, next state out. Pure; what didn't change keeps its reference, so
// that comparing references tells front ends what to draw anew.

import {
  historyLoaded,
  messageChanged,
  messageDelivered,
  messagesAdded,
  roomConversationOpened,
  withinConversationLimit,
  withoutBlocked,
} from './reduce-messages.ts';
import {
  blockedChanged,
  peopleRemembered,
  personGone,
  personRemembered,
  personSeen,
  rttMeasured,
  selfChanged,
  trustChanged,
} from './reduce-people.ts';
import { roomMembersLogged, roomsAfterJoining, roomsAfterLeaving } from './reduce-rooms.ts';
import type { NodeEvent } from './events.ts';
import type { Call, LocalInterface, NodeState, Transfer } from './values.ts';
import { WARNING_LIMIT } from './values.ts';

export function reduce(state: NodeState, event: NodeEvent): NodeState {
  switch (event.type) {
    case 'started':
      return withPhase(state, 'running');
    case 'stopped':
      return withPhase(state, 'stopped');
    case 'self-changed':
      return selfChanged(state, event);
    case 'interfaces-changed':
      return sameInterfaces(state.interfaces, event.interfaces) ? state : { ...state, interfaces: event.interfaces };
    case 'person-remembered':
      return withoutBlockedIf(event.blocked, personRemembered(state, event));
    case 'people-remembered':
      return withoutBlockedIf(
        event.people.some(({ blocked }) => blocked),
        peopleRemembered(state, event.people),
      );
    case 'person-seen':
      return personSeen(state, event);
    case 'person-gone':
      return personGone(state, event.peerId);
    case 'trust-changed':
      return trustChanged(state, event);
    case 'rtt-measured':
      return rttMeasured(state, event);
    case 'own-room-joined': {
      const rooms = roomsAfterJoining(state.rooms, state.people, event.room, event.closed ?? false);
      return rooms === state.rooms ? state : roomConversationOpened({ ...state, rooms }, event.room);
    }
    case 'own-room-left': {
      const rooms = roomsAfterLeaving(state.rooms, state.people, event.room);
      return rooms === state.rooms ? state : withinConversationLimit({ ...state, rooms });
    }
    case 'message-added':
      return messagesAdded(state, [event.message]);
    case 'messages-added':
      return messagesAdded(state, event.messages);
    case 'history-loaded':
      return historyLoaded(state, event.messages);
    case 'message-changed':
      return messageChanged(state, event.message);
    case 'room-members': {
      const rooms = roomMembersLogged(state, event.room, event.members);
      return rooms === state.rooms ? state : { ...state, rooms };
    }
    case 'blocked-changed':
      return withoutBlockedIf(event.blocked, blockedChanged(state, event.peerId, event.blocked));
    case 'message-delivered':
      return messageDelivered(state, event.conversation, event.messageId, event.peerId);
    case 'transfers-restored':
      return withTransfers(state, event.transfers);
    case 'transfer-changed':
    case 'transfer-progress':
      return withTransfers(state, [event.transfer]);
    case 'transfer-delivered':
      return state;
    case 'transfer-forgotten':
      return withoutTransfer(state, event.id);
    case 'call-changed':
      return withCalls(state, (calls) => calls.set(event.call.id, event.call));
    case 'call-ended':
      return withCalls(state, (calls) => calls.delete(event.call.id));
    case 'call-answered':
    case 'call-connected':
      return state;
    case 'warning':
      return { ...state, warnings: [...state.warnings, event.warning].slice(-WARNING_LIMIT) };
  }
}

function withoutBlockedIf(condition: boolean | undefined, state: NodeState): NodeState {
  return condition === true ? withoutBlocked(state) : state;
}

function withTransfers(state: NodeState, changed: readonly Transfer[]): NodeState {
  const transfers = new Map(state.transfers);
  for (const transfer of changed) transfers.set(transfer.id, transfer);
  return { ...state, transfers };
}

function withoutTransfer(state: NodeState, id: string): NodeState {
  if (!state.transfers.has(id)) return state;
  const transfers = new Map(state.transfers);
  transfers.delete(id);
  return { ...state, transfers };
}

function withCalls(state: NodeState, change: (calls: Map<string, Call>) => unknown): NodeState {
  const calls = new Map(state.calls);
  change(calls);
  return { ...state, calls };
}

function withPhase(state: NodeState, phase: NodeState['phase']): NodeState {
  return state.phase === phase ? state : { ...state, phase };
}

function sameInterfaces(left: readonly LocalInterface[], right: readonly LocalInterface[]): boolean {
  return (
    left.length === right.length &&
    left.every(({ name, address }, index) => name === right[index]?.name && address === right[index].address)
  );
}
