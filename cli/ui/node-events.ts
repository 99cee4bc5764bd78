// What events of the node change on the screen beyond the state: unread counts and lines about who came and went.

import type { NodeEvent, NodeState, PeerId } from '../../src/index.ts';
import { keyOfMessage, mentions, messagesOf, nameOf, personKey } from './conversations.ts';
import { withArrival, withNotice, type Notice, type UiState } from './ui-state.ts';

export interface NoticeMaker {
  /** A fresh id. */
  readonly id: () => string;
  readonly now: () => number;
}

export function uiAfterEvent(
  ui: UiState,
  event: NodeEvent,
  state: NodeState,
  before: NodeState,
  maker: NoticeMaker,
): UiState {
  switch (event.type) {
    case 'message-added': {
      const { message } = event;
      if (message.own || message.kind !== 'text') return ui;
      return withArrival(ui, keyOfMessage(state, message), message.id, mentions(message.text, state.self.name));
    }
    case 'person-seen':
    case 'person-gone':
      return afterPerson(ui, event.peerId, state, before, maker);
    case 'self-changed':
      if (before.self.name === state.self.name || before.self.name === '') return ui;
      return noticeIn(ui, ui.current, 'info', `You are now ${nameOf(state, state.self.peerId)}.`, state, maker);
    case 'warning':
      return noticeIn(ui, ui.current, 'warning', event.warning.text, state, maker);
    default:
      return ui;
  }
}

function afterPerson(ui: UiState, peerId: PeerId, state: NodeState, before: NodeState, maker: NoticeMaker): UiState {
  const was = before.people.get(peerId);
  const is = state.people.get(peerId);
  const cameOrWent = (was?.online ?? false) !== (is?.online ?? false);
  const name = nameOf(is === undefined ? before : state, peerId);
  if (cameOrWent) {
    const came = is?.online === true;
    return inTheirPlaces(ui, peerId, came ? 'came' : 'went', `${name} ${came ? 'is here' : 'is away'}`, state, maker);
  }
  if (was !== undefined && is !== undefined && was.name !== is.name && is.online) {
    return inTheirPlaces(ui, peerId, 'info', `${nameOf(before, peerId)} is now called ${name}`, state, maker);
  }
  return ui;
}

/** In `everyone` and in the conversation with that person, if there is one. */
function inTheirPlaces(
  ui: UiState,
  peerId: PeerId,
  kind: Notice['kind'],
  text: string,
  state: NodeState,
  maker: NoticeMaker,
): UiState {
  const shared = noticeIn(ui, 'everyone', kind, text, state, maker);
  const key = personKey(peerId);
  const known = ui.views.has(key) || state.conversations.has(key);
  return known ? noticeIn(shared, key, kind, text, state, maker) : shared;
}

export function noticeIn(
  ui: UiState,
  key: string,
  kind: Notice['kind'],
  text: string,
  state: NodeState,
  maker: NoticeMaker,
): UiState {
  const afterId = messagesOf(state, key).at(-1)?.id;
  const notice: Notice = {
    id: maker.id(),
    at: maker.now(),
    kind,
    text,
    ...(afterId === undefined ? {} : { afterId }),
  };
  return withNotice(ui, key, notice);
}
