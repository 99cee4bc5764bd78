// Fetches what is missing of one transfer from everybody who has some of it: opens channels, asks for pieces, gives up on
// those who are slow or lie.

import type { Timer } from '../../base/clock.ts';
import type { BulkPath } from '../../contracts/bulk.ts';
import type { PeerId } from '../../state/values.ts';
import type { Copy, OtherCopy } from './copy.ts';
import { choosePiece } from './piece-choice.ts';
import type { PieceSet } from './piece-set.ts';

export const FETCH_LIMITS = {
  /** Channels for one transfer. */
  sources: 8,
  /** Pieces asked for at once on a channel: of the only source, and of one of several. */
  aloneWindow: 32,
  sharedWindow: 3,
  overLinkWindow: 2,
  /** A piece that was asked for so long ago may be asked of somebody else, too. */
  lateMs: 10_000,
  /**
   * A source of which no piece comes for so long is left alone for a while: a megabyte may take its time. (That no byte comes at
   * all is seen sooner, by the engine.)
   */
  stalledMs: 120_000,
  /** A channel that is closed after so long a silence was closed for it. */
  silentMs: 25_000,
  stalledPauseMs: 30_000,
  retryMs: 1_000,
  refusedMs: 5_000,
  busyMs: 2_000,
  /** Bad pieces after which nothing more is taken from somebody. */
  badPieces: 3,
} as const;
const TICK_MS = 1_000;

interface Source {
  readonly other: OtherCopy;
  channelId: string | undefined;
  isOpen: boolean;
  path: BulkPath | undefined;
  readonly asked: Map<number, number>;
  heardMs: number;
  notBeforeMs: number;
  badPieces: number;
  /** Sent nothing for long though something was asked of it. */
  isStalled: boolean;
}

export interface FetcherParts {
  readonly copy: Copy;
  /** Whether the hash of a piece is known, so that anybody may bring it. */
  readonly isHashKnown: (piece: number) => boolean;
  /** It lies here and is about to be compared with its hash: nothing is asked for. */
  readonly isUnchecked: (piece: number) => boolean;
  /** All pieces are here. */
  readonly complete: () => void;
  /** A piece came; `hash` if it came with its author's own. */
  readonly received: (piece: number, hash: Uint8Array | undefined, from: PeerId) => void;
}

export class Fetcher {
  readonly #parts: FetcherParts;
  readonly #sources = new Map<PeerId, Source>();
  readonly #byChannel = new Map<string, Source>();
  readonly #banned = new Set<PeerId>();
  #timer: Timer | undefined;
  #stopped = false;

  constructor(parts: FetcherParts) {
    this.#parts = parts;
    this.#timer = parts.copy.context.clock.every(TICK_MS, () => this.#tick());
  }

  fetchesOn(channelId: string): boolean {
    return this.#byChannel.has(channelId);
  }

