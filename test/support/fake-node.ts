// A node without a network: its state is set by hand, its verbs are remembered and do the obvious to the state.

import {
  MmchatError,
  type Destination,
  type Message,
  type MmchatNode,
  type NodeEvent,
  type NodeState,
  type NodeStatus,
  type Person,
  type Room,
} from '../../src/index.ts';

const SELF_ID = 'self-id';

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
  interfaces: [{ name: 'eth0', address: '10.0.4.17' }],
  closedNetwork: false,
  warnings: [],
};

type Listener = (event: NodeEvent, state: NodeState, before: NodeState) => void;

export class FakeNode implements MmchatNode {
  state: NodeState = EMPTY_STATE;
  /** Every call of a verb, e.g. `chat.send {"text":"hello"}`. */
  readonly calls: string[] = [];
  /** What the next verbs throw. */
  failure: Error | undefined;
  /** What `start` waits for. */
  startGate: Promise<void> = Promise.resolve();
  startFailure: Error | undefined;
  now = Date.UTC(2026, 10, 24, 9, 14);
  stops = 0;
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

  setRoom(name: string, joined: boolean, members: readonly string[] = []): void {
    const room: Room = { name, joined, members };
    this.change({ rooms: new Map([...this.state.rooms, [name.toLowerCase(), room]]) });
  }

  /** A message appears; from oneself when `author` is left out. */
  receive(destination: Destination, text: string, author?: string, change: Partial<Message> = {}): Message {
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
      ...change,
    };
    this.now += 20_000;
    const key = keyOf(destination);
    const messages = [...(this.state.conversations.get(key)?.messages ?? []), message].slice(-1000);
    this.change(
      { conversations: new Map([...this.state.conversations, [key, { key, destination, messages }]]) },
      { type: 'message-added', message },
    );
    return message;
  }

  async start(): Promise<void> {
    await this.startGate;
    if (this.startFailure !== undefined) throw this.startFailure;
    this.change({ phase: 'running' }, { type: 'started' });
  }

  stop(): Promise<void> {
    this.stops++;
    return Promise.resolve();
  }

  status(): NodeStatus {
    return {
      version: '0.1.0',
      peerId: SELF_ID,
      name: this.state.self.name,
      addresses: ['/ip4/10.0.4.17/tcp/9011'],
      udpPort: 9011,
      filePort: 9021,
      dataDir: '/home/alice/.local/share/mmchat-p2p',
      networkKey: this.state.closedNetwork,
    };
  }

  readonly profile = {
    set: (change: { name?: string; status?: string }): Promise<void> =>
      this.#verb('profile.set', change, () => {
        const self = { ...this.state.self, ...change };
        this.change({ self }, { type: 'self-changed', ...self });
      }),
  };

  readonly peers = {
    find: (nameOrId: string): Person => {
      for (const person of this.state.people.values()) {
        if (person.name === nameOrId || person.peerId === nameOrId) return person;
      }
      throw new MmchatError('unknown-peer', `Nobody is called ${nameOrId}.`);
    },
    connect: (address: string): Promise<void> => this.#verb('peers.connect', address, () => undefined),
  };

  readonly chat = {
    send: async (message: { text: string; to?: string; room?: string }): Promise<{ id: string; at: number }> => {
      const { text, to, room } = message;
      let sent: Message | undefined;
      await this.#verb('chat.send', message, () => {
        const destination: Destination =
          to !== undefined
            ? { kind: 'person', peerId: to }
            : room !== undefined
              ? { kind: 'room', room }
              : { kind: 'everyone' };
        sent = this.receive(destination, text);
      });
      return { id: sent?.id ?? '', at: sent?.at ?? 0 };
    },
  };

  readonly rooms = {
    create: (room: string): Promise<void> => this.#verb('rooms.create', room, () => this.setRoom(room, true)),
    join: (room: string): Promise<void> => this.#verb('rooms.join', room, () => this.setRoom(room, true)),
    leave: (room: string): Promise<void> => this.#verb('rooms.leave', room, () => this.setRoom(room, false)),
  };

  async #verb(name: string, parameter: unknown, effect: () => void): Promise<void> {
    this.calls.push(`${name} ${JSON.stringify(parameter)}`);
    await Promise.resolve();
    if (this.failure !== undefined) throw this.failure;
    effect();
  }
}

function keyOf(destination: Destination): string {
  switch (destination.kind) {
    case 'everyone':
      return 'everyone';
    case 'room':
      return `room:${destination.room.toLowerCase()}`;
    case 'person':
      return `with:${destination.peerId}`;
  }
}
