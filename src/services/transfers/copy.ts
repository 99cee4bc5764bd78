// One transfer as this node has it: the record that outlives a run, who else has what of it, and what others are told.
// Fetching and seeding are parts of their own (fetcher.ts, seeder.ts).

import { fromHex, toHex } from '../../base/bytes.ts';
import type { Clock, Timer } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Random } from '../../base/random.ts';
import type { BulkEngine } from '../../contracts/bulk.ts';
import type { PeerLink } from '../../contracts/links.ts';
import type { TransferRecord } from '../../contracts/stores.ts';
import type { NodeEvent } from '../../state/events.ts';
import { safeFileName } from '../../state/file-names.ts';
import type { PeerId, Receiver, Transfer, TransferPhase } from '../../state/values.ts';
import { decodeFileBody, pieceCountOf, streamBytesOf, type FileBody } from '../../wire/file-bodies.ts';
import { encodeFileMessage, type CopyPhase, type FileMessage } from '../../wire/file-messages.ts';
import { speechOf } from '../guest-speech.ts';
import type { Channels } from './channels.ts';
import { PieceSet } from './piece-set.ts';
import { RateMeter } from './rate-meter.ts';

/** At most so often people see how far it is. */
const PROGRESS_EVERY_MS = 250;

export interface CopyContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly engine: BulkEngine;
  readonly channels: () => Channels;
  readonly ownPeerId: PeerId;
  readonly downloads: string;
  readonly emit: (event: NodeEvent) => void;
  /** To be kept. */
  readonly changed: (copy: Copy) => void;
  /** Linked people who take part in its conversation. */
  readonly participants: (copy: Copy) => readonly PeerLink[];
}

/** The same transfer at somebody linked, as they say. */
export interface OtherCopy {
  readonly link: PeerLink;
  phase: CopyPhase;
  have: PieceSet;
  /** What they know that they can fetch here. */
  readonly told: PieceSet;
}

/** Phases in which nothing more is going to happen by itself. */
const OVER: ReadonlySet<TransferPhase> = new Set(['done', 'rejected', 'cancelled', 'failed']);

export function isOver(phase: TransferPhase): boolean {
  return OVER.has(phase);
}

export class Copy {
  readonly context: CopyContext;
  readonly offer: FileBody;
  readonly pieceCount: number;
  readonly rate: RateMeter;
  readonly others = new Map<PeerId, OtherCopy>();
  have: PieceSet;
  record: TransferRecord;
  via: 'tls' | 'link' | undefined;
  /** Outgoing: what the receivers have, also after their link is gone. */
  readonly receivers = new Map<PeerId, Receiver>();
  #progressTimer: Timer | undefined;
  #progressAtMs = -Infinity;

  constructor(context: CopyContext, record: TransferRecord) {
    this.context = context;
    this.record = record;
    this.offer = decodeFileBody(Buffer.from(record.offer, 'base64'));
    this.pieceCount = pieceCountOf(this.offer);
    this.rate = new RateMeter(context.clock);
    const isWhole = record.direction === 'outgoing' || record.phase === 'done';
    this.have = isWhole ? PieceSet.full(this.pieceCount) : new PieceSet(this.pieceCount);
    for (const peerId of record.deliveredTo)
      this.receivers.set(peerId, { peerId, phase: 'done', bytes: this.offer.size });
  }

  get id(): string {
    return this.record.id;
  }

  get idBytes(): Uint8Array {
    return fromHex(this.record.id);
  }

  get isOutgoing(): boolean {
    return this.record.direction === 'outgoing';
  }

  get isOver(): boolean {
    return isOver(this.record.phase);
  }

  get author(): OtherCopy | undefined {
    return this.others.get(this.record.author);
  }

  /** Changes what is kept and shown of it. */
  change(change: Partial<TransferRecord>): void {
    const before = this.record;
    this.record = { ...before, ...change };
    this.context.changed(this);
    this.context.emit({ type: 'transfer-changed', transfer: this.view() });
  }

  setPhase(phase: TransferPhase, reason?: string, reasonText?: string): void {
    const { reason: _reason, reasonText: _text, ...rest } = this.record;
    if (rest.phase === phase && _reason === reason) return;
    this.record = {
      ...rest,
      phase,
      ...(reason === undefined ? {} : { reason }),
      ...(reasonText === undefined ? {} : { reasonText }),
    };
    this.context.changed(this);
    this.context.emit({ type: 'transfer-changed', transfer: this.view() });
  }

  /** So many bytes moved: people see it soon. */
  progressed(bytes: number): void {
    this.rate.add(bytes);
    const { clock } = this.context;
    const waitMs = this.#progressAtMs + PROGRESS_EVERY_MS - clock.monotonicMs();
    if (waitMs <= 0) this.#showProgress();
    else this.#progressTimer ??= clock.after(waitMs, () => this.#showProgress());
  }

