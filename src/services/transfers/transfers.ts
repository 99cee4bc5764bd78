// All transfers of this node: what was offered is taken or waits, links and frames find their transfer, and what is to
// outlive a run is kept.

import { toHex } from '../../base/bytes.ts';
import { sleep } from '../../base/clock.ts';
import { messageOf, MmchatError, WireError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Random } from '../../base/random.ts';
import { TokenBucket } from '../../base/token-bucket.ts';
import type { BulkEngine } from '../../contracts/bulk.ts';
import type { PeerLink, PeerLinks } from '../../contracts/links.ts';
import type { TransferRecord, TransferStore } from '../../contracts/stores.ts';
import type { SourceFacts } from '../../contracts/transfer-files.ts';
import type { PeerId } from '../../state/values.ts';
import { encodeFileRootBody, type FileRootBody } from '../../wire/file-bodies.ts';
import { decodeFileMessage, encodeFileMessage, type FileMessage } from '../../wire/file-messages.ts';
import type { Conversation, Conversations } from '../conversations.ts';
import type { CheckedEntry } from '../entry-check.ts';
import { Channels } from './channels.ts';
import type { Copy, CopyContext } from './copy.ts';
import { Incoming } from './incoming.ts';
import { Offers, type GuestFacts, type OffersParts, type VoiceFacts } from './offers.ts';
import { Shelf, type Work } from './shelf.ts';

export const TRANSFER_LIMITS = {
  /** That are fetched at the same time; the others wait for their turn. */
  running: 8,
  /** Messages that cost work, of one link; it is read more slowly above it. */
  messages: { perSecond: 100, burst: 2_500 },
} as const;

const COSTLY: ReadonlySet<FileMessage['type']> = new Set(['state', 'open', 'hashes-wanted']);

export interface TransfersParts extends Omit<OffersParts, 'shelf' | 'taken'> {
  readonly random: Random;
  readonly log: Log;
  readonly links: PeerLinks;
  readonly engine: BulkEngine;
  readonly store: TransferStore;
  readonly conversations: Conversations;
  readonly shares: (link: PeerLink, conversation: Conversation) => boolean;
  readonly reachable: (conversation: Conversation) => readonly PeerId[];
  readonly countDrop: (reason: string) => void;
  /** An announcement that is not among the transfers any more. */
  readonly announced: (id: string) => Promise<TransferRecord | undefined>;
}

export class Transfers {
  readonly #parts: TransfersParts;
  readonly #context: CopyContext;
  readonly #channels: Channels;
  readonly #shelf: Shelf;
  readonly #offers: Offers;
  readonly #byChannel = new Map<string, Work>();
  readonly #buckets = new WeakMap<PeerLink, TokenBucket>();
  readonly #misbehaved = new WeakSet<PeerLink>();
  #running = false;