  get isFetching(): boolean {
    for (const { isOpen } of this.#sources.values()) if (isOpen) return true;
    return false;
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const source of this.#sources.values()) this.#close(source);
    this.#sources.clear();
  }

  /** Looks again who has what, and asks for it. */
  plan(): void {
    if (this.#stopped) return;
    const { copy } = this.#parts;
    for (const [peerId, source] of this.#sources)
      if (copy.others.get(peerId) !== source.other) this.#drop(peerId, source);
    if (copy.have.isFull) {
      this.#parts.complete();
      return;
    }
    for (const [peerId, other] of copy.others) this.#use(peerId, other);
    for (const source of this.#sources.values()) this.#ask(source);
    this.#showPhase();
  }

  /** Whatever went wrong with this one is over. */
  tryAgain(peerId: PeerId): void {
    const source = this.#sources.get(peerId);
    if (source !== undefined) source.notBeforeMs = 0;
  }

  opened(channelId: string, path: BulkPath): void {
    const source = this.#byChannel.get(channelId);
    if (source === undefined) return;
    const { copy } = this.#parts;
    source.isOpen = true;
    source.path = path;
    source.heardMs = copy.context.clock.monotonicMs();
    copy.via = path;
    copy.context.engine.fetch(channelId, copy.id, { trusted: source.other.link.peerId === copy.record.author });
    this.plan();
  }

  refused(channelId: string, reason: string): void {
    const source = this.#byChannel.get(channelId);
    if (source === undefined) return;
    const { refusedMs, busyMs } = FETCH_LIMITS;
    this.#lost(source, reason === 'unreachable' ? 0 : reason === 'busy' ? busyMs : refusedMs);
    this.plan();
  }

  closed(channelId: string): void {
    const source = this.#byChannel.get(channelId);
    if (source === undefined) return;
    source.isStalled = this.#isSilent(source, FETCH_LIMITS.silentMs);
    this.#lost(source, source.isStalled ? FETCH_LIMITS.stalledPauseMs : FETCH_LIMITS.retryMs);
    this.plan();
  }

  pieceReceived(channelId: string, piece: number, bytes: number, hash: Uint8Array | undefined): void {
    const source = this.#byChannel.get(channelId);
    const { copy } = this.#parts;
    if (source !== undefined) {
      source.asked.delete(piece);
      source.heardMs = copy.context.clock.monotonicMs();
      source.isStalled = false;
    }
    if (copy.have.add(piece)) {
      this.#parts.received(piece, hash, source?.other.link.peerId ?? '');
      copy.progressed(bytes);
    }
    if (copy.have.isFull) this.plan();
    else if (source !== undefined) this.#ask(source);
  }

  pieceBad(channelId: string, piece: number): void {
    const source = this.#byChannel.get(channelId);
    this.#parts.copy.have.delete(piece);
    if (source === undefined) return;
    source.asked.delete(piece);
    source.badPieces += 1;
    const { peerId } = source.other.link;
    this.#parts.copy.context.log.warn('a piece was not what it should be', { peer: peerId, piece });
    if (source.badPieces >= FETCH_LIMITS.badPieces) {
      this.#banned.add(peerId);
      this.#drop(peerId, source);
    }
    this.plan();
  }

  pieceRefused(channelId: string, piece: number): void {
    const source = this.#byChannel.get(channelId);
    if (source === undefined) return;
    source.asked.delete(piece);
    source.other.have.delete(piece);
    this.plan();
  }

  #use(peerId: PeerId, other: OtherCopy): void {
    const { copy } = this.#parts;
    const { clock, channels } = copy.context;
    if (this.#banned.has(peerId) || (other.phase !== 'complete' && other.phase !== 'wanted')) return;
    let source = this.#sources.get(peerId);
    if (source === undefined) {
      if (this.#sources.size >= FETCH_LIMITS.sources || this.#choose(other, new Set()) === undefined) return;
      source = {
        other,
        channelId: undefined,
        isOpen: false,
        path: undefined,
        asked: new Map(),
        heardMs: 0,
        notBeforeMs: 0,
        badPieces: 0,
        isStalled: false,
      };
      this.#sources.set(peerId, source);
    }
    if (source.channelId !== undefined || source.notBeforeMs > clock.monotonicMs()) return;
    source.channelId = channels().open(other.link, copy.id);
    this.#byChannel.set(source.channelId, source);
  }

  #ask(source: Source): void {
    const { copy } = this.#parts;
    const { engine, clock } = copy.context;
    if (!source.isOpen || source.channelId === undefined || this.#stopped) return;
    const window = this.#windowOf(source);
    const fresh: number[] = [];
    while (source.asked.size < window) {
      const piece = this.#choose(source.other, source.asked);
      if (piece === undefined) break;
      if (source.asked.size === 0) source.heardMs = clock.monotonicMs();
      source.asked.set(piece, clock.monotonicMs());
      fresh.push(piece);
    }
    for (const { first, count } of runsOf(fresh)) engine.request(source.channelId, first, count);
  }

  #windowOf(source: Source): number {
    if (source.path === 'link') return FETCH_LIMITS.overLinkWindow;
    return this.#parts.copy.offer.hashPieces && this.#sources.size > 1
      ? FETCH_LIMITS.sharedWindow
      : FETCH_LIMITS.aloneWindow;
  }

  #choose(other: OtherCopy, own: { has(piece: number): boolean }): number | undefined {
    const { copy, isHashKnown, isUnchecked } = this.#parts;
    const { clock, random } = copy.context;
    const isAuthor = other.link.peerId === copy.record.author;
    const nowMs = clock.monotonicMs();
    return choosePiece({
      have: copy.have,
      there: other.have,
      // The list of a folder comes first: nothing can be put anywhere without it.
      limit: this.#limit(),
      random: copy.offer.hashPieces ? random.fraction() : undefined,
      isFree: (piece) =>
        (isAuthor || isHashKnown(piece)) &&
        !isUnchecked(piece) &&
        !own.has(piece) &&
        !this.#isAskedElsewhere(piece, nowMs),
      holders: (piece) => countHolders(copy.others, piece),
    });
  }

  #limit(): number {
    const { offer, have, pieceCount } = this.#parts.copy;
    const listPieces = Math.ceil(offer.manifestBytes / offer.pieceBytes);
    const missing = have.next(0, false);
    return missing !== undefined && missing < listPieces ? listPieces : pieceCount;
  }

  #isAskedElsewhere(piece: number, nowMs: number): boolean {
    for (const { asked } of this.#sources.values()) {
      const atMs = asked.get(piece);
      if (atMs !== undefined && nowMs - atMs < FETCH_LIMITS.lateMs) return true;
    }
    return false;
  }

  #tick(): void {
    for (const source of this.#sources.values()) {
      if (!source.isOpen || !this.#isSilent(source, FETCH_LIMITS.stalledMs)) continue;
      source.isStalled = true;
      this.#close(source);
      this.#lost(source, FETCH_LIMITS.stalledPauseMs);
    }
    this.plan();
  }

  #isSilent({ asked, heardMs }: Source, forMs: number): boolean {
    return asked.size > 0 && this.#parts.copy.context.clock.monotonicMs() - heardMs >= forMs;
  }

