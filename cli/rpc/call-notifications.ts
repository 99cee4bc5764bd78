// What clients are told of calls: who calls, who answers, who is heard, and the end. Pure.

import { shownNameOf, type Call, type NodeEvent, type NodeState } from '../../src/index.ts';
import { callRow } from './call-rows.ts';
import type { RpcNotification } from './rpc-notification.ts';

type CallEvent = Extract<NodeEvent, { type: 'call-changed' | 'call-answered' | 'call-connected' | 'call-ended' }>;

export function callNotificationsOf(event: CallEvent, state: NodeState, before: NodeState): RpcNotification[] {
  switch (event.type) {
    case 'call-changed': {
      const changed = { method: 'call.changed', params: callRow(event.call, state) };
      return isIncoming(event.call, before) ? [incoming(event.call, state), changed] : [changed];
    }
    case 'call-answered': {
      const { callId, peerId, refusal: reason } = event;
      const params = { callId, peer: shownNameOf(peerId, state), peerId };
      return reason === undefined
        ? [{ method: 'call.accepted', params }]
        : [{ method: 'call.rejected', params: { ...params, reason } }];
    }
    case 'call-connected': {
      const { callId, peerId } = event;
      return [{ method: 'call.connected', params: { callId, peer: shownNameOf(peerId, state), peerId } }];
    }
    case 'call-ended':
      return [{ method: 'call.ended', params: { callId: event.call.id, reason: event.reason } }];
  }
}

/** It rings: told once, for nobody can call twice with one id while it is known. */
function isIncoming({ id, phase }: Call, { calls }: NodeState): boolean {
  return phase === 'incoming' && calls.get(id)?.phase !== 'incoming';
}

function incoming({ id, starter, destination, mode }: Call, state: NodeState): RpcNotification {
  const room = destination.kind === 'room' ? { room: destination.room } : {};
  const from = shownNameOf(starter, state);
  return { method: 'call.incoming', params: { callId: id, from, fromPeerId: starter, ...room, mode } };
}
