// Reading back what was said: pages, searches, what came since, one message.

import { MmchatError } from '../base/errors.ts';
import type { History, StoredMessage } from '../contracts/history.ts';
import type { NodeEvent } from '../state/events.ts';
import {
  conversationKeyOf,
  type Conversation as StateConversation,
  type ConversationKey,
  type Destination,
  type Message,
  type NodeState,
  type PeerId,
} from '../state/values.ts';
import { guestPartsOf, type GuestParts } from '../state/guest-ids.ts';
import { cleanForeignName, foldRoomName } from '../state/names.ts';
import type { Conversation, Conversations } from './conversations.ts';
import { contentOf, kindName } from './entry-content.ts';
import { viewOf, type ViewContext } from './message-view.ts';

export const ARCHIVE_LIMITS = {
  page: 1_000,
  defaultPage: 50,
  /** Read back at the start, of each conversation that is in the list. */
  firstPage: 100,
  /** Conversations with people that are in the list at the start. */
  conversations: 50,
} as const;

const MESSAGE_ID = /^[0-9a-f]{32}$/;

export interface ArchiveParts {
  readonly history: History;
  readonly conversations: Conversations;
  readonly view: ViewContext;
  readonly state: () => NodeState;
  readonly emit: (event: NodeEvent) => void;
  /** Resolves when what is shown by now can be read back. */
  readonly caughtUp: () => Promise<void>;
  /** Asks members who are here for older messages than there are here; whether any came. */
  readonly fetchOlder: (conversation: Conversation, count: number) => Promise<boolean>;
}

export class Archive {
  readonly #parts: ArchiveParts;

  constructor(parts: ArchiveParts) {
    this.#parts = parts;
  }

  /** Oldest first: right before `before`, right behind `after`, or the newest. */
  async page(
    place: ConversationKey,
    { limit = ARCHIVE_LIMITS.defaultPage, before, after }: { before?: string; after?: string; limit?: number },
  ): Promise<{ messages: Message[]; more: boolean }> {
    checkLimit(limit);
    if (before !== undefined && after !== undefined)
      throw new MmchatError('bad-option', 'A page is before one message or after one, not both.');
    for (const id of [before, after]) if (id !== undefined) checkId(id);
    const guest = guestOfPlace(place);
    if (guest !== undefined)
      return pageInMemory(this.#parts.state().conversations.get(place), { limit, before, after });
    const query = { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }), limit };
    await this.#parts.caughtUp();
    let page = await this.#parts.history.page(place, query);
    const isStart = after === undefined && page.messages.length < limit && !page.more;
    if (isStart && (await this.#fetchOlder(place, limit))) page = await this.#parts.history.page(place, query);
    this.#nameAuthors(page.messages);
    // What a super-peer sent for a guest is kept with what it said itself, and shown elsewhere.
    const messages = this.#views(page.messages).filter(
      ({ destination }) => conversationKeyOf(destination, foldRoomName) === place,
    );
    return { messages, more: page.more };
  }

  async #fetchOlder(place: ConversationKey, count: number): Promise<boolean> {
    for (const conversation of this.#parts.conversations.active())
      if (conversation.key === place) return this.#parts.fetchOlder(conversation, count);
    return false;
  }

