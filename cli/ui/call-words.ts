// What is said about calls in the conversation: why nobody answered, what ended, what was missed. Pure.

import type { Call, NodeState } from '../../src/index.ts';
import { keyOfCall } from './call-state.ts';
import { nameOf, titleOf } from './conversations.ts';
import { clockText } from '../transfer-text.ts';

/** By code: what follows a name. */
const REFUSALS: Readonly<Record<string, string>> = {
  busy: 'is in another call',
  rejected: 'does not want to talk now',
  timeout: 'did not answer',
  offline: 'is not here',
  'call-full': 'has no place left in that call: it is full',
  lost: 'could not be reached any more',
  blocked: 'is blocked: /unblock first',
  'nobody-there': 'has nobody who could answer',
  'device-unavailable': 'has no sound that works',
  'not-in-room': 'is not in that room',
};

/** Why somebody did not take it: `bob is in another call.` */
export function refusalText(name: string, code: string): string {
  return `${name} ${REFUSALS[code] ?? 'could not take the call'}.`;
}

/** What became of a call that is over for oneself; undefined when nobody needs to hear of it. */
export function endText(call: Call, reason: string, state: NodeState, nowMs: number): string | undefined {
  const { phase, starter, destination, since } = call;
  if (reason === 'replaced') return undefined;
  const isRoom = destination.kind === 'room';
  const title = titleOf(state, keyOfCall(state, call));
  switch (phase) {
    case 'incoming':
      return reason === 'rejected' ? `You refused the call of ${nameOf(state, starter)}.` : missedText(call, state);
    case 'open':
      return `The call in ${title} is over.`;
    case 'calling':
    case 'ringing':
      if (reason === 'cancelled' || reason === 'hangup') return `You hung up before anybody answered.`;
      return isRoom ? `Nobody in ${title} answered.` : refusalText(title, reason);
    case 'connecting':
    case 'active': {
      const length = since === undefined ? '' : `, ${clockText((nowMs - since) / 1000)}`;
      if (reason === 'call-full') return 'That call is full: nobody else can join it now.';
      if (reason === 'lost') return `The call with ${title} broke off: nothing was heard any more${length}.`;
      return isRoom ? `You left the call in ${title}${length}.` : `The call with ${title} has ended${length}.`;
    }
  }
}

export function missedText({ starter, destination }: Pick<Call, 'starter' | 'destination'>, state: NodeState): string {
  const where = destination.kind === 'room' ? ` in # ${destination.room}` : '';
  return `Missed call from ${nameOf(state, starter)}${where}.`;
}
