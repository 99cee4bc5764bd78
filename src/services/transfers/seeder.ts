// The author of a room's transfer hands each piece to one member first: members fetch the rest from each other, so that it
// leaves here about once. A slow member holds a few pieces at most; what nobody else can give is handed out again.

import type { Timer } from '../../base/clock.ts';
import type { PeerLink } from '../../contracts/links.ts';
import { MAX_PIECES_TOLD } from '../../wire/limits.ts';
import type { Copy, OtherCopy } from './copy.ts';
import type { PieceHashes } from './piece-hashes.ts';
import { PieceSet } from './piece-set.ts';

export const SEED_LIMITS = {
  /** Pieces that one of several members was told of and does not have yet. */
  inFlight: 4,
  /** The same for the only one. */
  inFlightAlone: 64,
  /** So long after the first one began others may follow. */
  gatheringMs: 2_000,
  /** Whoever got nothing for so long is given what is missing there, whoever else has it. */
  starvingMs: 4_000,
} as const;
const TICK_MS = 1_000;
const TELL_HASHES_MS = 50;

export class Seeder {
  readonly #copy: Copy;
  readonly #hashes: PieceHashes;
  /** Pieces that somebody was told of. */
  readonly #handedOut: PieceSet;
  readonly #progressMs = new Map<OtherCopy, { atMs: number; count: number }>();
  #fresh: PieceSet;
  readonly #startedMs: number;
  #hashTimer: Timer | undefined;
  readonly #timer: Timer;

  constructor(copy: Copy, hashes: PieceHashes) {
    this.#copy = copy;
    this.#hashes = hashes;
    this.#handedOut = new PieceSet(copy.pieceCount);
    this.#fresh = new PieceSet(copy.pieceCount);
    this.#startedMs = copy.context.clock.monotonicMs();
    this.#timer = copy.context.clock.every(TICK_MS, () => this.#tick());
  }

  stop(): void {
    this.#timer.cancel();
    this.#hashTimer?.cancel();
  }

  /** Somebody began to fetch, or came back: they get all hashes that are known, and something to do. */
  joined(other: OtherCopy): void {
    this.#tellHashes(other.link, this.#hashes.known);
    this.handOut(other);
  }

  hashKnown(piece: number): void {
    this.#fresh.add(piece);
    this.#hashTimer ??= this.#copy.context.clock.after(TELL_HASHES_MS, () => {
      this.#hashTimer = undefined;
      const fresh = this.#fresh;
      this.#fresh = new PieceSet(this.#copy.pieceCount);
      for (const { link } of this.#wanting()) this.#tellHashes(link, fresh);
    });
  }

  handOut(other: OtherCopy): void {
    if (other.phase !== 'wanted' || this.#copy.record.phase === 'paused') return;
    const limit = this.#isAlone() ? SEED_LIMITS.inFlightAlone : SEED_LIMITS.inFlight;
    const pieces: number[] = [];
    let inFlight = other.told.countWithout(other.have);
    for (let piece = this.#handedOut.next(0, false); piece !== undefined && inFlight < limit;) {
      if (other.have.has(piece)) this.#handedOut.add(piece);
      else {
        this.#give(other, piece, pieces);
        inFlight += 1;
      }
      piece = this.#handedOut.next(piece + 1, false);
    }
    this.#tell(other, pieces);
  }

  /** Whether nobody else wants it, as far as one can know by now. */
  #isAlone(): boolean {
    const { clock, participants } = this.#copy.context;
    if (this.#wanting().length > 1) return false;
    const isGathering = clock.monotonicMs() - this.#startedMs < SEED_LIMITS.gatheringMs;
    return !isGathering || participants(this.#copy).length <= 1;
  }

  #give(other: OtherCopy, piece: number, pieces: number[]): void {
    this.#handedOut.add(piece);
    other.told.add(piece);
    pieces.push(piece);
  }

  #tell({ link }: OtherCopy, pieces: readonly number[]): void {
    for (let from = 0; from < pieces.length; from += MAX_PIECES_TOLD)
      this.#copy.send(link, {
        type: 'pieces',
        transferId: this.#copy.idBytes,
        pieces: pieces.slice(from, from + MAX_PIECES_TOLD),
      });
  }

  /** What only somebody had who went away, and what those need who get nothing. */
  #tick(): void {
    const wanting = this.#wanting();
    const nowMs = this.#copy.context.clock.monotonicMs();
    for (const other of wanting) {
      this.handOut(other);
      const progress = this.#progressMs.get(other);
      if (progress?.count !== other.have.count) this.#progressMs.set(other, { atMs: nowMs, count: other.have.count });
      const isStarving = progress !== undefined && nowMs - progress.atMs >= SEED_LIMITS.starvingMs;
      const pieces: number[] = [];
      let inFlight = other.told.countWithout(other.have);
      for (let piece = other.have.next(0, false); piece !== undefined; piece = other.have.next(piece + 1, false)) {
        if (inFlight >= SEED_LIMITS.inFlight) break;
        if (other.told.has(piece) || (!isStarving && this.#isElsewhere(other, piece))) continue;
        this.#give(other, piece, pieces);
        inFlight += 1;
      }
      this.#tell(other, pieces);
    }
    for (const other of this.#progressMs.keys()) if (!wanting.includes(other)) this.#progressMs.delete(other);
  }

  /** Somebody else has it, or is about to. */
  #isElsewhere(except: OtherCopy, piece: number): boolean {
    for (const other of this.#copy.others.values())
      if (other !== except && isThere(other) && (other.have.has(piece) || other.told.has(piece))) return true;
    return false;
  }

  #wanting(): OtherCopy[] {
    return [...this.#copy.others.values()].filter(({ phase }) => phase === 'wanted');
  }

  #tellHashes(link: PeerLink, pieces: PieceSet): void {
    for (const run of this.#hashes.runs(pieces))
      this.#copy.send(link, { type: 'hashes', transferId: this.#copy.idBytes, ...run });
  }
}

function isThere({ phase }: OtherCopy): boolean {
  return phase === 'wanted' || phase === 'complete';
}
