// Which calls there are for the screen: the one that one is in, those that ring, those that one could join. Pure.

import type { Call, ConversationKey, NodeState } from '../../src/index.ts';
import { keyOfMessage } from './conversations.ts';

type CallsState = Pick<NodeState, 'calls'>;

/** The one that one is in, or on the way into. */
export function currentCall({ calls }: CallsState): Call | undefined {
  for (const call of calls.values()) if (call.phase !== 'incoming' && call.phase !== 'open') return call;
  return undefined;
}

/** Oldest first; nobody blocked can make it ring. */
export function ringingCalls({ calls, people }: Pick<NodeState, 'calls' | 'people'>): Call[] {
  return [...calls.values()].filter(
    ({ phase, starter }) => phase === 'incoming' && people.get(starter)?.blocked !== true,
  );
}

/** One that goes on in this room without oneself. */
export function openCallIn(state: NodeState, key: ConversationKey): Call | undefined {
  for (const call of state.calls.values())
    if (call.phase === 'open' && call.members.length > 0 && keyOfCall(state, call) === key) return call;
  return undefined;
}

export function keyOfCall(state: NodeState, { destination, starter }: Call): ConversationKey {
  return keyOfMessage(state, { destination, author: starter });
}

/** Whether one's own camera is to be on. */
export function sendsVideo({ videoMuted }: Call): boolean {
  return !videoMuted;
}
