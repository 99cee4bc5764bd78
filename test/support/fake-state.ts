// What a fake node knows: its state, set by hand and told to everybody, and its history.

import type { Destination, Message, NodeEvent, NodeState, Person, Room } from '../../src/index.ts';
import { conversationKey, FakeHistory } from './fake-history.ts';

export const SELF_ID = 'self-id';

export function personOf(name: string, change: Partial<Person> = {}): Person {
  return {
    peerId: `id-${name}`,
    name,
    claimedName: name,
    online: true,
    linked: true,
    via: 'p2p',
    rooms: [],
    trust: 'new',
    ...change,
  };
}

const EMPTY_STATE: NodeState = {
  phase: 'starting',
  self: { peerId: SELF_ID, name: 'alice' },
  people: new Map(),
  rooms: new Map(),
  conversations: new Map(),
  transfers: new Map(),
  calls: new Map(),
  interfaces: [{ name: 'eth0', address: '10.0.4.17' }],
  closedNetwork: false,
  warnings: [],
};

type Listener = (event: NodeEvent, state: NodeState, before: NodeState) => void;

export class FakeState {
  state: NodeState = EMPTY_STATE;
  readonly history = new FakeHistory();
  now = Date.UTC(2026, 10, 24, 9, 14);
  #messages = 0;
  readonly #subscribers = new Set<() => void>();
  readonly #listeners = new Set<Listener>();

  subscribe(listener: () => void): () => void {
    this.#subscribers.add(listener);
    return () => this.#subscribers.delete(listener);
  }

  on(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get listenerCount(): number {
    return this.#subscribers.size + this.#listeners.size;
  }

  /** The next state, told to everybody. */
  change(change: Partial<NodeState>, event?: NodeEvent): void {
    const before = this.state;
    this.state = { ...before, ...change };
    if (event !== undefined) for (const listener of this.#listeners) listener(event, this.state, before);
    for (const subscriber of this.#subscribers) subscriber();
  }

  meet(person: Person): void {
    const { peerId, claimedName, rooms, via, linked } = person;
    const type = person.online ? 'person-seen' : 'person-gone';
    this.change(
      { people: new Map([...this.state.people, [peerId, person]]) },
      type === 'person-seen'
        ? { type, peerId, claimedName, rooms, via, linked }
        : { type, peerId, reason: 'said goodbye' },
    );
  }

  /** Somebody who is known is different now. */
  changePerson(peerId: string, change: Partial<Person>, event?: NodeEvent): void {
    const known = this.state.people.get(peerId);
    if (known === undefined) throw new Error(`nobody has the id ${peerId}`);
    const person = { ...known, ...change };
    this.change({ people: new Map([...this.state.people, [peerId, person]]) }, event);
  }

  setRoom(name: string, joined: boolean, members: readonly string[] = [], closed = false): void {
    const room: Room = { name, joined, members, ...(closed ? { closed } : {}) };
    this.change({ rooms: new Map([...this.state.rooms, [name.toLowerCase(), room]]) });
  }

  /** A message appears; from oneself when `author` is left out. */
  receive(destination: Destination, text: string, author?: string, change: Partial<Message> = {}): Message {
    const message = this.remember(destination, text, author, change);
    this.#show([message], { type: 'message-added', message });
    return message;
  }

  /** Several that were missed come at once. */
  receiveMissed(destination: Destination, texts: readonly string[], author: string): readonly Message[] {
    const messages = texts.map((text) => this.remember(destination, text, author));
    this.#show(messages, { type: 'messages-added', messages });
    return messages;
  }

  /** A message that is only in the history, not in the state. */
  remember(destination: Destination, text: string, author?: string, change: Partial<Message> = {}): Message {
    const mentions = this.#mentionsIn(text);
    const message: Message = {
      id: `m${++this.#messages}`,
      author: author ?? SELF_ID,
      own: author === undefined,
      destination,
      kind: 'text',
      text,
      at: this.now,
      order: this.#messages,
      recipients: [],
      deliveredTo: [],
      ...(mentions.length === 0 ? {} : { mentions }),
      ...change,
    };
    this.now += 20_000;
    this.history.add(message);
    return message;
  }

  /** One's own message has reached somebody. */
  deliver(messageId: string, peerId: string): void {
    const { deliveredTo, destination } = this.history.find(messageId);
    const message = this.history.change(messageId, { deliveredTo: [...deliveredTo, peerId] });
    const conversation = conversationKey(destination);
    this.#replace(message, { type: 'message-delivered', messageId, conversation, peerId });
  }

  /** A message is different now, whoever changed it. */
  changeMessage(id: string, change: Partial<Message>): void {
    const message = this.history.change(id, change);
    this.#replace(message, { type: 'message-changed', message });
  }

  #show(messages: readonly Message[], event: NodeEvent): void {
    const [first] = messages;
    if (first === undefined) return;
    const { destination } = first;
    const key = conversationKey(destination);
    const all = [...(this.state.conversations.get(key)?.messages ?? []), ...messages].slice(-1000);
    this.change(
      { conversations: new Map([...this.state.conversations, [key, { key, destination, messages: all }]]) },
      event,
    );
  }

  #replace(message: Message, event: NodeEvent): void {
    const key = conversationKey(message.destination);
    const conversation = this.state.conversations.get(key);
    if (conversation === undefined) {
      this.change({}, event);
      return;
    }
    const messages = conversation.messages.map((one) => (one.id === message.id ? message : one));
    this.change({ conversations: new Map([...this.state.conversations, [key, { ...conversation, messages }]]) }, event);
  }

  #mentionsIn(text: string): string[] {
    const { self, people } = this.state;
    const everybody = [self, ...people.values()];
    return everybody.filter(({ name }) => name !== '' && text.includes(`@${name}`)).map(({ peerId }) => peerId);
  }
}