  #showPhase(): void {
    const { copy } = this.#parts;
    if (copy.record.phase === 'waiting' && this.isFetching) copy.setPhase('active');
    else if (copy.record.phase === 'active' && !this.isFetching) {
      copy.via = undefined;
      copy.setPhase('waiting', this.#whyWaiting());
    }
  }

  #whyWaiting(): string | undefined {
    const author = this.#parts.copy.author?.phase;
    if (author === 'paused') return 'paused';
    for (const { isStalled } of this.#sources.values()) if (isStalled) return 'stalled';
    return author === undefined ? 'offline' : undefined;
  }

  #lost(source: Source, pauseMs: number): void {
    if (source.channelId !== undefined) this.#byChannel.delete(source.channelId);
    source.channelId = undefined;
    source.isOpen = false;
    source.asked.clear();
    source.notBeforeMs = this.#parts.copy.context.clock.monotonicMs() + pauseMs;
  }

  #close(source: Source): void {
    const { channelId } = source;
    if (channelId === undefined) return;
    this.#byChannel.delete(channelId);
    source.channelId = undefined;
    source.isOpen = false;
    this.#parts.copy.context.channels().close(channelId);
  }

  #drop(peerId: PeerId, source: Source): void {
    this.#close(source);
    this.#sources.delete(peerId);
  }
}

function countHolders(others: ReadonlyMap<PeerId, { have: PieceSet }>, piece: number): number {
  let count = 0;
  for (const { have } of others.values()) if (have.has(piece)) count += 1;
  return count;
}

function runsOf(pieces: readonly number[]): { first: number; count: number }[] {
  const runs: { first: number; count: number }[] = [];
  for (const piece of pieces) {
    const last = runs.at(-1);
    if (last !== undefined && last.first + last.count === piece) last.count += 1;
    else runs.push({ first: piece, count: 1 });
  }
  return runs;
}
