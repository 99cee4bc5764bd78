// A node without a network, for tests of what stands in front of it. Verbs are recorded; events are made by hand.

import {
  MmchatError,
  type Message,
  type MmchatNode,
  type NodeEvent,
  type NodeState,
  type Person,
  type PlaceQuery,
} from '../../src/index.ts';
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
    transfers: new Map(),
    calls: new Map(),
    interfaces: [],
    closedNetwork: false,
    warnings: [],
    ...change,
  };
}

export function peopleOf(...people: Person[]): ReadonlyMap<string, Person> {
  return new Map(people.map((person) => [person.peerId, person]));
}

/** A message of everyone's conversation; its number makes id, order and time. */
export function sampleMessage(number: number, change: Partial<Message> = {}): Message {
  return {
    id: sampleId(number),
    author: 'id-of-bob',
    own: false,
    destination: { kind: 'everyone' },
    kind: 'text',
    text: `text ${number}`,
    at: 1_700_000_000_000 + number,
    order: number,
    recipients: [],
    deliveredTo: [],
    ...change,
  };
}

export function sampleId(number: number): string {
  return number.toString(16).padStart(32, '0');
}

type Send = MmchatNode['chat']['send'];

export class RpcFakeNode implements MmchatNode {
  state: NodeState = sampleState();
  /** What was called, in order, e.g. `send {"text":"hi"}`. */
  readonly asked: string[] = [];
  isRunning = false;
  /** Put something else here to refuse or to delay. */
  onSend: Send = async () => ({ id: `m${this.asked.length}`, at: 1 });
  onStart: () => Promise<void> = async () => undefined;
  onRoom: (room: string) => Promise<void> = async () => undefined;
  onExport: MmchatNode['chat']['export'] = async ({ path }) => ({ path, messages: this.messages.length });
  /** What was said, in the order in which it came: chat.history and its like read it. */
  readonly messages: Message[] = [];
  readonly #changes = new Emitter<undefined>(rethrow);
  readonly #events = new Emitter<[NodeEvent, NodeState, NodeState]>(rethrow);

  readonly profile: MmchatNode['profile'] = {
    set: async (change) => {
      this.asked.push(`profile ${JSON.stringify(change)}`);
      if (change.name === '') throw new MmchatError('bad-name', "A name can't be empty.");
    },
  };

  readonly peers: MmchatNode['peers'] = {
    find: (nameOrId) => {
      const wanted = nameOrId.toLowerCase();
      const isIt = ({ name, peerId }: Person): boolean => name.toLowerCase() === wanted || peerId === nameOrId;
      const found = [...this.state.people.values()].find(isIt);
      if (found === undefined) throw new MmchatError('unknown-peer', `Nobody here is called ${nameOrId}.`);
      return found;
    },
    connect: async (address) => {
      this.asked.push(`connect ${address}`);
      if (!address.includes(':')) throw new MmchatError('bad-option', `${address} is no address.`);
    },
    verify: async (nameOrId) => {
      this.#person('verify', nameOrId);
      return Array.from({ length: 12 }, (_, index) => `word${index}`);
    },
    trust: async (nameOrId) => this.#person('trust', nameOrId),
    block: async (nameOrId) => this.#person('block', nameOrId),
    unblock: async (nameOrId) => this.#person('unblock', nameOrId),
    setAutoAnswer: async (nameOrId, on) => void this.asked.push(`autoAnswer ${nameOrId} ${on}`),
    isAutoAnswered: () => false,
  };

  readonly files: MmchatNode['files'] = {
    send: async (path, target) => {
      this.asked.push(`files.send ${path} ${JSON.stringify(target)}`);
      if (target.to !== undefined) this.peers.find(target.to);
      if (path.includes('missing')) throw new MmchatError('no-such-file', `There is no file ${path}.`);
      return { transferId: sampleId(1), skipped: [], skippedCount: 0 };
    },
    accept: async (id) => this.#transfer('accept', id),
    reject: async (id) => this.#transfer('reject', id),
    cancel: async (id) => this.#transfer('cancel', id),
    pause: async (id) => this.#transfer('pause', id),
    resume: async (id) => this.#transfer('resume', id),
  };

  /** What `calls.stats` answers. */
  callStats: ReturnType<MmchatNode['calls']['stats']> = { state: 'active', mode: 'audio', seconds: 0, peers: [] };
  readonly calls: MmchatNode['calls'] = {
    start: async (mode, target) => {
      this.asked.push(`calls.start ${mode} ${JSON.stringify(target)}`);
      return { callId: sampleId(9) };
    },
    accept: async (id) => void this.asked.push(`calls.accept ${id}`),
    reject: async (id) => void this.asked.push(`calls.reject ${id}`),
    end: async (id) => void this.asked.push(`calls.end ${id}`),
    mute: async (id, change) => void this.asked.push(`calls.mute ${id} ${JSON.stringify(change)}`),
    setVolume: async (id, who, volume) => void this.asked.push(`calls.setVolume ${id} ${who} ${volume}`),
    share: async (id, source) => void this.asked.push(`calls.share ${id} ${String(source)}`),
    showOn: () => () => undefined,
    stats: () => this.callStats,
    levels: () => new Map(),
  };
  readonly voice: MmchatNode['voice'] = {
    send: async (seconds, target) => {
      this.asked.push(`voice.send ${seconds} ${JSON.stringify(target)}`);
      if (target.to !== undefined) this.peers.find(target.to);
      return { transferId: sampleId(2) };
    },
    play: async (id) => this.#transfer('play', id),
  };