  constructor(parts: TransfersParts) {
    this.#parts = parts;
    const { engine, links } = parts;
    this.#context = {
      ...parts,
      channels: () => this.#channels,
      changed: (copy) => {
        this.#shelf.save();
        // Somebody's end may be somebody else's turn.
        if (copy.isOver) queueMicrotask(() => this.#startWaiting());
      },
      participants: (copy) => this.#participants(copy),
    };
    this.#shelf = new Shelf({ ...parts, context: () => this.#context, sign: (copy, root) => this.#sign(copy, root) });
    this.#offers = new Offers({ ...parts, shelf: this.#shelf, taken: () => this.#startWaiting() });
    this.#channels = new Channels({
      ...parts,
      whyNot: (link, transferId) => this.#whyNot(link, transferId),
      served: (channelId, transferId, link) => this.#served(channelId, transferId, link),
      opened: (channelId, path) => this.#incomingOf(channelId, (work) => work.opened(channelId, path)),
      refused: (channelId, reason) => this.#incomingOf(channelId, (work) => work.refused(channelId, reason)),
      closed: (channelId) => this.#closed(channelId),
    });
    links.onStreamFrame('file', (link, frame) => this.#take(link, frame));
    engine.on((event) => {
      if (event.type === 'channel-up' || event.type === 'channel-down') return;
      this.#shelf.get(event.transferId)?.onEngine(event);
    });
  }

  restore(records: readonly TransferRecord[]): void {
    this.#shelf.restore(records);
  }

  start(): void {
    this.#running = true;
    this.#startWaiting();
  }

  async stop(): Promise<void> {
    this.#running = false;
    const closing = this.#shelf.close();
    this.#channels.stop();
    await closing;
  }

  /** Offers something: shown and sent before it returns, durable when `kept` resolves. */
  offer(
    conversation: Conversation,
    path: string,
    facts: SourceFacts,
    more: { voice?: VoiceFacts } & GuestFacts = {},
  ): { id: string; kept: Promise<void> } {
    return this.#offers.offer(conversation, path, facts, more);
  }

  /** An entry has become durable here: perhaps an offer, its end, or its withdrawal. */
  note(entry: CheckedEntry): void {
    const { kind, own, author, content } = entry;
    if (kind === 'file' && !own) this.#offers.note(entry);
    else if (kind === 'file-root' && content?.root !== undefined) {
      const work = this.#shelf.get(toHex(content.root.target));
      if (work instanceof Incoming && work.copy.record.author === author) work.onRoot(content.root);
    } else if (kind === 'delete' && content?.target !== undefined) {
      const work = this.#shelf.get(content.target);
      if (work?.copy.record.author !== author) return;
      // What its receiver gave up could be fetched again.
      const isOver = work.copy.isOutgoing ? work.copy.record.phase === 'done' : work.copy.isOver;
      if (!isOver) void this.#cancel(work);
    }
  }

  /** Those that wait for their turn, the oldest first. */
  #startWaiting(): void {
    if (!this.#running) return;
    const incoming = this.#shelf.incoming();
    let running = incoming.filter(({ isRunning, copy }) => isRunning && copy.record.phase !== 'waiting').length;
    for (const work of incoming) {
      if (work.copy.record.phase !== 'waiting' || work.isRunning) continue;
      // Who waits for somebody absent needs no turn.
      const isHere = this.#participants(work.copy).length > 0;
      if (!isHere || running >= TRANSFER_LIMITS.running) continue;
      running += 1;
      void work.start();
    }
  }

  async accept(id: string): Promise<void> {
    const work = this.#shelf.get(id) ?? (await this.#again(id));
    if (!(work instanceof Incoming)) throw notHere(id);
    const { phase } = work.copy.record;
    if (phase === 'done' || work.isRunning || phase === 'waiting') return;
    const { path: _path, automatic: _automatic, ...record } = work.copy.record;
    work.copy.record = record;
    work.copy.setPhase('waiting');
    this.#startWaiting();
  }

  async reject(id: string): Promise<void> {
    const work = this.#shelf.get(id) ?? (await this.#again(id));
    if (!(work instanceof Incoming)) throw notHere(id);
    if (work.copy.isOver) return;
    work.copy.setPhase('rejected', 'rejected');
    await work.end({ discard: true });
    work.copy.tellAll();
  }

  async cancel(id: string): Promise<void> {
    const work = this.#shelf.get(id);
    if (work === undefined) throw notHere(id);
    if (work instanceof Incoming && work.copy.isOver) return;
    await this.#cancel(work);
  }

  async #cancel(work: Work): Promise<void> {
    const { copy } = work;
    const { partPath: _part, ...record } = copy.record;
    copy.record = copy.isOutgoing ? { ...record, withdrawn: true } : record;
    // First of all: nothing must begin anew meanwhile.
    copy.setPhase('cancelled', 'cancelled');
    await (work instanceof Incoming ? work.end({ discard: true }) : work.end());
    copy.tellAll();
    this.#startWaiting();
  }

  async pause(id: string): Promise<void> {
    const work = this.#shelf.get(id);
    if (work === undefined) throw notHere(id);
    const { copy } = work;
    if (copy.isOver && !copy.isOutgoing) return;
    if (copy.record.phase === 'cancelled' || copy.record.phase === 'failed') return;
    copy.setPhase('paused');
    await (work instanceof Incoming ? work.end({ discard: false }) : work.end());
    copy.tellAll();
    this.#startWaiting();
  }

  async resume(id: string): Promise<void> {
    const work = this.#shelf.get(id);
    if (work === undefined) throw notHere(id);
    const { copy } = work;
    if (work instanceof Incoming) {
      if (copy.record.phase === 'paused' || copy.record.phase === 'failed') await this.accept(id);
      return;
    }
    if (copy.record.phase !== 'paused' && copy.record.phase !== 'failed') return;
    const { withdrawn: _withdrawn, ...record } = copy.record;
    copy.record = record;
    copy.setPhase('waiting');
    copy.tellAll({ reply: true });
  }

  /** Where something lies that is whole here. @throws MmchatError `no-such-transfer`, `no-such-file` */
  pathOf(id: string): string {
    const work = this.#shelf.get(id);
    if (work === undefined) throw notHere(id);
    const { path, phase } = work.copy.record;
    if (path === undefined || (phase !== 'done' && !work.copy.isOutgoing))
      throw new MmchatError('no-such-file', 'It is not here (yet).');
    return path;
  }

  linkUp(link: PeerLink): void {
    for (const work of this.#shelf.all()) this.#greet(work, link);
    this.#startWaiting();
  }

  /** They take part in more than was known. */
  sharesMore(link: PeerLink): void {
    this.linkUp(link);
  }

  #greet(work: Work, link: PeerLink): void {
    const { copy } = work;
    if (!this.#participants(copy).includes(link)) return;
    // What is over is told to whoever asks.
    if (work instanceof Incoming ? work.isRunning : copy.record.phase === 'waiting' || copy.record.phase === 'offered')
      copy.tellState(link, { reply: true });
    else if (copy.record.phase === 'done' && copy.record.author === link.peerId) copy.tellState(link, { reply: false });
  }

  linkDown(link: PeerLink): void {
    this.#channels.closeOf(link, 'all');
    for (const work of this.#shelf.all()) work.linkDown(link);
  }

  streamReset(link: PeerLink): void {
    this.#channels.closeOf(link, 'over-link');
    this.linkUp(link);
  }

  async #take(link: PeerLink, frame: Uint8Array): Promise<void> {
    if (this.#misbehaved.has(link)) return;
    try {
      const message = decodeFileMessage(frame);
      await this.#handle(link, message);
      if (!COSTLY.has(message.type)) return;
      const waitMs = this.#bucketOf(link).takeWithDebt();
      if (waitMs > 0) await sleep(this.#parts.clock, waitMs);
    } catch (error) {
      if (!(error instanceof WireError)) {
        this.#parts.log.error('a file message could not be handled', { peer: link.peerId, error: messageOf(error) });
        return;
      }
      this.#misbehaved.add(link);
      this.#parts.countDrop('bad-frame');
      this.#parts.log.warn('a peer was dropped', { peer: link.peerId, error: error.message });
      link.close('misbehaved');
    }
  }

  #bucketOf(link: PeerLink): TokenBucket {
    let bucket = this.#buckets.get(link);
    if (bucket === undefined) {
      bucket = new TokenBucket(this.#parts.clock, TRANSFER_LIMITS.messages);
      this.#buckets.set(link, bucket);
    }
    return bucket;
  }

  async #handle(link: PeerLink, message: FileMessage): Promise<void> {
    if (message.type === 'unknown') return;
    if (!('transferId' in message) || message.type === 'open') {
      await this.#channels.take(link, message);
      return;
    }
    const work = this.#shelf.get(toHex(message.transferId));
    if (work === undefined || !this.#mayKnow(link, work.copy)) {
      this.#answerUnknown(link, message);
      return;
    }
    switch (message.type) {
      case 'state':
        work.onState(link, message);
        this.#startWaiting();
        return;
      case 'pieces':
        work.onPieces(link, message.pieces);
        return;
      case 'hashes-wanted':
        await work.onHashesWanted(link, message.first, message.count);
        return;
      case 'hashes':
        if (work instanceof Incoming) await work.onHashes(link, message.first, message.hashes);
        return;
    }
  }

  /** Who asks for something of ours that is forgotten shall not wait for it. */
  #answerUnknown(link: PeerLink, message: FileMessage): void {
    if (message.type !== 'state' || !message.reply || message.phase !== 'wanted') return;
    void this.#parts.announced(toHex(message.transferId)).then(
      (record) => {
        if (record?.author !== this.#parts.ownPeerId) return;
        const { transferId } = message;
        const nothing = { reason: '', have: new Uint8Array(0), reply: false };
        link.stream('file').send(encodeFileMessage({ type: 'state', transferId, phase: 'withdrawn', ...nothing }));
      },
      () => undefined,
    );
  }

  #whyNot(link: PeerLink, transferId: string): Promise<string | undefined> | string | undefined {
    const work = this.#shelf.get(transferId);
    if (work === undefined || !this.#mayKnow(link, work.copy)) return 'unknown';
    return work.whyNot();
  }

  #served(channelId: string, transferId: string, link: PeerLink): void {
    const work = this.#shelf.get(transferId);
    if (work === undefined) return;
    this.#byChannel.set(channelId, work);
    work.served(channelId, link);
  }

  #incomingOf(channelId: string, then: (work: Incoming) => void): void {
    // Whoever opened it knows it; the others don't.
    for (const work of this.#shelf.all()) if (work instanceof Incoming && work.fetchesOn(channelId)) then(work);
  }

  #closed(channelId: string): void {
    const work = this.#byChannel.get(channelId);
    this.#byChannel.delete(channelId);
    if (work !== undefined) work.unserved(channelId);
    this.#incomingOf(channelId, (incoming) => incoming.closed(channelId));
  }

  #mayKnow(link: PeerLink, copy: Copy): boolean {
    const conversation = this.#parts.conversations.get(copy.record.conversation);
    return conversation !== undefined && this.#parts.shares(link, conversation);
  }

  #participants(copy: Copy): PeerLink[] {
    const conversation = this.#parts.conversations.get(copy.record.conversation);
    if (conversation === undefined) return [];
    const { links } = this.#parts.links;
    return this.#parts.reachable(conversation).flatMap((peerId) => links.get(peerId) ?? []);
  }

  #sign(copy: Copy, root: Omit<FileRootBody, 'target'>): void {
    const conversation = this.#parts.conversations.get(copy.record.conversation);
    if (conversation === undefined || conversation.ended) return;
    this.#parts.chat.announce(conversation, 'file-root', encodeFileRootBody({ ...root, target: copy.idBytes }));
  }

  /** An offer that is only in the history any more. */
  async #again(id: string): Promise<Work | undefined> {
    const record = await this.#parts.announced(id).catch(() => undefined);
    return record === undefined ? undefined : this.#shelf.add(record);
  }
}

function notHere(id: string): MmchatError {
  return new MmchatError('no-such-transfer', `There is no transfer ${id.slice(0, 40)} here.`);
}
