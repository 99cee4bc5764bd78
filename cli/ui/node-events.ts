// What events of the node change on the screen beyond the state: unread counts and lines about who came and went.

import type { Message, NodeEvent, NodeState, PeerId, Transfer } from '../../src/index.ts';
import { afterCall } from './call-events.ts';
import { isSaid } from './conversation-items.ts';
import { isCalled, keyOfMessage, nameOf, personKey } from './conversations.ts';
import { displayLine } from './display-width.ts';
import { noticeIn, type NoticeMaker } from './notices.ts';
import { readingAfter } from './reading.ts';
import { failureText } from './transfer-status.ts';
import { withArrival, withQuotes, type Notice, type UiState } from './ui-state.ts';

export function uiAfterEvent(
  ui: UiState,
  event: NodeEvent,
  state: NodeState,
  before: NodeState,
  maker: NoticeMaker,
): UiState {
  const read = withReadingAfter(ui, event, state, before);
  switch (event.type) {
    case 'message-added':
      return afterMessage(read, event.message, state);
    case 'messages-added':
      return event.messages.reduce((so, message) => afterMessage(so, message, state), read);
    case 'message-changed':
      return ui.quotes.has(event.message.id) ? withQuotes(read, new Map([[event.message.id, event.message]])) : read;
    case 'person-seen':
    case 'person-gone':
      return afterPerson(read, event.peerId, state, before, maker);
    case 'self-changed':
      if (before.self.name === state.self.name || before.self.name === '') return read;
      return noticeIn(read, ui.current, 'info', `You are now ${nameOf(state, state.self.peerId)}.`, state, maker);
    case 'call-changed':
    case 'call-answered':
    case 'call-ended':
      return afterCall(read, event, state, before, maker);
    case 'transfer-changed':
      return afterTransfer(read, event.transfer, state, before, maker);
    case 'warning':
      return noticeIn(read, ui.current, 'warning', event.warning.text, state, maker);
    default:
      return read;
  }
}

function afterMessage(ui: UiState, message: Message, state: NodeState): UiState {
  if (message.own || !isSaid(message) || message.deleted === true) return ui;
  if (state.people.get(message.author)?.blocked === true) return ui;
  const mentioned = isCalled(message, state);
  const calls = mentioned || message.destination.kind === 'person';
  return withArrival(ui, keyOfMessage(state, message), message, { mentioned, calls });
}

/** What is read of the history stays whole when messages come, change, or leave the state. */
function withReadingAfter(ui: UiState, event: NodeEvent, state: NodeState, before: NodeState): UiState {
  if (ui.reading === undefined) return ui;
  const { conversation } = ui.reading;
  const news = newsOf(event, ui.reading.messages).filter((message) => keyOfMessage(state, message) === conversation);
  const reading = readingAfter(ui.reading, before, state, news);
  return reading === ui.reading ? ui : { ...ui, reading };
}

function newsOf(event: NodeEvent, known: readonly Message[]): readonly Message[] {
  switch (event.type) {
    case 'message-added':
    case 'message-changed':
      return [event.message];
    case 'messages-added':
    case 'history-loaded':
      return event.messages;
    case 'message-delivered': {
      const message = known.find(({ id }) => id === event.messageId);
      if (message === undefined || message.deliveredTo.includes(event.peerId)) return [];
      return [{ ...message, deliveredTo: [...message.deliveredTo, event.peerId] }];
    }
    default:
      return [];
  }
}

/** That one has failed is said where it was offered, with the sentence that the row of a file has no room for. */
function afterTransfer(
  ui: UiState,
  transfer: Transfer,
  state: NodeState,
  before: NodeState,
  maker: NoticeMaker,
): UiState {
  const { id, phase, direction, author, name } = transfer;
  if (phase !== 'failed' || before.transfers.get(id)?.phase === 'failed') return ui;
  if (transfer.relayed === true || state.people.get(author)?.blocked === true) return ui;
  const what =
    direction === 'incoming'
      ? `${displayLine(name)} from ${nameOf(state, author)} has not arrived`
      : `${displayLine(name)} has not been sent`;
  const remedy = direction === 'incoming' ? ' /accept tries again.' : '';
  const text = `${what}: ${withStop(failureText(transfer, 'full'))}${remedy}`;
  return noticeIn(ui, keyOfMessage(state, transfer), 'error', text, state, maker);
}

function withStop(sentence: string): string {
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

function afterPerson(ui: UiState, peerId: PeerId, state: NodeState, before: NodeState, maker: NoticeMaker): UiState {
  const was = before.people.get(peerId);
  const is = state.people.get(peerId);
  if (is?.blocked === true) return ui;
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
