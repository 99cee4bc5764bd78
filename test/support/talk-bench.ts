// Journal, chat and receipts on a history in memory, with links on which a test plays the other ends.

import { toHex } from '../../src/base/bytes.ts';
import type { PeerLink } from '../../src/contracts/links.ts';
import { Chat } from '../../src/services/chat.ts';
import { Conversations, type Conversation } from '../../src/services/conversations.ts';
import { Journal } from '../../src/services/journal.ts';
import type { ViewContext } from '../../src/services/message-view.ts';
import { OwnLog } from '../../src/services/own-log.ts';
import { Receipts } from '../../src/services/receipts.ts';
import type { Message, PeerId } from '../../src/state/values.ts';
import { MemoryHistory } from '../../src/store/history/memory-history.ts';
import { everyoneConversationId } from '../../src/wire/conversation-id.ts';
import { encodeTextBody } from '../../src/wire/entry-bodies.ts';
import type { EntryKind, SignedEntry } from '../../src/wire/log-entry.ts';
import { ServiceBench, type FakeLink } from './service-bench.ts';

export class TalkBench extends ServiceBench {
  readonly history = new MemoryHistory({ clock: this.clock, random: this.random, machine: 'bench' });
  readonly conversations = new Conversations(this.signer.publicKey, () => this.clock.now());
  readonly ownLog = new OwnLog({ signer: this.signer, clock: this.clock, network: this.network });
  readonly talked: PeerId[] = [];
  readonly known = new Set<PeerId>();
  readonly blocked = new Set<PeerId>();
  /** Linked people who are in no room, as far as one knows. */
  readonly outside = new Set<PeerId>();
  readonly warned: string[] = [];
  contested = 0;
  readonly view: ViewContext = {
    ownPeerId: this.ownPeerId,
    destinationOf: () => ({ kind: 'everyone' }),
    isBlocked: (peerId) => this.blocked.has(peerId),
  };
  readonly receipts = new Receipts({
    links: this.links,
    router: this.router,
    clock: this.clock,
    log: this.log,
    history: this.history,
    conversations: this.conversations,
    ownKey: this.signer.publicKey,
    ownPeerId: this.ownPeerId,
    emit: this.emit,
    shares: (link, conversation) => this.#shares(link, conversation),
  });
  readonly journal = new Journal({
    history: this.history,
    conversations: this.conversations,
    ownLog: this.ownLog,
    ownPeerId: this.ownPeerId,
    checker: this.checker,
    network: this.network,
    clock: this.clock,
    log: this.log,
    emit: this.emit,
    countDrop: (reason) => this.router.countDrop(reason),
    view: this.view,
    standingOf: (peerId) => (this.known.has(peerId) ? 'known' : 'stranger'),
    shares: (link, conversation) => this.#shares(link, conversation),
    kept: (entry) => {
      if (!entry.own) this.receipts.owe(entry.conversation, entry.log, entry.record.sequence);
    },
    ownLogContested: () => void (this.contested += 1),
    warn: (code) => this.warned.push(code),
  });
  readonly chat = new Chat({
    links: this.links,
    router: this.router,
    clock: this.clock,
    journal: this.journal,
    receipts: this.receipts,
    ownName: () => 'me',
    ownPeerId: this.ownPeerId,
    isKnown: (peerId) => this.known.has(peerId),
    isBlocked: (peerId) => this.blocked.has(peerId),
    shares: (link, conversation) => this.#shares(link, conversation),
    reachable: (conversation) => this.#reachable(conversation),
    hears: () => true,
    heardFrom: (peerId) => this.#talked(peerId),
    wroteTo: (peerId) => {
      this.#talked(peerId);
      return Promise.resolve();
    },
    message: () => Promise.reject(new Error('nobody asks')),
  });

  /** What starts a node starts this. */
  async open(): Promise<this> {
    const { ownLogId } = await this.history.open();
    this.ownLog.open(ownLogId, []);
    return this;
  }

  #talked(peerId: PeerId): void {
    this.talked.push(peerId);
    this.known.add(peerId);
  }

  #shares(link: PeerLink, { destination }: Conversation): boolean {
    if (destination.kind === 'room') return !this.outside.has(link.peerId);
    return destination.kind !== 'person' || destination.peerId === link.peerId;
  }

  #reachable(conversation: Conversation): PeerId[] {
    return [...this.linkMap.values()].filter((link) => this.#shares(link, conversation)).map(({ peerId }) => peerId);
  }

  get shown(): Message[] {
    return this.events.flatMap((event) =>
      event.type === 'message-added' ? event.message : event.type === 'messages-added' ? event.messages : [],
    );
  }

  get texts(): string[] {
    return this.shown.map(({ text }) => text);
  }
}

/** Somebody linked who writes. */
export class Author {
  readonly link: FakeLink;
  readonly #bench: TalkBench;
  readonly #log: OwnLog;
  #order = 0;

  constructor(bench: TalkBench) {
    this.#bench = bench;
    this.link = bench.link();
    this.#log = this.newLog();
  }

  /** A log of theirs that begins anew; the same id when it is given again. */
  newLog(logId: string = toHex(this.#bench.random.bytes(16))): OwnLog {
    const log = new OwnLog({ signer: this.link.signer, clock: this.#bench.clock, network: this.#bench.network });
    log.open(logId, []);
    return log;
  }

  entry(text: string, conversation: Uint8Array = everyoneConversationId()): SignedEntry {
    return this.write('text', encodeTextBody({ text }), conversation);
  }

  write(kind: EntryKind, body: Uint8Array, conversation: Uint8Array = everyoneConversationId()): SignedEntry {
    return this.#log.append(conversation, ++this.#order, kind, body).entry;
  }

  async says(text: string, conversation?: Uint8Array): Promise<void> {
    await this.#bench.says(this.link, { type: 'entry', entry: this.entry(text, conversation) });
  }
}
