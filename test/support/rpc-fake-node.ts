// A node without a network, for tests of what stands in front of it. Verbs are recorded; events are made by hand.

import { MmchatError, type MmchatNode, type NodeEvent, type NodeState, type Person } from '../../src/index.ts';
import { Emitter } from '../../src/base/emitter.ts';

export function samplePerson(name: string, change: Partial<Person> = {}): Person {
  return {
    peerId: `id-of-${name}`,
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

export function sampleState(change: Partial<NodeState> = {}): NodeState {
  return {
    phase: 'running',
    self: { peerId: 'id-of-alice', name: 'alice' },
    people: new Map(),
    rooms: new Map(),
    conversations: new Map(),
    interfaces: [],
    closedNetwork: false,
    warnings: [],
    ...change,
  };
}

export function peopleOf(...people: Person[]): ReadonlyMap<string, Person> {
  return new Map(people.map((person) => [person.peerId, person]));
}

type Send = MmchatNode['chat']['send'];

export class RpcFakeNode implements MmchatNode {
  state: NodeState = sampleState();
  /** What was called, in order, e.g. `send {"text":"hi"}`. */
  readonly calls: string[] = [];
  isRunning = false;
  /** Put something else here to refuse or to delay. */
  onSend: Send = async () => ({ id: `m${this.calls.length}`, at: 1 });
  onStart: () => Promise<void> = async () => undefined;
  onRoom: (room: string) => Promise<void> = async () => undefined;
  readonly #changes = new Emitter<undefined>(rethrow);
  readonly #events = new Emitter<[NodeEvent, NodeState, NodeState]>(rethrow);

  readonly profile: MmchatNode['profile'] = {
    set: async (change) => {
      this.calls.push(`profile ${JSON.stringify(change)}`);
      if (change.name === '') throw new MmchatError('bad-name', "A name can't be empty.");
    },
  };

  readonly peers: MmchatNode['peers'] = {
    find: (nameOrId) => {
      const found = [...this.state.people.values()].find((one) => one.name === nameOrId || one.peerId === nameOrId);
      if (found === undefined) throw new MmchatError('unknown-peer', `Nobody here is called ${nameOrId}.`);
      return found;
    },
    connect: async (address) => {
      this.calls.push(`connect ${address}`);
      if (!address.includes(':')) throw new MmchatError('bad-option', `${address} is no address.`);
    },
  };

  readonly chat: MmchatNode['chat'] = {
    send: async (message) => {
      this.calls.push(`send ${JSON.stringify(message)}`);
      if (message.to !== undefined) this.peers.find(message.to);
      return this.onSend(message);
    },
  };

  readonly rooms: MmchatNode['rooms'] = {
    create: async (room) => this.#room('create', room),
    join: async (room) => this.#room('join', room),
    leave: async (room) => this.#room('leave', room),
  };

  subscribe(listener: () => void): () => void {
    return this.#changes.on(listener);
  }

  on(
    listener: (event: NodeEvent, state: NodeState, before: NodeState) => void,
    options: { signal?: AbortSignal } = {},
  ): () => void {
    return this.#events.on((event) => listener(...event), options);
  }

  get listenerCount(): number {
    return this.#events.listenerCount;
  }

  async start(): Promise<void> {
    this.calls.push('start');
    await this.onStart();
    this.isRunning = true;
  }

  async stop(): Promise<void> {
    if (this.isRunning) this.calls.push('stop');
    this.isRunning = false;
  }

  status(): ReturnType<MmchatNode['status']> {
    const { peerId, name } = this.state.self;
    const ports = { udpPort: 2, filePort: 3 };
    return {
      version: '9.9.9',
      peerId,
      name,
      addresses: ['/ip4/127.0.0.1/tcp/1'],
      ...ports,
      dataDir: '/d',
      networkKey: false,
    };
  }

  /** As if `event` had led to `change`. */
  happen(event: NodeEvent, change: Partial<NodeState> = {}): void {
    const before = this.state;
    this.state = { ...before, ...change };
    this.#changes.emit(undefined);
    this.#events.emit([event, this.state, before]);
  }

  async #room(verb: string, room: string): Promise<void> {
    this.calls.push(`${verb} ${room}`);
    await this.onRoom(room);
  }
}

function rethrow(error: unknown): never {
  throw error;
}
