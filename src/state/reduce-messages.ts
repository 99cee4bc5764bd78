// What events do to the conversations of the state: messages in screen order, and who has them.

import { foldRoomName } from './names.ts';
import { comparePeerIds } from './peer-order.ts';
import { PEOPLE_LIMIT } from './reduce-people.ts';
import type { Conversation, ConversationKey, Destination, Message, NodeState, PeerId } from './values.ts';
import { CONVERSATION_LIMIT, conversationKeyOf } from './values.ts';

/** Conversations that the state holds beyond `everyone` and the rooms joined. */
export const OTHER_CONVERSATIONS_LIMIT = 500;

/** Screen order: Lamport number, then the author's key, then id (two entries of one fork can have all else alike). */
export function compareMessages(left: Message, right: Message): number {
  if (left.order !== right.order) return left.order - right.order;
  const byAuthor = comparePeerIds(left.author, right.author);
  return byAuthor !== 0 ? byAuthor : left.id < right.id ? -1 : left.id > right.id ? 1 : 0;
}

export function messageAdded(state: NodeState, message: Message): NodeState {
  const destination = placeOf(state, message);
  const key = conversationKeyOf(destination, foldRoomName);
  const conversation = state.conversations.get(key) ?? { key, destination, messages: [] };
  const messages = inserted(conversation.messages, message);
  return messages === conversation.messages ? state : putConversation(state, { ...conversation, messages });
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
  const messages = conversation.messages.with(index, { ...message, deliveredTo: [...message.deliveredTo, peerId] });
  const conversations = new Map(state.conversations).set(conversationKey, { ...conversation, messages });
  return { ...state, conversations };
}

/** The conversation of a room that was joined. */
export function roomConversationOpened(state: NodeState, room: string): NodeState {
  const destination: Destination = { kind: 'room', room };
  const key = conversationKeyOf(destination, foldRoomName);
  return state.conversations.has(key) ? state : putConversation(state, { key, destination, messages: [] });
}

/** Keeps within the limit, after a room became one that was left. */
export function withinConversationLimit(state: NodeState): NodeState {
  const conversations = new Map(state.conversations);
  forgetQuietest(state, conversations);
  return conversations.size === state.conversations.size ? state : { ...state, conversations };
}

// A private message belongs to the conversation with the other one, whichever of the two its destination names.
function placeOf(state: NodeState, { destination, author }: Message): Destination {
  if (destination.kind !== 'person' || destination.peerId !== state.self.peerId) return destination;
  return { kind: 'person', peerId: author };
}

function inserted(messages: readonly Message[], message: Message): readonly Message[] {
  const place = placeIn(messages, message);
  // Full, and older than all that are held: history.
  if (place === 0 && messages.length >= CONVERSATION_LIMIT) return messages;
  // An id names all that the order depends on: the same message can only be here. (Looking at every other one would
  // cost more than all the rest of an event.)
  if (messages[place]?.id === message.id) return messages;
  const surplus = messages.length >= CONVERSATION_LIMIT ? 1 : 0;
  const next = messages.slice(surplus);
  next.splice(place - surplus, 0, message);
  return next;
}

/** The index of the first message that is not before this one. */
function placeIn(messages: readonly Message[], message: Message): number {
  let low = 0;
  let high = messages.length;
  const last = messages.at(-1);
  // Nearly always it is the newest.
  if (last === undefined || compareMessages(last, message) < 0) return high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = messages[middle];
    if (other !== undefined && compareMessages(other, message) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

// The map's order is that of activity, the quietest conversation first: so it is known which to forget.
function putConversation(state: NodeState, conversation: Conversation): NodeState {
  const conversations = new Map(state.conversations);
  conversations.delete(conversation.key);
  conversations.set(conversation.key, conversation);
  forgetQuietest(state, conversations, conversation.key);
  return { ...state, conversations };
}

// Those with verified people go last: nobody can push them out under other keys.
function forgetQuietest(state: NodeState, conversations: Map<ConversationKey, Conversation>, newest?: string): void {
  const others = [...conversations.values()].filter((conversation) => !isKept(state, conversation));
  let surplus = others.length - OTHER_CONVERSATIONS_LIMIT;
  if (surplus <= 0) return;
  const candidates = others.filter(({ key }) => key !== newest);
  const quietest = [
    ...candidates.filter((conversation) => !isVerified(state, conversation)),
    ...candidates.filter((conversation) => isVerified(state, conversation)),
  ];
  for (const { key } of quietest) if (surplus-- > 0) conversations.delete(key);
}

function isKept(state: NodeState, { destination }: Conversation): boolean {
  if (destination.kind === 'room') return state.rooms.get(foldRoomName(destination.room))?.joined === true;
  return destination.kind === 'everyone';
}

function isVerified(state: NodeState, { destination }: Conversation): boolean {
  return destination.kind === 'person' && state.people.get(destination.peerId)?.trust === 'verified';
}
