// What events do to the conversations of the state: what is said in them, what becomes of it, and who has it.

import { indexOfMessage, withMessages } from './message-list.ts';
import { foldRoomName } from './names.ts';
import { PEOPLE_LIMIT } from './reduce-people.ts';
import { sameMessage } from './same-message.ts';
import type { Conversation, ConversationKey, Destination, Message, NodeState, PeerId } from './values.ts';
import { conversationKeyOf } from './values.ts';

/** Conversations that the state holds beyond `everyone` and the rooms joined. */
export const OTHER_CONVERSATIONS_LIMIT = 500;

type Conversations = ReadonlyMap<ConversationKey, Conversation>;

/** What was said makes its conversation the most active one. Nothing of blocked people is taken. */
export function messagesAdded(state: NodeState, messages: readonly Message[]): NodeState {
  let conversations: Map<ConversationKey, Conversation> | undefined;
  const shares = byConversation(state, messages).sort((left, right) => left.last - right.last);
  for (const { key, destination, added } of shares) {
    const before = state.conversations.get(key);
    const after = withMessages(before?.messages ?? [], added);
    if (after === before?.messages) continue;
    conversations ??= new Map(state.conversations);
    conversations.delete(key);
    conversations.set(key, { key, destination: before?.destination ?? destination, messages: after });
    if (before === undefined) forgetQuietest(state, conversations, key);
  }
  return conversations === undefined ? state : { ...state, conversations };
}

/**
 * What was said in earlier runs makes nothing active. Conversations that it opens are quieter than all that are there, so
 * the newest are to be loaded first; when there is no place for them they stay history.
 */
export function historyLoaded(state: NodeState, messages: readonly Message[]): NodeState {
  const changed = new Map<ConversationKey, Conversation>();
  const opened: Conversation[] = [];
  let place = OTHER_CONVERSATIONS_LIMIT - countOthers(state, state.conversations);
  for (const { key, destination, added } of byConversation(state, messages)) {
    const before = state.conversations.get(key);
    const after = withMessages(before?.messages ?? [], added);
    if (before !== undefined) {
      if (after !== before.messages) changed.set(key, { ...before, messages: after });
    } else if (isKept(state, destination) || place-- > 0) opened.push({ key, destination, messages: after });
  }
  if (changed.size === 0 && opened.length === 0) return state;
  const there = [...state.conversations.values()].map((held) => changed.get(held.key) ?? held);
  return { ...state, conversations: mapOf([...opened.reverse(), ...there]) };
}

/** The message as it is now, in the place of what was held of it. */
export function messageChanged(state: NodeState, message: Message): NodeState {
  const conversation = state.conversations.get(keyOf(placeOf(state, message)));
  const index = conversation === undefined ? -1 : indexOfMessage(conversation.messages, message);
  const held = conversation?.messages[index];
  if (conversation === undefined || held === undefined) return state;
  // A receipt may have come while the change was made from what was known before it.
  const newer = held.deliveredTo.filter((peerId) => !message.deliveredTo.includes(peerId));
  const seen = visible(state, message);
  const next = newer.length === 0 ? seen : { ...seen, deliveredTo: [...message.deliveredTo, ...newer] };
  if (sameMessage(held, next)) return state;
  return withConversation(state, { ...conversation, messages: conversation.messages.with(index, next) });
}

export function messageDelivered(
  state: NodeState,
  conversationKey: ConversationKey,
  messageId: string,
  peerId: PeerId,
): NodeState {
  const conversation = state.conversations.get(conversationKey);
  // Receipts are for what was said last, nearly always.
  const index = conversation?.messages.findLastIndex(({ id }) => id === messageId) ?? -1;
  const message = conversation?.messages[index];
  if (conversation === undefined || message === undefined) return state;
  if (message.deliveredTo.includes(peerId) || message.deliveredTo.length >= PEOPLE_LIMIT) return state;
  const next = { ...message, deliveredTo: [...message.deliveredTo, peerId] };
  return withConversation(state, { ...conversation, messages: conversation.messages.with(index, next) });
}

/** What blocked people said and how they reacted is gone. */
export function withoutBlocked(state: NodeState): NodeState {
  const left: Conversation[] = [];
  let isChanged = false;
  for (const conversation of state.conversations.values()) {
    const { destination } = conversation;
    const messages = conversation.messages
      .filter(({ author }) => !isBlocked(state, author))
      .map((message) => visible(state, message));
    const same = messages.length === conversation.messages.length && messages.every(isAt(conversation.messages));
    const isEmptied = messages.length === 0 && destination.kind === 'person' && isBlocked(state, destination.peerId);
    isChanged ||= !same || isEmptied;
    if (!isEmptied) left.push(same ? conversation : { ...conversation, messages });
  }
  return isChanged ? { ...state, conversations: mapOf(left) } : state;
}

