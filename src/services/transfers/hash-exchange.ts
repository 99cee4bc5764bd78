// The hashes of an incoming transfer's pieces: from its author as they become known, or all of them from anybody once the
// author has signed for them. What lies here from an earlier run is compared with them.

import { toHex } from '../../base/bytes.ts';
import type { PeerLink } from '../../contracts/links.ts';
import { HASH_BYTES, MAX_PIECE_HASHES } from '../../wire/limits.ts';
import { sha256 } from '../../wire/log-entry.ts';
import type { Copy } from './copy.ts';
import { PieceHashes } from './piece-hashes.ts';
import { PieceSet } from './piece-set.ts';

export interface HashExchangeParts {
  readonly copy: Copy;
  readonly isRunning: () => boolean;
  /** Something can be fetched that couldn't be before, or need not be fetched any more. */
  readonly changed: () => void;
  readonly failed: (error: unknown) => void;
}

export class HashExchange {
  readonly #parts: HashExchangeParts;
  readonly #hashes: PieceHashes;
  /** Lie here, and may be wrong. */
  #unchecked: PieceSet;
  /** From somebody who isn't the author, until all of them are here and can be checked. */
  #foreign: PieceHashes | undefined;

  constructor(parts: HashExchangeParts) {
    this.#parts = parts;
    this.#hashes = new PieceHashes(parts.copy.pieceCount);
    this.#unchecked = new PieceSet(parts.copy.pieceCount);
  }

  isKnown(piece: number): boolean {
    return this.#hashes.known.has(piece);
  }

  isUnchecked(piece: number): boolean {
    return this.#unchecked.has(piece);
  }

  /** Of an earlier run so many pieces lie here: which of them are right is not known. */
  begin(presentPieces: number): void {
    this.#unchecked = new PieceSet(this.#parts.copy.pieceCount);
    for (let piece = 0; piece < presentPieces; piece++) this.#unchecked.add(piece);
  }

  /** A piece came with its author's own hash, or was checked otherwise. */
  received(piece: number, hash: Uint8Array | undefined): void {
    this.#unchecked.delete(piece);
    if (hash !== undefined) this.#hashes.set(piece, hash);
  }

  /** What is known of what somebody lacks. */
  give(link: PeerLink, first: number, count: number): void {
    const { copy } = this.#parts;
    const wanted = new PieceSet(copy.pieceCount);
    for (let piece = first; piece < Math.min(first + count, copy.pieceCount); piece++) wanted.add(piece);
    for (const run of this.#hashes.runs(wanted)) copy.send(link, { type: 'hashes', transferId: copy.idBytes, ...run });
  }

  /** Of pieces that lie here unchecked; of everything when only others than the author are here. */
  ask(link: PeerLink): void {
    const { copy } = this.#parts;
    if (!copy.offer.hashPieces || this.#hashes.known.isFull) return;
    const phase = copy.others.get(link.peerId)?.phase;
    if (phase !== 'complete' && phase !== 'wanted') return;
    const isAuthor = link.peerId === copy.record.author;
    this.#ask(link, isAuthor ? lastOf(this.#unchecked) : copy.record.root === undefined ? 0 : copy.pieceCount);
  }

  /** All that lies here is to be compared with its author's hashes. */
  checkAnew(author: PeerLink): void {
    const { copy } = this.#parts;
    this.begin(copy.pieceCount);
    this.#ask(author, copy.pieceCount);
  }

  #ask(link: PeerLink, total: number): void {
    const { copy } = this.#parts;
    for (let first = 0; first < total; first += MAX_PIECE_HASHES) {
      const count = Math.min(MAX_PIECE_HASHES, total - first);
      copy.send(link, { type: 'hashes-wanted', transferId: copy.idBytes, first, count });
    }
  }

  async take(link: PeerLink, first: number, hashes: Uint8Array): Promise<void> {
    const { copy } = this.#parts;
    if (first + hashes.length / HASH_BYTES > copy.pieceCount || copy.isOver) return;
    if (link.peerId === copy.record.author) {
      await this.#expect(first, hashes);
      return;
    }
    const { root } = copy.record;
    if (root === undefined || root.piecesHash === '' || this.#hashes.known.isFull) return;
    this.#foreign ??= new PieceHashes(copy.pieceCount);
    this.#foreign.setAll(first, hashes);
    if (!this.#foreign.known.isFull) return;
    const all = this.#foreign.bytes;
    this.#foreign = undefined;
    if (toHex(sha256(all)) === root.piecesHash) await this.#expect(0, all);
  }

  async #expect(first: number, hashes: Uint8Array): Promise<void> {
    const { copy, isRunning, changed, failed } = this.#parts;
    if (!isRunning()) return;
    const count = hashes.length / HASH_BYTES;
    let verify = false;
    for (let piece = first; piece < first + count && !verify; piece++) verify = this.#unchecked.has(piece);
    try {
      this.#hashes.setAll(first, hashes);
      // A copy: the engine may keep what it is given, or hand it to another thread.
      const right = await copy.context.engine.expectHashes(copy.id, first, hashes.slice(), { verify });
      if (!isRunning()) return;
      for (const [at, isRight] of right.entries()) {
        if (!this.#unchecked.delete(first + at)) continue;
        if (isRight) copy.have.add(first + at);
        else copy.have.delete(first + at);
      }
      changed();
    } catch (error) {
      if (isRunning()) failed(error);
    }
  }
}

function lastOf(pieces: PieceSet): number {
  let last = 0;
  for (let piece = pieces.next(0); piece !== undefined; piece = pieces.next(piece + 1)) last = piece + 1;
  return last;
}
