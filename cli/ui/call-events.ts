// What calls leave in the conversation: lines about who did not answer, what ended, what was missed.

import type { Call, NodeEvent, NodeState } from '../../src/index.ts';
import { keyOfCall } from './call-state.ts';
import { endText, missedText, refusalText } from './call-words.ts';
import { nameOf } from './conversations.ts';
import { noticeIn, type NoticeMaker } from './notices.ts';
import type { UiState } from './ui-state.ts';

type CallEvent = Extract<NodeEvent, { type: 'call-changed' | 'call-answered' | 'call-ended' }>;

export function afterCall(
  ui: UiState,
  event: CallEvent,
  state: NodeState,
  before: NodeState,
  maker: NoticeMaker,
): UiState {
  switch (event.type) {
    case 'call-changed':
      return afterChange(ui, event.call, state, before, maker);
    case 'call-answered': {
      const call = state.calls.get(event.callId) ?? before.calls.get(event.callId);
      // Between two, the end that follows says it.
      if (event.refusal === undefined || call?.destination.kind !== 'room') return ui;
      const text = refusalText(nameOf(state, event.peerId), event.refusal);
      return noticeIn(ui, keyOfCall(state, call), 'info', text, state, maker);
    }
    case 'call-ended': {
      const { reason } = event;
      // How it was until now; one that is over may not remember whether anybody ever answered.
      const call = before.calls.get(event.call.id) ?? event.call;
      if (isOfBlocked(call, state)) return ui;
      if (call.phase === 'incoming' && reason !== 'rejected' && reason !== 'replaced')
        return missed(ui, call, state, maker);
      const text = endText(call, reason, state, maker.now());
      const kind = reason === 'hangup' || reason === 'rejected' || reason === 'cancelled' ? 'info' : 'warning';
      return text === undefined ? ui : noticeIn(ui, keyOfCall(state, call), kind, text, state, maker);
    }
  }
}

function afterChange(ui: UiState, call: Call, state: NodeState, before: NodeState, maker: NoticeMaker): UiState {
  const earlier = before.calls.get(call.id);
  if (isOfBlocked(call, state)) return ui;
  // It rang and does no more, but others talk there.
  if (call.phase === 'open' && earlier?.phase === 'incoming') {
    const text = `You did not take the call of ${nameOf(state, call.starter)}. It goes on: /call joins.`;
    return noticeIn(ui, keyOfCall(state, call), 'info', text, state, maker);
  }
  return ui;
}

/** Where it belongs, and where one is looking. */
function missed(ui: UiState, call: Call, state: NodeState, maker: NoticeMaker): UiState {
  const key = keyOfCall(state, call);
  const text = missedText(call, state);
  const told = noticeIn(ui, key, 'warning', text, state, maker);
  return key === ui.current ? told : noticeIn(told, ui.current, 'warning', text, state, maker);
}

function isOfBlocked({ starter }: Call, { people }: NodeState): boolean {
  return people.get(starter)?.blocked === true;
}
