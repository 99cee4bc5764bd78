// One transfer that this node gives to others: its author's, or one that came here and that others of the room still want.

import { toHex } from '../../base/bytes.ts';
import type { Timer } from '../../base/clock.ts';
import { messageOf, MmchatError } from '../../base/errors.ts';
import type { BulkEvent } from '../../contracts/bulk.ts';
import type { PeerLink } from '../../contracts/links.ts';
import type { PeerId, TransferPhase } from '../../state/values.ts';
import { streamBytesOf, type FileRootBody } from '../../wire/file-bodies.ts';
import type { CopyPhase, FileMessage } from '../../wire/file-messages.ts';
import { HASH_BYTES } from '../../wire/limits.ts';
import { sha256 } from '../../wire/log-entry.ts';
import type { Copy, OtherCopy } from './copy.ts';
import { PieceHashes } from './piece-hashes.ts';
import { PieceSet } from './piece-set.ts';
import { Seeder } from './seeder.ts';

/** A file that nobody fetches is closed after so long. */
const IDLE_MS = 60_000;
/** Receivers that are remembered of one transfer. */
const RECEIVERS_LIMIT = 1_000;

const PHASE_OF: Readonly<Record<CopyPhase, TransferPhase>> = {
  offered: 'offered',
  wanted: 'active',
  paused: 'paused',
  complete: 'done',
  rejected: 'rejected',
  cancelled: 'cancelled',
  failed: 'failed',
  withdrawn: 'cancelled',
};

export class Outgoing {
  readonly copy: Copy;
  /** Oneself signs for it; others pass on what they checked. */
  readonly #isAuthor: boolean;
  readonly #sign: (root: Omit<FileRootBody, 'target'>) => void;
  readonly #hashes: PieceHashes;
  /** Pieces that were read for somebody. */
  readonly #read: PieceSet;
  readonly #channels = new Map<string, PeerLink>();
  #seeder: Seeder | undefined;
  #opening: Promise<void> | undefined;
  #closing: Promise<unknown> = Promise.resolve();
  #sealing: Promise<void> | undefined;
  #idleTimer: Timer | undefined;

  constructor(copy: Copy, sign: (root: Omit<FileRootBody, 'target'>) => void) {
    this.copy = copy;
    this.#isAuthor = copy.isOutgoing;
    this.#sign = sign;
    this.#hashes = new PieceHashes(copy.pieceCount);
    this.#read = new PieceSet(copy.pieceCount);
  }

