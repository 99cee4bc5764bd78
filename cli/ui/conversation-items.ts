// What stands in a conversation, in order: day lines, the `new` line, messages, notices, texts on their way.

import type { Message } from '../../src/index.ts';
import type { ConversationView, Notice, PendingText } from './ui-state.ts';

export type Item =
  | { readonly type: 'intro'; readonly id: 'intro' }
  /** What lies before the first message. */
  | { readonly type: 'edge'; readonly id: 'edge'; readonly text: string }
  | { readonly type: 'day'; readonly id: string; readonly at: number }
  | { readonly type: 'new'; readonly id: 'new' }
  | { readonly type: 'message'; readonly id: string; readonly message: Message; readonly showName: boolean }
  | { readonly type: 'notice'; readonly id: string; readonly notice: Notice }
  | { readonly type: 'pending'; readonly id: string; readonly pending: PendingText; readonly showName: boolean };

/** The same author after a longer silence is named again. */
const RUN_GAP_MS = 10 * 60_000;
/** Clocks of different machines: what was said about then came after it. */
const CLOCK_TOLERANCE_MS = 60_000;

export interface Ends {
  readonly intro: boolean;
  /** Empty = nothing is said. */
  readonly edge: string;
  /** Nothing older is known to be there. */
  readonly oldest: boolean;
  /** The newest message is among them, and what the program said after it. */
  readonly newest: boolean;
}

export function itemsOf(
  messages: readonly Message[],
  { notices, newFromId }: ConversationView,
  pending: readonly PendingText[],
  { intro, edge, oldest, newest }: Ends,
): Item[] {
  const items: Item[] = intro ? [{ type: 'intro', id: 'intro' }] : [];
  if (edge !== '') items.push({ type: 'edge', id: 'edge', text: edge });
  const { loose, after } = placeNotices(messages, notices);
  let day: string | undefined;
  let last: Message | undefined;
  const addNotices = (list: readonly Notice[] | undefined): void => {
    for (const notice of list ?? []) {
      items.push({ type: 'notice', id: notice.id, notice });
      last = undefined;
    }
  };
  let placed = 0;
  for (const [index, message] of messages.entries()) {
    for (let notice = loose[placed]; notice !== undefined && isBefore(notice, message); notice = loose[++placed])
      if (index > 0 || oldest) addNotices([notice]);
    const messageDay = dayOf(message.at);
    if (messageDay !== day) {
      items.push({ type: 'day', id: `day:${message.id}`, at: message.at });
      last = undefined;
      day = messageDay;
    }
    if (message.id === newFromId) {
      items.push({ type: 'new', id: 'new' });
      last = undefined;
    }
    items.push({ type: 'message', id: message.id, message, showName: !continues(last, message) });
    last = message;
    addNotices(after.get(message.id));
  }
  if (!newest) return items;
  addNotices(loose.slice(placed));
  let runs = last?.own === true && isSaid(last);
  for (const text of pending) {
    items.push({ type: 'pending', id: text.id, pending: text, showName: !runs });
    runs = true;
  }
  return items;
}

function continues(before: Message | undefined, message: Message): boolean {
  if (before === undefined || !isSaid(before) || !isSaid(message) || message.replyTo !== undefined) return false;
  return before.author === message.author && Math.abs(message.at - before.at) < RUN_GAP_MS;
}

/** By somebody, unlike who joined and left. */
export function isSaid({ kind }: Pick<Message, 'kind'>): boolean {
  return kind === 'text' || kind === 'file';
}

/** Notices behind their message; those without one that is in view are placed by time. */
function placeNotices(
  messages: readonly Message[],
  notices: readonly Notice[],
): { loose: Notice[]; after: Map<string, Notice[]> } {
  const after = new Map<string, Notice[]>();
  const loose: Notice[] = [];
  if (notices.length === 0) return { loose, after };
  const known = new Set(messages.map(({ id }) => id));
  for (const notice of notices) {
    if (notice.afterId === undefined || !known.has(notice.afterId)) loose.push(notice);
    else after.set(notice.afterId, [...(after.get(notice.afterId) ?? []), notice]);
  }
  return { loose, after };
}

function isBefore(notice: Notice, message: Message): boolean {
  return notice.at <= message.at + CLOCK_TOLERANCE_MS;
}

function dayOf(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
}
