// A node without a network: its state is set by hand, its verbs are remembered and do the obvious to state and history.

import {
  emojiOf,
  MmchatError,
  type Destination,
  type HistoryPage,
  type HistoryQuery,
  type Message,
  type MmchatNode,
  type NodeStatus,
  type OutgoingMessage,
  type PasswordVerdict,
  type Person,
  type PlaceQuery,
  type Reaction,
  type SentFile,
} from '../../src/index.ts';
import { conversationKey } from './fake-history.ts';
import { FakeState, SELF_ID } from './fake-state.ts';

export { personOf } from './fake-state.ts';

const FIVE_WORDS = 'violin harbor seven lemon ghost';
const TRANSFER_ID = 'f'.repeat(32);
const TWELVE_WORDS = 'apple brick cloud daisy eagle flame globe hazel igloo jelly koala lemon'.split(' ');

const CALL_ID = 'c'.repeat(32);

export class FakeNode extends FakeState implements MmchatNode {
  /** Every call of a verb that changes something, e.g. `chat.send {"text":"hello"}`. */
  readonly asked: string[] = [];
  /** Every call that only reads. */
  readonly reads: string[] = [];
  /** Passwords of closed rooms that somebody here knows, by folded name. */
  readonly passwords = new Map<string, string>();
  /** What was exported, by path. */
  readonly exports = new Map<string, string>();
  /** What the next verbs throw. */
  failure: Error | undefined;
  /** What `start` waits for. */
  startGate: Promise<void> = Promise.resolve();
  startFailure: Error | undefined;
  /** What reading the history waits for. */
  readGate: Promise<void> = Promise.resolve();
  readFailure: Error | undefined;
  stops = 0;

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
      this.#verb('profile.set', [change], () => {
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
    connect: (address: string): Promise<void> => this.#verb('peers.connect', [address], () => undefined),
    verify: async (nameOrId: string): Promise<readonly string[]> => {
      await this.#read('peers.verify', nameOrId);
      this.peers.find(nameOrId);
      return TWELVE_WORDS;
    },
    trust: (nameOrId: string): Promise<void> =>
      this.#verb('peers.trust', [nameOrId], () => {
        const { peerId } = this.peers.find(nameOrId);
        const trust = 'verified' as const;
        this.changePerson(peerId, { trust }, { type: 'trust-changed', peerId, trust, at: this.now });
      }),
    block: (nameOrId: string): Promise<void> =>
      this.#verb('peers.block', [nameOrId], () => this.#block(nameOrId, true)),
    setAutoAnswer: (nameOrId: string, on: boolean): Promise<void> =>
      this.#verb('peers.setAutoAnswer', [nameOrId, on], () => undefined),
    isAutoAnswered: (): boolean => false,
    unblock: (nameOrId: string): Promise<void> =>
      this.#verb('peers.unblock', [nameOrId], () => this.#block(nameOrId, false)),
  };

  #block(nameOrId: string, blocked: boolean): void {
    const { peerId } = this.peers.find(nameOrId);
    this.changePerson(peerId, { blocked }, { type: 'blocked-changed', peerId, blocked });
  }

  readonly chat = {
    send: async (message: OutgoingMessage): Promise<{ id: string; at: number }> => {
      const { text, replyTo } = message;
      const sent = await this.#verb('chat.send', [message], () => {
        const destination = this.#destinationOf({ with: message.to, room: message.room });
        const recipients = this.#recipientsOf(destination);
        return this.receive(destination, text, undefined, {
          recipients,
          ...(replyTo === undefined ? {} : { replyTo }),
        });
      });
      return { id: sent.id, at: sent.at };
    },
    edit: (id: string, text: string): Promise<void> =>
      this.#verb('chat.edit', [id, text], () => {
        this.#ownMessage(id);
        this.changeMessage(id, { text, edited: true });
      }),
    delete: (id: string): Promise<void> =>
      this.#verb('chat.delete', [id], () => {
        this.#ownMessage(id);
        this.changeMessage(id, { text: '', deleted: true, reactions: [] });
      }),
    react: async (id: string, emoji: string): Promise<void> => {
      const sign = emoji.startsWith(':') ? await emojiOf(emoji) : emoji;
      await this.#verb('chat.react', [id, emoji], () => {
        if (sign === undefined) throw new MmchatError('bad-text', `${emoji} is no emoji.`);
        this.changeMessage(id, { reactions: toggled(this.history.find(id).reactions ?? [], sign, SELF_ID) });
      });
    },
    history: async (query: HistoryQuery): Promise<HistoryPage> => {
      await this.#read('chat.history', query);
      return this.history.page(conversationKey(this.#destinationOf(query)), query);
    },
    since: async (
      cursor = '',
      limit = 1000,
    ): Promise<{ messages: readonly Message[]; cursor: string; more: boolean }> => {
      await this.#read('chat.since', cursor);
      return this.history.since(cursor, limit);
    },
    search: async (query: string, options: PlaceQuery & { limit?: number } = {}): Promise<readonly Message[]> => {
      await this.#read('chat.search', query);
      const isPlace = options.with !== undefined || options.room !== undefined;
      const key = isPlace ? conversationKey(this.#destinationOf(options)) : undefined;
      return this.history.search(query, key, options.limit ?? 50);
    },
    message: async (id: string): Promise<Message> => {
      await this.#read('chat.message', id);
      return this.history.find(id);
    },
    export: (
      query: PlaceQuery & { format: 'json' | 'text'; path: string },
    ): Promise<{ path: string; messages: number }> =>
      this.#verb('chat.export', [query], () => {
        const { path, format } = query;
        if (this.exports.has(path)) throw new MmchatError('file-exists', `${path} exists already.`);
        const messages = this.history.of(conversationKey(this.#destinationOf(query)));
        const text = format === 'json' ? JSON.stringify(messages) : messages.map((one) => one.text).join('\n');
        this.exports.set(path, text);
        return { path, messages: messages.length };
      }),
  };

  /** Transfers appear in the state when a test puts them there (change({ transfers })). */
  readonly files = {
    send: (path: string, target: { to?: string; room?: string }): Promise<SentFile> =>
      this.#verb('files.send', [path, target], () => {
        this.#destinationOf({ with: target.to, room: target.room });
        return { transferId: TRANSFER_ID, skipped: [], skippedCount: 0 };
      }),
    accept: (id: string): Promise<void> => this.#transfer('accept', id),
    reject: (id: string): Promise<void> => this.#transfer('reject', id),
    cancel: (id: string): Promise<void> => this.#transfer('cancel', id),
    pause: (id: string): Promise<void> => this.#transfer('pause', id),
    resume: (id: string): Promise<void> => this.#transfer('resume', id),
  };

  /** What recording and playing wait for, and what they tell meanwhile. */
  recordGate: Promise<void> = Promise.resolve();
  levels: readonly number[] = [];

  /** What `calls.stats` answers. */
  callStats: ReturnType<MmchatNode['calls']['stats']> = { state: 'active', mode: 'audio', seconds: 0, peers: [] };
  /** Who asked for pictures. */
  readonly outputs = new Set<Parameters<MmchatNode['calls']['showOn']>[0]>();
  /** What `calls.levels` answers. */
  callLevels: ReadonlyMap<string, number> = new Map();
  readonly calls: MmchatNode['calls'] = {
    start: (mode, target) => this.#verb('calls.start', [mode, target], () => ({ callId: CALL_ID })),
    accept: (id) => this.#verb('calls.accept', [id], () => undefined),
    reject: (id) => this.#verb('calls.reject', [id], () => undefined),
    end: (id) => this.#verb('calls.end', [id], () => undefined),
    mute: (id, change) => this.#verb('calls.mute', [id, change], () => undefined),
    setVolume: (id, who, volume) => this.#verb('calls.setVolume', [id, who, volume], () => undefined),
    share: (id, source) => this.#verb('calls.share', [id, source], () => undefined),
    showOn: (output) => {
      this.outputs.add(output);
      return () => void this.outputs.delete(output);
    },
    stats: () => this.callStats,
    levels: () => this.callLevels,
  };

  readonly voice = {
    send: async (
      seconds: number,
      target: { to?: string; room?: string },
      options: { signal?: AbortSignal; discard?: AbortSignal; onLevel?: (level: number) => void } = {},
    ): Promise<{ transferId: string }> => {
      for (const level of this.levels) options.onLevel?.(level);
      await untilAny(this.recordGate, options.signal, options.discard);
      if (options.discard?.aborted === true) throw new MmchatError('stopped', 'It was thrown away.');
      return this.#verb('voice.send', [seconds, target], () => ({ transferId: TRANSFER_ID }));
    },
    play: async (
      id: string,
      options: { signal?: AbortSignal; onPosition?: (ms: number) => void } = {},
    ): Promise<void> => {
      options.onPosition?.(0);
      await untilAny(this.recordGate, options.signal);
      await this.#verb('voice.play', [id], () => undefined);
    },
  };

  #transfer(verb: string, id: string): Promise<void> {
    return this.#verb(`files.${verb}`, [id], () => {
      if (!this.state.transfers.has(id)) throw new MmchatError('no-such-transfer', 'There is no such transfer.');
    });
  }

  readonly rooms = {
    suggestPassword: async (): Promise<string> => {
      await this.#read('rooms.suggestPassword', '');
      return FIVE_WORDS;
    },
    judgePassword: async (password: string): Promise<PasswordVerdict> => {
      await this.#read('rooms.judgePassword', '');
      return password.length < 12
        ? { weak: true, text: 'This password is weak: it could be guessed in minutes.' }
        : { weak: false, text: 'This password is good.' };
    },
    create: (room: string, options?: { password?: string }): Promise<void> =>
      this.#verb('rooms.create', options === undefined ? [room] : [room, options], () => {
        if (options?.password !== undefined) this.passwords.set(room.toLowerCase(), options.password);
        this.setRoom(room, true, [], options?.password !== undefined);
      }),
    join: (room: string, options?: { password?: string }): Promise<void> =>
      this.#verb('rooms.join', options === undefined ? [room] : [room, options], () => {
        const password = options?.password;
        if (password !== undefined && this.passwords.get(room.toLowerCase()) !== password)
          throw new MmchatError('wrong-password', `Nobody here knows a room ${room} with this password.`);
        this.setRoom(room, true, [], password !== undefined);
      }),
    rekey: (
      room: string,
      options?: { password?: string; without?: readonly string[] },
    ): Promise<{ password: string }> =>
      this.#verb('rooms.rekey', options === undefined ? [room] : [room, options], () => {
        const password = options?.password ?? FIVE_WORDS;
        this.passwords.set(room.toLowerCase(), password);
        return { password };
      }),
    leave: (room: string): Promise<void> => this.#verb('rooms.leave', [room], () => this.setRoom(room, false)),
  };

  #ownMessage(id: string): void {
    if (!this.history.find(id).own) throw new MmchatError('not-yours', 'Only your own messages can be changed.');
  }

  #destinationOf(query: { with?: string | undefined; room?: string | undefined }): Destination {
    if (query.with !== undefined) return { kind: 'person', peerId: this.peers.find(query.with).peerId };
    return query.room === undefined ? { kind: 'everyone' } : { kind: 'room', room: query.room };
  }

  #recipientsOf(destination: Destination): readonly string[] {
    switch (destination.kind) {
      case 'everyone':
        return [...this.state.people.keys()];
      case 'room':
        return this.state.rooms.get(destination.room.toLowerCase())?.members ?? [];
      case 'person':
        return [destination.peerId];
    }
  }

  async #verb<Result>(name: string, parameters: readonly unknown[], effect: () => Result): Promise<Result> {
    this.asked.push(`${name} ${parameters.map((parameter) => JSON.stringify(parameter)).join(' ')}`);
    await Promise.resolve();
    if (this.failure !== undefined) throw this.failure;
    return effect();
  }

  async #read(name: string, parameter: unknown): Promise<void> {
    this.reads.push(`${name} ${JSON.stringify(parameter)}`);
    await this.readGate;
    if (this.readFailure !== undefined) throw this.readFailure;
  }
}

async function untilAny(gate: Promise<void>, ...signals: (AbortSignal | undefined)[]): Promise<void> {
  const aborted = signals.map(
    (signal) => new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true })),
  );
  await Promise.race([gate, ...aborted]);
}

function toggled(reactions: readonly Reaction[], emoji: string, peerId: string): readonly Reaction[] {
  const known = reactions.find((reaction) => reaction.emoji === emoji);
  if (known === undefined) return [...reactions, { emoji, by: [peerId] }];
  const by = known.by.includes(peerId) ? known.by.filter((one) => one !== peerId) : [...known.by, peerId];
  return reactions.map((one) => (one === known ? { emoji, by } : one)).filter((one) => one.by.length > 0);
}