  stop(): void {
    this.#seeder?.stop();
    this.#seeder = undefined;
    this.#idleTimer?.cancel();
    for (const channelId of this.#channels.keys()) this.copy.context.channels().close(channelId);
    this.#channels.clear();
    this.copy.stop();
  }

  /** Whatever is open is closed; it can be opened again. */
  async end(): Promise<void> {
    this.stop();
    await this.letGo();
  }

  /** What is open is closed; opening it again waits for that. */
  async letGo(): Promise<void> {
    this.#opening = undefined;
    this.#closing = this.copy.context.engine.close(this.copy.id, { discard: false }).catch(() => undefined);
    await this.#closing;
  }

  linkDown(link: PeerLink): void {
    const other = this.copy.others.get(link.peerId);
    if (other?.link !== link) return;
    this.copy.others.delete(link.peerId);
    const receiver = this.copy.receivers.get(link.peerId);
    if (receiver?.phase === 'active') this.copy.receivers.set(link.peerId, { ...receiver, phase: 'waiting' });
    this.#showPhase();
  }

  onState(link: PeerLink, message: Extract<FileMessage, { type: 'state' }>): void {
    const { copy } = this;
    const { phase } = message;
    const before = copy.others.get(link.peerId);
    const other = copy.heard(link, phase, message.have);
    if (this.#isAuthor) this.#noteReceiver(other, message.reason);
    if (message.reply) copy.tellState(link, { reply: false });
    if (phase !== 'wanted') return;
    // All of it is there and nobody has signed yet; or somebody begins.
    if (this.#isAuthor && other.have.isFull) void this.#seal();
    if (copy.record.phase === 'paused' || copy.record.withdrawn === true) return;
    if (this.#isAuthor && copy.offer.hashPieces) {
      this.#seeder ??= new Seeder(copy, this.#hashes);
      if (before?.link !== link || before.phase !== 'wanted') this.#seeder.joined(other);
    }
  }

  onPieces(link: PeerLink, pieces: readonly number[]): void {
    const other = this.copy.others.get(link.peerId);
    if (other?.link !== link) return;
    for (const piece of pieces) other.have.add(piece);
    this.#noteProgress(other, 0);
    this.#seeder?.handOut(other);
  }

  async onHashesWanted(link: PeerLink, first: number, count: number): Promise<void> {
    const { copy } = this;
    const asked = Math.min(count, copy.pieceCount - first);
    if (asked <= 0 || (!this.#isAuthor && !copy.offer.hashPieces)) return;
    try {
      await this.#open();
      const hashes = await copy.context.engine.pieceHashes(copy.id, first, asked);
      this.#hashes.setAll(first, hashes);
      copy.send(link, { type: 'hashes', transferId: copy.idBytes, first, hashes });
    } catch (error) {
      this.#fail(error);
    }
  }

  /** A code when this one may not fetch now. */
  async whyNot(): Promise<string | undefined> {
    const { phase, withdrawn } = this.copy.record;
    if (phase === 'paused') return 'paused';
    if (withdrawn === true) return 'withdrawn';
    try {
      await this.#open();
      return undefined;
    } catch (error) {
      this.#fail(error);
      return 'failed';
    }
  }

  served(channelId: string, link: PeerLink): void {
    this.#channels.set(channelId, link);
    this.#showPhase();
  }

  unserved(channelId: string): void {
    this.#channels.delete(channelId);
    this.#showPhase();
    this.#closeWhenIdle();
  }

  onEngine(event: BulkEvent): void {
    if (event.type === 'failed') this.#fail(new MmchatError('changed', event.text, { cause: event.code }));
    else if (event.type === 'piece-sent') this.#sent(event.channelId, event.piece, event.hash);
  }

  #sent(channelId: string, piece: number, hash: Uint8Array | undefined): void {
    const { copy } = this;
    this.#read.add(piece);
    if (hash !== undefined && this.#hashes.set(piece, hash)) this.#seeder?.hashKnown(piece);
    const link = this.#channels.get(channelId);
    const other = link === undefined ? undefined : copy.others.get(link.peerId);
    if (other !== undefined) {
      other.have.add(piece);
      this.#noteProgress(other, copy.bytesOf(piece));
      this.#seeder?.handOut(other);
    }
    if (this.#read.isFull && this.#isAuthor) void this.#seal();
  }

  #open(): Promise<void> {
    this.#idleTimer?.cancel();
    this.#opening ??= this.#openNow();
    return this.#opening;
  }

  async #openNow(): Promise<void> {
    const { copy } = this;
    const { offer, record } = copy;
    await this.#closing;
    if (record.path === undefined) throw new MmchatError('no-such-file', 'Where it is is not known any more.');
    try {
      await copy.context.engine.openSource(
        copy.id,
        record.path,
        {
          streamBytes: streamBytesOf(offer),
          ...(offer.kind === 'folder' ? { manifestHash: offer.manifestHash } : {}),
        },
        { pieceBytes: offer.pieceBytes, hashPieces: offer.hashPieces },
      );
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }

  #closeWhenIdle(): void {
    if (this.#channels.size > 0) return;
    this.#idleTimer?.cancel();
    this.#idleTimer = this.copy.context.clock.after(IDLE_MS, () => {
      if (this.#channels.size > 0 || this.#opening === undefined) return;
      this.#seeder?.stop();
      this.#seeder = undefined;
      void this.letGo();
    });
  }

  /** All of it was read, or is somewhere: what it was is signed for, once. */
  #seal(): Promise<void> {
    if (this.copy.record.root !== undefined) return Promise.resolve();
    this.#sealing ??= this.#sealNow().finally(() => (this.#sealing = undefined));
    return this.#sealing;
  }

  async #sealNow(): Promise<void> {
    const { copy } = this;
    const { engine } = copy.context;
    try {
      await this.#open();
      const hash = await engine.sealSource(copy.id);
      const pieces = copy.offer.hashPieces ? await engine.pieceHashes(copy.id, 0, copy.pieceCount) : undefined;
      if (pieces !== undefined && pieces.length !== copy.pieceCount * HASH_BYTES)
        throw new MmchatError('internal', 'Hashes are missing.');
      const piecesHash = pieces === undefined ? new Uint8Array(0) : sha256(pieces);
      if (copy.record.root !== undefined) return;
      copy.change({ root: { hash: toHex(hash), piecesHash: toHex(piecesHash) } });
      this.#sign({ hash, piecesHash });
      for (const other of copy.others.values()) if (other.phase === 'complete') this.#noteReceiver(other, '');
      this.#closeWhenIdle();
    } catch (error) {
      this.#fail(error);
    }
  }

  #noteReceiver(other: OtherCopy, reason: string): void {
    const { copy } = this;
    const { peerId } = other.link;
    const before = copy.receivers.get(peerId);
    if (before === undefined && copy.receivers.size >= RECEIVERS_LIMIT) return;
    const phase = PHASE_OF[other.phase];
    const bytes = phase === 'done' ? copy.offer.size : copy.bytesIn(other.have);
    copy.receivers.set(peerId, { peerId, phase, bytes });
    const shown = copy.record.phase;
    if (phase === 'done' && copy.record.root !== undefined) this.#delivered(peerId);
    this.#showPhase(reason);
    // One of several went a step that changes nothing for the whole.
    if (before?.phase !== phase && copy.record.phase === shown)
      copy.context.emit({ type: 'transfer-changed', transfer: copy.view() });
  }

  #delivered(peerId: PeerId): void {
    const { copy } = this;
    if (copy.record.deliveredTo.includes(peerId) || copy.record.root === undefined) return;
    copy.record = { ...copy.record, deliveredTo: [...copy.record.deliveredTo, peerId] };
    copy.context.changed(copy);
    const { sha256: hash } = copy.view();
    copy.context.emit({
      type: 'transfer-delivered',
      id: copy.id,
      peerId,
      sha256: hash ?? copy.record.root?.hash ?? '',
    });
  }