  #showProgress(): void {
    this.#progressTimer?.cancel();
    this.#progressTimer = undefined;
    if (this.record.phase !== 'active') return;
    this.#progressAtMs = this.context.clock.monotonicMs();
    this.context.emit({ type: 'transfer-progress', transfer: this.view() });
  }

  /** Bytes of a piece. */
  bytesOf(piece: number): number {
    return Math.max(0, Math.min(this.offer.pieceBytes, streamBytesOf(this.offer) - piece * this.offer.pieceBytes));
  }

  /** Bytes of its files that these pieces hold. */
  bytesIn(pieces: PieceSet): number {
    if (pieces.isFull) return this.offer.size;
    const last = this.pieceCount - 1;
    const short = pieces.has(last) ? this.offer.pieceBytes - this.bytesOf(last) : 0;
    const bytes = pieces.count * this.offer.pieceBytes - short;
    return Math.max(0, Math.min(this.offer.size, bytes - this.offer.manifestBytes));
  }

  view(): Transfer {
    const { record, offer } = this;
    const { path, reason, reasonText, root } = record;
    const receivers = [...this.receivers.values()];
    const hash = offer.kind === 'folder' ? toHex(offer.manifestHash) : root?.hash;
    const most = receivers.reduce((bytes, receiver) => Math.max(bytes, receiver.bytes), 0);
    const { author, destination } = record;
    const entry = { author, destination, own: this.isOutgoing };
    const speech = speechOf(entry, { text: '', file: offer });
    return {
      id: record.id,
      direction: record.direction,
      author: speech?.author ?? author,
      destination: speech?.destination ?? destination,
      ...(speech === undefined ? { relayed: true } : {}),
      ...(offer.toGuest === undefined || this.isOutgoing ? {} : { toGuest: offer.toGuest }),
      kind: offer.kind,
      name: safeFileName(offer.name),
      size: offer.size,
      phase: record.phase,
      bytes: this.isOutgoing ? most : this.bytesIn(this.have),
      bytesPerSecond: record.phase === 'active' ? this.rate.bytesPerSecond : 0,
      ...(path === undefined ? {} : { path }),
      ...(reason === undefined ? {} : { reason }),
      ...(reasonText === undefined ? {} : { reasonText }),
      ...(root === undefined || hash === undefined ? {} : { sha256: hash }),
      ...(this.via === undefined || record.phase !== 'active' ? {} : { via: this.via }),
      receivers,
      at: record.at,
    };
  }

  /** What is said of it on the wire. */
  get copyPhase(): CopyPhase {
    const { phase } = this.record;
    if (this.isOutgoing) {
      if (this.record.withdrawn === true) return 'withdrawn';
      return phase === 'paused' ? 'paused' : 'complete';
    }
    switch (phase) {
      case 'done':
        return 'complete';
      case 'waiting':
      case 'active':
      case 'checking':
        return 'wanted';
      default:
        return phase;
    }
  }

  tellState(link: PeerLink, options: { reply: boolean }): void {
    const other = this.others.get(link.peerId);
    const phase = this.copyPhase;
    // Also of what nobody else fetches: its author learns how far one is, and when to sign.
    const isServing = phase === 'complete' || phase === 'wanted';
    // An author in a room hands pieces out one after the other: who is told of what is the seeder's matter.
    const isHandedOut = this.isOutgoing && this.offer.hashPieces;
    const have = !isServing ? undefined : isHandedOut ? other?.told : this.have;
    if (other !== undefined && have !== undefined && !isHandedOut)
      for (let piece = have.next(0); piece !== undefined; piece = have.next(piece + 1)) other.told.add(piece);
    const reason = phase === 'failed' ? (this.record.reason ?? '') : '';
    const bits = have?.toBytes() ?? new Uint8Array(0);
    this.send(link, { type: 'state', transferId: this.idBytes, phase, reason, have: bits, reply: options.reply });
  }

  tellAll(options: { reply: boolean } = { reply: false }): void {
    for (const link of this.context.participants(this)) this.tellState(link, options);
  }

  send(link: PeerLink, message: Exclude<FileMessage, { type: 'unknown' }>): boolean {
    return link.stream('file').send(encodeFileMessage(message));
  }

  /** Who else has it, as they say now. */
  heard(link: PeerLink, phase: CopyPhase, have: Uint8Array): OtherCopy {
    let other = this.others.get(link.peerId);
    if (other?.link !== link) {
      other = { link, phase, have: new PieceSet(this.pieceCount), told: new PieceSet(this.pieceCount) };
      this.others.set(link.peerId, other);
    }
    other.phase = phase;
    const isAll = phase === 'complete' && (link.peerId !== this.record.author || !this.offer.hashPieces);
    other.have = isAll ? PieceSet.full(this.pieceCount) : PieceSet.from(have, this.pieceCount);
    return other;
  }

  stop(): void {
    this.#progressTimer?.cancel();
    this.#progressTimer = undefined;
  }
}
