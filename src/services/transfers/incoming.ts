// One transfer that comes here: from being taken until it lies whole and checked under its name. Later it is served to
// others of the room.

import { toHex } from '../../base/bytes.ts';
import { messageOf, MmchatError, type ErrorCode } from '../../base/errors.ts';
import type { BulkEvent, BulkPath } from '../../contracts/bulk.ts';
import type { PeerLink } from '../../contracts/links.ts';
import type { PeerId } from '../../state/values.ts';
import { streamBytesOf, type FileRootBody } from '../../wire/file-bodies.ts';
import type { FileMessage } from '../../wire/file-messages.ts';
import { MAX_PIECES_TOLD } from '../../wire/limits.ts';
import type { Copy } from './copy.ts';
import { Fetcher } from './fetcher.ts';
import { HashExchange } from './hash-exchange.ts';
import { Outgoing } from './outgoing.ts';
import { PieceSet } from './piece-set.ts';

const TELL_PIECES_MS = 100;
/** The author is asked once more for what it has to sign. */
const ROOT_REMINDER_MS = 5_000;

export class Incoming {
  readonly copy: Copy;
  readonly #hashes: HashExchange;
  /** Gives others what is whole here. */
  readonly #onward: Outgoing;
  /** On which others fetch while one fetches oneself. */
  readonly #served = new Set<string>();
  #fetcher: Fetcher | undefined;
  #fresh: number[] = [];
  #tellTimer: { cancel(): void } | undefined;
  #rootTimer: { cancel(): void } | undefined;
  #isStarting = false;
  #isSealing = false;
  #sealed: string | undefined;
  #isRepaired = false;
  /** Grows with every start and end: what was begun before does not count afterwards. */
  #turn = 0;