  #transfer(verb: string, id: string): void {
    this.asked.push(`files.${verb} ${id}`);
    if (!this.state.transfers.has(id)) throw new MmchatError('no-such-transfer', 'There is no such transfer.');
  }

  readonly chat: MmchatNode['chat'] = {
    send: async (message) => {
      this.asked.push(`send ${JSON.stringify(message)}`);
      if (message.to !== undefined) this.peers.find(message.to);
      return this.onSend(message);
    },
    edit: async (id, text) => {
      this.asked.push(`edit ${id} ${text}`);
      if (!this.#message(id).own) throw new MmchatError('not-yours', 'Somebody else wrote it.');
    },
    delete: async (id) => {
      this.asked.push(`delete ${id}`);
      if (!this.#message(id).own) throw new MmchatError('not-yours', 'Somebody else wrote it.');
    },
    react: async (id, emoji) => {
      this.asked.push(`react ${id} ${emoji}`);
      this.#message(id);
      if (emoji === '') throw new MmchatError('bad-text', 'That is no emoji.');
    },
    history: async ({ before, after, limit = 50, ...place }) => {
      this.asked.push(`history ${JSON.stringify({ ...place, before, after, limit })}`);
      const all = this.#place(place).sort((left, right) => left.order - right.order);
      if (after !== undefined) {
        const first = all.findIndex((message) => message.id === after) + 1;
        if (first === 0) throw new MmchatError('no-such-message', 'There is no such message.');
        return { messages: all.slice(first, first + limit), more: first + limit < all.length };
      }
      const end = before === undefined ? all.length : all.findIndex((message) => message.id === before);
      if (end < 0) throw new MmchatError('no-such-message', 'There is no such message.');
      const start = Math.max(0, end - limit);
      return { messages: all.slice(start, end), more: start > 0 };
    },
    since: async (cursor = '0', limit = 1000) => {
      this.asked.push(`since ${cursor} ${limit}`);
      if (!/^\d+$/u.test(cursor)) throw new MmchatError('bad-option', 'This is no cursor.');
      const start = Number(cursor);
      const end = Math.min(start + limit, this.messages.length);
      const more = end < this.messages.length;
      return { messages: this.messages.slice(start, end), cursor: String(end), more };
    },
    search: async (query, { limit = 50, ...place } = {}) => {
      this.asked.push(`search ${JSON.stringify({ query, ...place, limit })}`);
      const all = Object.keys(place).length === 0 ? this.messages : this.#place(place);
      return all
        .filter((message) => message.text.includes(query))
        .reverse()
        .slice(0, limit);
    },
    message: async (id) => this.#message(id),
    export: async (query) => {
      this.asked.push(`export ${JSON.stringify(query)}`);
      return this.onExport(query);
    },
  };

  readonly rooms: MmchatNode['rooms'] = {
    create: async (room, options) => this.#room('create', room, options),
    join: async (room, options) => this.#room('join', room, options),
    rekey: async (room, options) => {
      await this.#room('rekey', room, options);
      return { password: options?.password ?? 'five words' };
    },
    leave: async (room) => this.#room('leave', room),
    suggestPassword: () => Promise.resolve('five words'),
    judgePassword: () => Promise.resolve({ weak: false, text: 'This password is good.' }),
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
    this.asked.push('start');
    await this.onStart();
    this.isRunning = true;
  }

  async stop(): Promise<void> {
    if (this.isRunning) this.asked.push('stop');
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

  async #room(verb: string, room: string, options: object = {}): Promise<void> {
    this.asked.push(`${verb} ${room}${Object.keys(options).length === 0 ? '' : ` ${JSON.stringify(options)}`}`);
    await this.onRoom(room);
  }

  #person(verb: string, nameOrId: string): void {
    this.asked.push(`${verb} ${nameOrId}`);
    this.peers.find(nameOrId);
  }

  #message(id: string): Message {
    const found = this.messages.find((message) => message.id === id);
    if (found === undefined) throw new MmchatError('no-such-message', 'There is no such message.');
    return found;
  }

  #place({ with: name, room }: PlaceQuery): Message[] {
    const peerId = name === undefined ? undefined : this.peers.find(name).peerId;
    return this.messages.filter(({ destination }) => {
      if (peerId !== undefined) return destination.kind === 'person' && destination.peerId === peerId;
      if (room !== undefined) return destination.kind === 'room' && destination.room === room;
      return destination.kind === 'everyone';
    });
  }
}

function rethrow(error: unknown): never {
  throw error;
}
