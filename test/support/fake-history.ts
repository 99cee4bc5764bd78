// What the fake node remembers: every message of every conversation, in memory, read in pages as from a real history.

import {
  MmchatError,
  type ConversationKey,
  type Destination,
  type HistoryPage,
  type HistoryQuery,
  type Message,
} from '../../src/index.ts';

export class FakeHistory {
  readonly #conversations = new Map<ConversationKey, Message[]>();
  /** Ids in the order in which messages came or changed. */
  readonly #arrivals: string[] = [];

  add(message: Message): void {
    const key = conversationKey(message.destination);
    this.#conversations.set(key, [...(this.#conversations.get(key) ?? []), message]);
    this.#arrivals.push(message.id);
  }

  /** @throws MmchatError `no-such-message` */
  find(id: string): Message {
    for (const messages of this.#conversations.values()) {
      const found = messages.find((message) => message.id === id);
      if (found !== undefined) return found;
    }
    throw new MmchatError('no-such-message', 'There is no such message here.');
  }

  change(id: string, change: Partial<Message>): Message {
    const changed = { ...this.find(id), ...change };
    const key = conversationKey(changed.destination);
    const messages = this.#conversations.get(key) ?? [];
    this.#conversations.set(
      key,
      messages.map((message) => (message.id === id ? changed : message)),
    );
    this.#arrivals.push(id);
    return changed;
  }

  of(key: ConversationKey): readonly Message[] {
    return this.#conversations.get(key) ?? [];
  }

  page(key: ConversationKey, { before, after, limit = 50 }: HistoryQuery): HistoryPage {
    const messages = this.of(key);
    const at = (id: string): number => messages.indexOf(this.find(id));
    if (after !== undefined) {
      const from = at(after) + 1;
      return { messages: messages.slice(from, from + limit), more: from + limit < messages.length };
    }
    const until = before === undefined ? messages.length : at(before);
    return { messages: messages.slice(Math.max(0, until - limit), until), more: until > limit };
  }

  since(cursor: string, limit: number): { messages: readonly Message[]; cursor: string; more: boolean } {
    const from = cursor === '' ? 0 : Number(cursor);
    const ids = this.#arrivals.slice(from, from + limit);
    const until = from + ids.length;
    const messages = [...new Set(ids)].map((id) => this.find(id));
    return { messages, cursor: String(until), more: until < this.#arrivals.length };
  }

  /** All words somewhere in the text, newest first. */
  search(query: string, key: ConversationKey | undefined, limit: number): readonly Message[] {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const places = key === undefined ? [...this.#conversations.values()].flat() : this.of(key);
    return places
      .filter(({ text }) => words.length > 0 && words.every((word) => text.toLowerCase().includes(word)))
      .sort((left, right) => right.at - left.at)
      .slice(0, limit);
  }
}

export function conversationKey(destination: Destination): ConversationKey {
  switch (destination.kind) {
    case 'everyone':
      return 'everyone';
    case 'room':
      return `room:${destination.room.toLowerCase()}`;
    case 'person':
      return `with:${destination.peerId}`;
  }
}
