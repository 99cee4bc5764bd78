// What is read of the open conversation beyond what the state holds: a bounded window of its history. Pure.
//
//   attached:   [ window ][ what the state holds ]      detached:   [ window ]  …  [ what the state holds ]

import type { ConversationKey, HistoryPage, Message, NodeState } from '../../src/index.ts';

const NO_MESSAGES: readonly Message[] = [];

export interface Loading {
  readonly direction: 'older' | 'newer';
  /** Only the answer to this one counts. */
  readonly request: number;
}

export interface Reading {
  readonly conversation: ConversationKey;
  /** Oldest first. */
  readonly messages: readonly Message[];
  /** Nothing is missing between these and what the state holds. */
  readonly attached: boolean;
  /** What lies before the first one. */
  readonly older: 'more' | 'end';
  readonly loading?: Loading | undefined;
  /** It takes long enough to say so. */
  readonly slow?: boolean | undefined;
  /** Why the last page did not come. */
  readonly failure?: string | undefined;
}

/** Messages that a window holds; beyond it those farthest from the reader go. */
export const READING_LIMIT = 1500;
/** What stays of an attached window when nobody reads in it any more. */
const KEPT_MESSAGES = 200;

export function readingFrom(conversation: ConversationKey): Reading {
  return { conversation, messages: [], attached: true, older: 'more' };
}

/** The window around one message, to be filled at both ends. */
export function readingAround(conversation: ConversationKey, message: Message): Reading {
  return { conversation, messages: [message], attached: false, older: 'more' };
}

const IDLE = { loading: undefined, slow: undefined, failure: undefined } as const;

export function withOlderPage(reading: Reading, page: HistoryPage): Reading {
  const messages = [...fresh(page.messages, reading.messages), ...reading.messages];
  const kept = messages.slice(0, READING_LIMIT);
  const older = page.more ? 'more' : 'end';
  // Nothing came although there is more: those who have it are away. Asking again at once would not help.
  const failure = page.more && page.messages.length === 0 ? 'those who have them are away' : undefined;
  const attached = reading.attached && kept.length === messages.length;
  return { ...reading, ...IDLE, messages: kept, attached, older, failure };
}

export function withNewerPage(reading: Reading, page: HistoryPage, held: readonly Message[]): Reading {
  const messages = [...reading.messages, ...fresh(page.messages, reading.messages)];
  const kept = messages.slice(-READING_LIMIT);
  const heldIds = new Set(held.map(({ id }) => id));
  const attached = !page.more || page.messages.some(({ id }) => heldIds.has(id));
  const older = kept.length === messages.length ? reading.older : 'more';
  return { ...reading, ...IDLE, messages: kept, attached, older };
}

/** What stays when the newest is shown again. */
export function released(reading: Reading): Reading | undefined {
  if (!reading.attached) return undefined;
  if (reading.messages.length <= KEPT_MESSAGES) return reading;
  // A page that is on its way belongs before messages that are let go here.
  return { ...reading, ...IDLE, messages: reading.messages.slice(-KEPT_MESSAGES), older: 'more' };
}

/** Messages came or changed, and the state dropped its oldest ones: nothing may fall between the two. */
export function readingAfter(reading: Reading, before: NodeState, after: NodeState, news: readonly Message[]): Reading {
  const was = messagesOf(before, reading.conversation);
  const held = messagesOf(after, reading.conversation);
  if (was === held && news.length === 0) return reading;
  let { messages } = reading;
  const [first] = held;
  if (reading.attached && first !== undefined && was[0] !== first) {
    const heldIds = new Set(held.map(({ id }) => id));
    const dropped = was.filter(({ id, order }) => order <= first.order && !heldIds.has(id));
    messages = [...messages, ...fresh(dropped, messages)];
  }
  for (const message of news) messages = withNews(messages, message, reading, first);
  if (messages === reading.messages) return reading;
  const kept = messages.slice(0, READING_LIMIT);
  return { ...reading, messages: kept, attached: reading.attached && kept.length === messages.length };
}

/** Changed, or late and sorted in where it belongs; what the state holds is none of ours. */
function withNews(
  messages: readonly Message[],
  message: Message,
  { attached, older }: Reading,
  held: Message | undefined,
): readonly Message[] {
  const index = messages.findIndex(({ id }) => id === message.id);
  if (index !== -1) return messages.with(index, message);
  if (held !== undefined && message.order >= held.order) return messages;
  const place = messages.findLastIndex(({ order }) => order <= message.order) + 1;
  if (place === 0 && older === 'more') return messages;
  if (place === messages.length && !attached) return messages;
  return messages.toSpliced(place, 0, message);
}

function fresh(page: readonly Message[], known: readonly Message[]): Message[] {
  const ids = new Set(known.map(({ id }) => id));
  return page.filter(({ id }) => !ids.has(id));
}

/** What the state holds of a conversation: its newest messages. */
export function messagesOf(state: NodeState, key: ConversationKey): readonly Message[] {
  return state.conversations.get(key)?.messages ?? NO_MESSAGES;
}

interface View {
  readonly key: ConversationKey;
  readonly reading: Reading | undefined;
  readonly people: NodeState['people'];
  readonly messages: readonly Message[];
}
const views = new WeakMap<readonly Message[], View>();

/** The messages of a conversation that can be looked at: window and state together, without blocked people's. */
export function messagesInView(
  state: NodeState,
  key: ConversationKey,
  reading: Reading | undefined,
): readonly Message[] {
  const held = messagesOf(state, key);
  const known = views.get(held);
  if (known?.key === key && known.reading === reading && known.people === state.people) return known.messages;
  const all = together(reading?.conversation === key ? reading : undefined, held);
  const blocked = blockedIds(state.people);
  const messages = blocked.size === 0 ? all : all.filter(({ author }) => !blocked.has(author));
  views.set(held, { key, reading, people: state.people, messages });
  return messages;
}

function together(reading: Reading | undefined, held: readonly Message[]): readonly Message[] {
  if (reading === undefined) return held;
  if (!reading.attached) return reading.messages;
  const [first] = held;
  if (first === undefined) return reading.messages;
  if (reading.messages.length === 0) return held;
  const ids = new Set(held.map(({ id }) => id));
  return [...reading.messages.filter(({ id, order }) => order <= first.order && !ids.has(id)), ...held];
}

const NOBODY: ReadonlySet<string> = new Set();
const blockedOf = new WeakMap<NodeState['people'], ReadonlySet<string>>();

export function blockedIds(people: NodeState['people']): ReadonlySet<string> {
  const known = blockedOf.get(people);
  if (known !== undefined) return known;
  const ids = new Set<string>();
  for (const { peerId, blocked } of people.values()) if (blocked === true) ids.add(peerId);
  const answer = ids.size === 0 ? NOBODY : ids;
  blockedOf.set(people, answer);
  return answer;
}