  #noteProgress(other: OtherCopy, bytes: number): void {
    const { copy } = this;
    const { peerId } = other.link;
    const receiver = copy.receivers.get(peerId);
    if (!this.#isAuthor || receiver === undefined) return;
    copy.receivers.set(peerId, { ...receiver, bytes: Math.max(receiver.bytes, copy.bytesIn(other.have)) });
    copy.progressed(bytes);
  }

  /** What people see of a transfer follows from what its receivers make of it. */
  #showPhase(reason = ''): void {
    const { copy } = this;
    const { phase, withdrawn } = copy.record;
    if (!this.#isAuthor || phase === 'paused' || withdrawn === true) return;
    const next = this.#phaseNow();
    const isEnd = next === 'rejected' || next === 'cancelled' || next === 'failed';
    const code = next === 'failed' && reason !== '' ? reason : next;
    const text = next === 'failed' ? `It failed where it was received (${code}).` : undefined;
    copy.setPhase(next, isEnd ? code : undefined, text);
  }

  #phaseNow(): TransferPhase {
    const receivers = [...this.copy.receivers.values()];
    const has = (phase: TransferPhase): boolean => receivers.some((receiver) => receiver.phase === phase);
    if (has('active')) {
      if (this.#channels.size > 0) return 'active';
      return receivers.some(({ phase, bytes }) => phase === 'active' && bytes === this.copy.offer.size)
        ? 'checking'
        : 'waiting';
    }
    if (has('done')) return 'done';
    if (has('waiting') || has('paused')) return 'waiting';
    // In a room one of many who does not want it ends nothing.
    if (this.copy.record.destination.kind !== 'person') return 'offered';
    return receivers[0]?.phase ?? 'offered';
  }

  #fail(error: unknown): void {
    const { copy } = this;
    const code = error instanceof MmchatError ? error.code : 'internal';
    if (code === 'stopped') return;
    copy.context.log.warn('a transfer can not be given', { transfer: copy.id, code, error: messageOf(error) });
    void this.end();
    if (!this.#isAuthor || copy.record.phase === 'done') return;
    copy.record = { ...copy.record, withdrawn: true };
    copy.setPhase('failed', code, messageOf(error));
    copy.tellAll();
  }
}