  /** @throws MmchatError `no-such-message` */
  async message(id: string): Promise<{ message: Message; conversation: Conversation }> {
    checkId(id);
    await this.#parts.caughtUp();
    const stored = await this.#parts.history.message(id);
    const message = stored && viewOf(stored, this.#parts.view);
    const conversation = stored && this.#parts.conversations.get(stored.entry.conversation);
    if (message === undefined || conversation === undefined)
      throw new MmchatError('no-such-message', 'There is no such message here.');
    return { message, conversation };
  }

  /** In the order in which they came. @throws MmchatError `bad-option` for a cursor that never was one */
  async since(
    cursor = '0',
    limit: number = ARCHIVE_LIMITS.page,
  ): Promise<{ messages: Message[]; cursor: string; more: boolean }> {
    checkLimit(limit);
    if (!/^\d{1,15}$/.test(cursor)) throw new MmchatError('bad-option', 'This cursor is none that was given out here.');
    await this.#parts.caughtUp();
    const { messages, arrival, more } = await this.#parts.history.since(Number(cursor), limit);
    return { messages: this.#views(messages), cursor: String(arrival), more };
  }

  /** Newest first. */
  async search(
    query: string,
    { place, limit = ARCHIVE_LIMITS.defaultPage }: { place?: ConversationKey; limit?: number },
  ): Promise<Message[]> {
    checkLimit(limit);
    if (query.trim() === '') throw new MmchatError('bad-option', 'There is nothing to search for.');
    await this.#parts.caughtUp();
    const found = await this.#parts.history.search(query, { ...(place === undefined ? {} : { place }), limit });
    return this.#views(found);
  }

  /** What the first screen shows of earlier runs. */
  async loadRecent(): Promise<void> {
    const places = new Set<ConversationKey>();
    for (const { key, destination } of this.#parts.conversations.active())
      if (destination.kind !== 'person') places.add(key);
    // The most active first: each is put in as quieter than those that are there.
    const last = await this.#parts.history.lastMessages(ARCHIVE_LIMITS.conversations);
    for (const { place } of last) if (place.startsWith('with:')) places.add(place);
    for (const place of places) await this.loadPlace(place);
  }

  async loadPlace(place: ConversationKey): Promise<Message[]> {
    const { messages } = await this.#parts.history.page(place, { limit: ARCHIVE_LIMITS.firstPage });
    this.#nameAuthors(messages);
    const views = this.#views(messages);
    if (views.length > 0) this.#parts.emit({ type: 'history-loaded', messages: views });
    return views;
  }

  /** Shows anew what is on the screens: somebody is not blocked any more. */
  async reload(): Promise<void> {
    for (const place of [...this.#parts.state().conversations.keys()])
      for (const message of await this.loadPlace(place)) this.#parts.emit({ type: 'message-changed', message });
  }

  #views(messages: readonly StoredMessage[]): Message[] {
    return messages.map((message) => viewOf(message, this.#parts.view)).filter((message) => message !== undefined);
  }

  /** People whom one never met are called what they called themselves when they wrote. */
  #nameAuthors(messages: readonly StoredMessage[]): void {
    const { people, self } = this.#parts.state();
    const named = new Map<PeerId, string>();
    for (const { entry } of messages) {
      if (entry.author === self.peerId || people.has(entry.author) || entry.body === undefined) continue;
      const { authorName } = contentOf(kindName(entry.kind), entry.body);
      if (authorName !== undefined) named.set(entry.author, authorName);
    }
    for (const [peerId, claimedName] of named)
      this.#parts.emit({ type: 'person-remembered', peerId, claimedName, rooms: [] });
  }
}

/** Where a place is shown: the reverse of conversationKeyOf, with the room's name as it is written here. */
export function destinationOfPlace(
  place: ConversationKey,
  roomName: (folded: string) => string | undefined,
): Destination {
  if (place.startsWith('with:')) return { kind: 'person', peerId: place.slice('with:'.length) };
  if (!place.startsWith('room:')) return { kind: 'everyone' };
  const folded = place.slice('room:'.length);
  return { kind: 'room', room: roomName(folded) ?? folded };
}

function guestOfPlace(place: ConversationKey): GuestParts | undefined {
  return place.startsWith('with:') ? guestPartsOf(place.slice('with:'.length)) : undefined;
}

/** Private words with guests are kept by nobody: there is what was said since the start. */
function pageInMemory(
  conversation: StateConversation | undefined,
  { limit, before, after }: { limit: number; before?: string | undefined; after?: string | undefined },
): { messages: Message[]; more: boolean } {
  const all = conversation?.messages ?? [];
  const indexOf = (id: string): number => all.findIndex((message) => message.id === id);
  if (after !== undefined) {
    const first = indexOf(after) + 1;
    return { messages: all.slice(first, first + limit), more: all.length > first + limit };
  }
  const end = before === undefined ? all.length : Math.max(0, indexOf(before));
  const start = Math.max(0, end - limit);
  return { messages: all.slice(start, end), more: start > 0 };
}

function checkLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > ARCHIVE_LIMITS.page)
    throw new MmchatError('bad-option', `A limit is a whole number from 1 to ${ARCHIVE_LIMITS.page}.`);
}

function checkId(id: string): void {
  if (!MESSAGE_ID.test(id)) throw new MmchatError('no-such-message', `${cleanForeignName(id)} is no message's id.`);
}
