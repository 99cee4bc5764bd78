// The messages of one conversation as a list: in screen order, each once, the newest so many. Order of arrival never shows.

import { comparePeerIds } from './peer-order.ts';
import type { Message } from './values.ts';
import { CONVERSATION_LIMIT } from './values.ts';

type Messages = readonly Message[];

/** Screen order: Lamport number, then the author's key, then id (two entries of one fork can have all else alike). */
export function compareMessages(left: Message, right: Message): number {
  if (left.order !== right.order) return left.order - right.order;
  const byAuthor = comparePeerIds(left.author, right.author);
  return byAuthor !== 0 ? byAuthor : left.id < right.id ? -1 : left.id > right.id ? 1 : 0;
}

/** With these too, where there is place for them. The same list when none of them is new and young enough. */
export function withMessages(messages: Messages, added: Messages): Messages {
  const [only] = added;
  if (only === undefined) return messages;
  return added.length === 1 ? withMessage(messages, only) : merged(messages, [...added].sort(compareMessages));
}

/** The index of the message with the id of this one, or -1. */
export function indexOfMessage(messages: Messages, message: Message): number {
  const place = placeIn(messages, message);
  // An id names all that the order depends on: the same message can only be here. (Looking at every other one would
  // cost more than all the rest of an event.)
  return messages[place]?.id === message.id ? place : -1;
}

function withMessage(messages: Messages, message: Message): Messages {
  const place = placeIn(messages, message);
  const isFull = messages.length >= CONVERSATION_LIMIT;
  // Full, and older than all that are held: history.
  if (place === 0 && isFull) return messages;
  if (messages[place]?.id === message.id) return messages;
  const surplus = isFull ? 1 : 0;
  const next = messages.slice(surplus);
  next.splice(place - surplus, 0, message);
  return next;
}

/** Both lists are in order; of two with one id the one that was there stays. */
function merged(messages: Messages, added: Messages): Messages {
  const next: Message[] = [];
  // From the end, because the oldest are those without a place.
  let [left, right] = [messages.length - 1, added.length - 1];
  let isNew = false;
  while (next.length < CONVERSATION_LIMIT && (left >= 0 || right >= 0)) {
    const [held, other] = [messages[left], added[right]];
    const order = held === undefined ? -1 : other === undefined ? 1 : compareMessages(held, other);
    if (order >= 0) push(next, messages[left--]);
    else isNew = push(next, added[right--]) || isNew;
  }
  return isNew ? next.reverse() : messages;
}

/** Whether it is not the one that was put there last. */
function push(list: Message[], message: Message | undefined): boolean {
  if (message === undefined || list.at(-1)?.id === message.id) return false;
  list.push(message);
  return true;
}

/** The index of the first message that is not before this one. */
function placeIn(messages: Messages, message: Message): number {
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