  constructor(copy: Copy) {
    this.copy = copy;
    this.#hashes = new HashExchange({
      copy,
      isRunning: () => this.#fetcher !== undefined,
      changed: () => this.#fetcher?.plan(),
      failed: (error) => this.#fail(error),
    });
    this.#onward = new Outgoing(copy, () => undefined);
  }

  get isRunning(): boolean {
    return this.#isStarting || this.#fetcher !== undefined;
  }

  /** Opens what was begun, or begins. */
  async start(): Promise<void> {
    if (this.isRunning || this.copy.record.phase === 'done') return;
    this.#isStarting = true;
    const { copy } = this;
    const { engine, downloads } = copy.context;
    const turn = ++this.#turn;
    const { offer, record } = copy;
    try {
      const { partPath, presentPieces } = await engine.openTarget(
        {
          transferId: copy.id,
          folder: downloads,
          kind: offer.kind === 'folder' ? 'folder' : 'file',
          name: offer.name,
          size: offer.size,
          streamBytes: streamBytesOf(offer),
          manifestBytes: offer.manifestBytes,
          ...(offer.kind === 'folder' ? { manifestHash: offer.manifestHash } : {}),
          modifiedAt: offer.modifiedAt,
          ...(record.partPath === undefined ? {} : { partPath: record.partPath }),
        },
        { pieceBytes: offer.pieceBytes, hashPieces: offer.hashPieces },
      );
      if (turn !== this.#turn) return;
      this.#isStarting = false;
      this.#opened(partPath, presentPieces);
    } catch (error) {
      if (turn === this.#turn) this.#fail(error);
    }
  }

  #opened(partPath: string, presentPieces: number): void {
    const { copy } = this;
    copy.have = new PieceSet(copy.pieceCount);
    // What came from its author by itself is believed until the whole is compared with what was signed.
    if (copy.offer.hashPieces) this.#hashes.begin(presentPieces);
    else for (let piece = 0; piece < presentPieces; piece++) copy.have.add(piece);
    this.#fetcher = new Fetcher({
      copy,
      isHashKnown: (piece) => this.#hashes.isKnown(piece),
      isUnchecked: (piece) => this.#hashes.isUnchecked(piece),
      complete: () => void this.#seal(),
      received: (piece, hash, from) => this.#received(piece, hash, from),
    });
    copy.change({ partPath, phase: 'waiting' });
    copy.tellAll({ reply: true });
    for (const { link } of copy.others.values()) this.#askHashes(link);
    this.#fetcher.plan();
  }

  /** Leaves everything where it is. */
  stop(): void {
    this.#turn += 1;
    this.#isStarting = false;
    this.#fetcher?.stop();
    this.#fetcher = undefined;
    this.#tellTimer?.cancel();
    this.#tellTimer = undefined;
    this.#rootTimer?.cancel();
    this.#rootTimer = undefined;
    this.#isSealing = false;
    for (const channelId of this.#served) this.copy.context.channels().close(channelId);
    this.#served.clear();
    this.#onward.stop();
    this.copy.stop();
  }

  /** Stops, and lets go of what is on the disk. */
  async end(options: { discard: boolean }): Promise<void> {
    this.stop();
    await this.copy.context.engine.close(this.copy.id, options).catch(() => undefined);
  }

  linkDown(link: PeerLink): void {
    const other = this.copy.others.get(link.peerId);
    if (other?.link !== link) return;
    this.copy.others.delete(link.peerId);
    this.#fetcher?.plan();
  }

  onState(link: PeerLink, message: Extract<FileMessage, { type: 'state' }>): void {
    const { copy } = this;
    const isNewlyComplete = message.phase === 'complete' && copy.others.get(link.peerId)?.phase !== 'complete';
    copy.heard(link, message.phase, message.have);
    // Whoever has just finished closed what it served before.
    if (isNewlyComplete) this.#fetcher?.tryAgain(link.peerId);
    if (message.reply) copy.tellState(link, { reply: false });
    if (link.peerId === copy.record.author && message.phase === 'withdrawn' && !copy.isOver) {
      // What is whole already may be finished all the same.
      if (!copy.have.isFull || copy.record.root === undefined) void this.#withdrawn();
      return;
    }
    this.#askHashes(link);
    this.#fetcher?.plan();
  }

  async #withdrawn(): Promise<void> {
    // First of all: nothing must begin anew meanwhile.
    this.copy.setPhase('cancelled', 'cancelled', 'Its sender took it back.');
    await this.end({ discard: true });
  }

  onPieces(link: PeerLink, pieces: readonly number[]): void {
    const other = this.copy.others.get(link.peerId);
    if (other?.link !== link) return;
    for (const piece of pieces) other.have.add(piece);
    this.#fetcher?.plan();
  }

  /** Somebody lacks hashes: whoever knows them can give them. */
  async onHashesWanted(link: PeerLink, first: number, count: number): Promise<void> {
    if (this.copy.record.phase === 'done') {
      await this.#onward.onHashesWanted(link, first, count);
      return;
    }
    this.#hashes.give(link, first, count);
  }

  async onHashes(link: PeerLink, first: number, hashes: Uint8Array): Promise<void> {
    await this.#hashes.take(link, first, hashes);
  }

  /** A code when others can't fetch here (now). */
  whyNot(): Promise<string | undefined> | string | undefined {
    if (!this.copy.offer.hashPieces) return 'unknown';
    if (this.copy.record.phase === 'done') return this.#onward.whyNot();
    return this.isRunning ? undefined : 'not-here';
  }

  served(channelId: string, link: PeerLink): void {
    if (this.copy.record.phase === 'done') this.#onward.served(channelId, link);
    else this.#served.add(channelId);
  }

  unserved(channelId: string): void {
    if (!this.#served.delete(channelId)) this.#onward.unserved(channelId);
  }

  fetchesOn(channelId: string): boolean {
    return this.#fetcher?.fetchesOn(channelId) === true;
  }

  #askHashes(link: PeerLink): void {
    if (this.#fetcher !== undefined) this.#hashes.ask(link);
  }

  opened(channelId: string, path: BulkPath): void {
    this.#fetcher?.opened(channelId, path);
  }

  refused(channelId: string, reason: string): void {
    this.#fetcher?.refused(channelId, reason);
  }

  closed(channelId: string): void {
    this.#fetcher?.closed(channelId);
  }

  onEngine(event: BulkEvent): void {
    if (this.copy.record.phase === 'done') {
      this.#onward.onEngine(event);
      return;
    }
    switch (event.type) {
      case 'piece-received':
        this.#fetcher?.pieceReceived(event.channelId, event.piece, event.bytes, event.hash);
        return;
      case 'piece-bad':
        this.#fetcher?.pieceBad(event.channelId, event.piece);
        return;
      case 'piece-refused':
        this.#fetcher?.pieceRefused(event.channelId, event.piece);
        return;
      case 'failed':
        this.#fail(new MmchatError(event.code as ErrorCode, event.text));
        return;
      default:
        return;
    }
  }

  #received(piece: number, hash: Uint8Array | undefined, from: PeerId): void {
    this.#hashes.received(piece, from === this.copy.record.author ? hash : undefined);
    if (!this.copy.offer.hashPieces) return;
    this.#fresh.push(piece);
    this.#tellTimer ??= this.copy.context.clock.after(TELL_PIECES_MS, () => this.#tellFresh());
  }

  /** What came can be fetched here by the others who want it; its author learns how far one is. */
  #tellFresh(): void {
    this.#tellTimer = undefined;
    const pieces = this.#fresh.splice(0);
    const { copy } = this;
    for (const { link, phase, told } of copy.others.values()) {
      if (phase !== 'wanted' && link.peerId !== copy.record.author) continue;
      for (const piece of pieces) told.add(piece);
      for (let from = 0; from < pieces.length; from += MAX_PIECES_TOLD)
        copy.send(link, {
          type: 'pieces',
          transferId: copy.idBytes,
          pieces: pieces.slice(from, from + MAX_PIECES_TOLD),
        });
    }
  }

  /** Its author has signed for the whole. */
  onRoot({ hash, piecesHash }: FileRootBody): void {
    const { copy } = this;
    if (copy.record.root !== undefined) return;
    copy.record = { ...copy.record, root: { hash: toHex(hash), piecesHash: toHex(piecesHash) } };
    copy.context.changed(copy);
    for (const { link } of copy.others.values()) this.#askHashes(link);
    if (copy.have.isFull) void this.#seal();
  }

  async #seal(): Promise<void> {
    const { copy } = this;
    if (this.#isSealing || this.#fetcher === undefined) return;
    this.#isSealing = true;
    const turn = this.#turn;
    try {
      copy.setPhase('checking');
      this.#tellTimer?.cancel();
      this.#tellFresh();
      this.#sealed ??= toHex(await copy.context.engine.sealTarget(copy.id, { anew: this.#isRepaired }));
      if (turn !== this.#turn) return;
      const { root } = copy.record;
      if (root === undefined) {
        // The author hears that all of it is here, and signs.
        if (this.#rootTimer === undefined) this.#remindAuthor();
        return;
      }
      if (root.hash !== this.#sealed) {
        this.#repair();
        return;
      }
      const { path } = await copy.context.engine.finishTarget(copy.id);
      if (turn !== this.#turn) return;
      this.#finished(path);
    } catch (error) {
      if (turn === this.#turn) this.#fail(error);
    } finally {
      this.#isSealing = false;
    }
  }

  #finished(path: string): void {
    const { copy } = this;
    const { partPath: _part, reason: _reason, reasonText: _text, ...record } = copy.record;
    this.stop();
    copy.record = { ...record, path, phase: 'done' };
    void this.#onward.letGo();
    copy.context.changed(copy);
    copy.context.emit({ type: 'transfer-changed', transfer: copy.view() });
    copy.tellAll();
  }

  #remindAuthor(): void {
    const { copy } = this;
    const author = copy.author;
    if (author !== undefined) copy.tellState(author.link, { reply: true });
    this.#rootTimer?.cancel();
    this.#rootTimer = copy.context.clock.after(ROOT_REMINDER_MS, () => {
      this.#rootTimer = undefined;
      if (copy.record.root === undefined && this.isRunning) this.#remindAuthor();
    });
  }

  /** Something on this disk or the other changed on the way: the pieces' hashes tell which. */
  #repair(): void {
    const { copy } = this;
    const author = copy.author;
    this.#sealed = undefined;
    if (this.#isRepaired || copy.offer.hashPieces) {
      this.#fail(new MmchatError('corrupt', 'What came is not what its sender signed for, again and again.'));
      return;
    }
    if (author === undefined) {
      copy.setPhase('waiting', 'offline');
      return;
    }
    this.#isRepaired = true;
    copy.have = new PieceSet(copy.pieceCount);
    copy.setPhase('waiting');
    this.#hashes.checkAnew(author.link);
  }

  #fail(error: unknown): void {
    const { copy } = this;
    const code = error instanceof MmchatError ? error.code : 'internal';
    copy.context.log.warn('a transfer failed', { transfer: copy.id, code, error: messageOf(error) });
    if (code === 'stopped') return;
    void this.end({ discard: code === 'corrupt' || code === 'bad-manifest' });
    const { partPath, ...record } = copy.record;
    const keeps = code !== 'corrupt' && code !== 'bad-manifest' && partPath !== undefined;
    copy.record = keeps ? { ...record, partPath } : record;
    copy.setPhase('failed', code, messageOf(error));
    copy.tellAll();
  }
}