/** The conversation of a room that was joined. */
export function roomConversationOpened(state: NodeState, room: string): NodeState {
  const destination: Destination = { kind: 'room', room };
  const key = keyOf(destination);
  if (state.conversations.has(key)) return state;
  const conversations = new Map(state.conversations).set(key, { key, destination, messages: [] });
  return { ...state, conversations };
}

/** Keeps within the limit, after a room became one that was left. */
export function withinConversationLimit(state: NodeState): NodeState {
  const conversations = new Map(state.conversations);
  forgetQuietest(state, conversations);
  return conversations.size === state.conversations.size ? state : { ...state, conversations };
}

interface Share {
  readonly key: ConversationKey;
  readonly destination: Destination;
  readonly added: Message[];
  /** Index of its last message among all. */
  last: number;
}

/** In the order of each one's first message. */
function byConversation(state: NodeState, messages: readonly Message[]): Share[] {
  const shares = new Map<ConversationKey, Share>();
  for (const [index, message] of messages.entries()) {
    if (isBlocked(state, message.author)) continue;
    const destination = placeOf(state, message);
    const key = keyOf(destination);
    let share = shares.get(key);
    if (share === undefined) shares.set(key, (share = { key, destination, added: [], last: index }));
    share.added.push(visible(state, message));
    share.last = index;
  }
  return [...shares.values()];
}

// A private message belongs to the conversation with the other one, whichever of the two its destination names.
function placeOf(state: NodeState, { destination, author }: Message): Destination {
  if (destination.kind !== 'person' || destination.peerId !== state.self.peerId) return destination;
  return { kind: 'person', peerId: author };
}

function keyOf(destination: Destination): ConversationKey {
  return conversationKeyOf(destination, foldRoomName);
}

/** Without what blocked people make of it. */
function visible(state: NodeState, message: Message): Message {
  const { reactions } = message;
  if (reactions?.some(({ by }) => by.some((peerId) => isBlocked(state, peerId))) !== true) return message;
  const { reactions: _reactions, ...rest } = message;
  const shown = reactions
    .map(({ emoji, by }) => ({ emoji, by: by.filter((peerId) => !isBlocked(state, peerId)) }))
    .filter(({ by }) => by.length > 0);
  return shown.length === 0 ? rest : { ...rest, reactions: shown };
}

function isBlocked(state: NodeState, peerId: PeerId): boolean {
  return state.people.get(peerId)?.blocked === true;
}

function isAt<Item>(list: readonly Item[]): (item: Item, index: number) => boolean {
  return (item, index) => list[index] === item;
}

// Its place in the order of activity stays.
function withConversation(state: NodeState, conversation: Conversation): NodeState {
  return { ...state, conversations: new Map(state.conversations).set(conversation.key, conversation) };
}

function mapOf(conversations: readonly Conversation[]): Conversations {
  return new Map(conversations.map((conversation) => [conversation.key, conversation]));
}

// The map's order is that of activity, the quietest conversation first: so it is known which to forget. Those with
// verified people go last: nobody can push them out under other keys.
function forgetQuietest(state: NodeState, conversations: Map<ConversationKey, Conversation>, newest?: string): void {
  let surplus = countOthers(state, conversations) - OTHER_CONVERSATIONS_LIMIT;
  if (surplus <= 0) return;
  const candidates = [...conversations.values()].filter(
    ({ key, destination }) => key !== newest && !isKept(state, destination),
  );
  const quietest = [
    ...candidates.filter((conversation) => !isVerified(state, conversation)),
    ...candidates.filter((conversation) => isVerified(state, conversation)),
  ];
  for (const { key } of quietest) if (surplus-- > 0) conversations.delete(key);
}

function countOthers(state: NodeState, conversations: Conversations): number {
  let count = 0;
  for (const { destination } of conversations.values()) if (!isKept(state, destination)) count += 1;
  return count;
}

function isKept(state: NodeState, destination: Destination): boolean {
  if (destination.kind === 'room') return state.rooms.get(foldRoomName(destination.room))?.joined === true;
  return destination.kind === 'everyone';
}

function isVerified(state: NodeState, { destination }: Conversation): boolean {
  return destination.kind === 'person' && state.people.get(destination.peerId)?.trust === 'verified';
}
