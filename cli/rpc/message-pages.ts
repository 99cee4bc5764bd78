// Rows of messages for one reply, read from the node in small pages: a message can have 64 KiB, a thousand of them would
// be more than a slow client may leave unread, and whoever fills a room must not be able to break the bots in it.

import { messageRow, type HistoryQuery, type Message, type MessageRow, type MmchatNode } from '../../src/index.ts';

/** Characters of JSON after which a reply takes in no more messages. */
export const REPLY_BUDGET = 2 * 1024 * 1024;
const HISTORY_PAGE = 50;
// A page of these can't be cut, because the cursor behind it says that all were read.
const SINCE_PAGE = 32;
const SINCE_PAGES_LIMIT = 300;

export interface ReadOptions {
  readonly limit: number;
  /** Also who joined and left. */
  readonly system: boolean;
}

export interface SinceReply {
  readonly messages: readonly MessageRow[];
  readonly cursor: string;
  readonly more: boolean;
}

/**
 * Oldest first: the newest `limit` of a conversation, or those right before `query.before` or right behind `query.after`.
 * Fewer when they are long.
 */
export async function readHistory(
  node: MmchatNode,
  query: Omit<HistoryQuery, 'limit'>,
  options: ReadOptions,
): Promise<MessageRow[]> {
  return query.after === undefined ? readBackward(node, query, options) : readForward(node, query, options);
}

async function readBackward(
  node: MmchatNode,
  query: Omit<HistoryQuery, 'limit'>,
  { limit, system }: ReadOptions,
): Promise<MessageRow[]> {
  const newestFirst: MessageRow[] = [];
  let { before } = query;
  let pageSize = HISTORY_PAGE;
  let room = REPLY_BUDGET;
  while (newestFirst.length < limit) {
    const wanted = system ? Math.min(pageSize, limit - newestFirst.length) : pageSize;
    const page = await node.chat.history({ ...query, ...(before === undefined ? {} : { before }), limit: wanted });
    const kept = page.messages.filter((message) => system || !isSystem(message));
    for (const message of [...kept].reverse()) {
      const row = messageRow(message, node.state);
      room -= JSON.stringify(row).length;
      if (newestFirst.length === limit || (room < 0 && newestFirst.length > 0)) return newestFirst.reverse();
      newestFirst.push(row);
    }
    before = page.messages[0]?.id;
    // A full page without more may have been fetched from others, who may have more.
    const isEnd = !page.more && page.messages.length < wanted;
    if (isEnd || before === undefined) break;
    // Many came and went, and said nothing: their entries are small.
    if (kept.length === 0) pageSize = Math.min(pageSize * 2, 1000);
  }
  return newestFirst.reverse();
}

async function readForward(
  node: MmchatNode,
  query: Omit<HistoryQuery, 'limit'>,
  { limit, system }: ReadOptions,
): Promise<MessageRow[]> {
  const rows: MessageRow[] = [];
  let { after } = query;
  let pageSize = HISTORY_PAGE;
  let room = REPLY_BUDGET;
  for (;;) {
    const page = await node.chat.history({ ...query, ...(after === undefined ? {} : { after }), limit: pageSize });
    const kept = page.messages.filter((message) => system || !isSystem(message));
    for (const message of kept) {
      const row = messageRow(message, node.state);
      room -= JSON.stringify(row).length;
      if (room < 0 && rows.length > 0) return rows;
      rows.push(row);
      if (rows.length === limit) return rows;
    }
    after = page.messages.at(-1)?.id;
    if (!page.more || after === undefined) return rows;
    if (kept.length === 0) pageSize = Math.min(pageSize * 2, 1000);
  }
}

/** What came or changed after `cursor`, in the order in which it came. `more`: the next call has some at once. */
export async function readSince(
  node: MmchatNode,
  cursor: string | undefined,
  { limit, system }: ReadOptions,
): Promise<SinceReply> {
  const messages: MessageRow[] = [];
  let next = cursor;
  let room = REPLY_BUDGET;
  for (let pages = 1; ; pages++) {
    const page = await node.chat.since(next, Math.min(SINCE_PAGE, limit - messages.length));
    for (const message of page.messages) {
      if (!system && isSystem(message)) continue;
      const row = messageRow(message, node.state);
      room -= JSON.stringify(row).length;
      messages.push(row);
    }
    const isFull = messages.length >= limit || room < 0 || pages >= SINCE_PAGES_LIMIT;
    if (isFull || !page.more || page.cursor === next) return { messages, cursor: page.cursor, more: page.more };
    next = page.cursor;
  }
}

/** As many of these as a reply takes. */
export function rowsWithinBudget(node: MmchatNode, messages: readonly Message[]): MessageRow[] {
  const rows: MessageRow[] = [];
  let room = REPLY_BUDGET;
  for (const message of messages) {
    const row = messageRow(message, node.state);
    room -= JSON.stringify(row).length;
    if (room < 0 && rows.length > 0) break;
    rows.push(row);
  }
  return rows;
}

// Who came and went is told by room.joined and room.left, and is asked for by name: a bot that answers messages would
// otherwise answer joins.
function isSystem({ kind }: Message): boolean {
  return kind === 'join' || kind === 'leave';
}
