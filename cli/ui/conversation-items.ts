// What stands in a conversation, in order: day lines, the `new` line, messages, notices, texts on their way.

import type { Message } from '../../src/index.ts';
import type { ConversationView, Notice, PendingText } from './ui-state.ts';

export type Item =
  | { readonly type: 'intro'; readonly id: 'intro' }
  | { readonly type: 'day'; readonly id: string; readonly at: number }
  | { readonly type: 'new'; readonly id: 'new' }
  | { readonly type: 'message'; readonly id: string; readonly message: Message; readonly showName: boolean }
  | { readonly type: 'notice'; readonly id: string; readonly notice: Notice }
  | { readonly type: 'pending'; readonly id: string; readonly pending: PendingText; readonly showName: boolean };

/** The same author after a longer silence is named again. */
const RUN_GAP_MS = 10 * 60_000;

export function itemsOf(
  messages: readonly Message[],
  { notices, newFromId }: ConversationView,
  pending: readonly PendingText[],
  withIntro: boolean,
): Item[] {
  const items: Item[] = withIntro ? [{ type: 'intro', id: 'intro' }] : [];
  const { early, after } = placeNotices(messages, notices);
  let day: string | undefined;
  let last: Message | undefined;
  const addNotices = (list: readonly Notice[] | undefined): void => {
    for (const notice of list ?? []) {
      items.push({ type: 'notice', id: notice.id, notice });
      last = undefined;
    }
  };
  addNotices(early);
  for (const message of messages) {
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
  let runs = last?.own === true && last.kind === 'text';
  for (const text of pending) {
    items.push({ type: 'pending', id: text.id, pending: text, showName: !runs });
    runs = true;
  }
  return items;
}

function continues(before: Message | undefined, message: Message): boolean {
  if (before?.kind !== 'text' || message.kind !== 'text') return false;
  return before.author === message.author && Math.abs(message.at - before.at) < RUN_GAP_MS;
}

/** Notices behind their message; those whose message is gone stand at the top. */
function placeNotices(
  messages: readonly Message[],
  notices: readonly Notice[],
): { early: Notice[]; after: Map<string, Notice[]> } {
  const after = new Map<string, Notice[]>();
  const early: Notice[] = [];
  if (notices.length === 0) return { early, after };
  const known = new Set(messages.map(({ id }) => id));
  for (const notice of notices) {
    if (notice.afterId === undefined || !known.has(notice.afterId)) early.push(notice);
    else after.set(notice.afterId, [...(after.get(notice.afterId) ?? []), notice]);
  }
  return { early, after };
}

function dayOf(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
}
