// A file or folder whose pieces are sent.

import { createHash } from 'node:crypto';
import type { ByteSource } from '../../contracts/transfer-files.ts';
import { concatBytes } from '../../base/bytes.ts';
import type { BufferPool } from './buffer-pool.ts';
import { PieceHashes } from './piece-hashes.ts';
import { hashOfPiece } from './piece-reads.ts';
import type { PieceLayout } from './piece-layout.ts';
import type { PieceReading, PieceSupply } from './pieces.ts';
import { RunHash } from './run-hash.ts';

export class SourceTransfer implements PieceSupply {
  readonly transferId: string;
  readonly layout: PieceLayout;
  readonly #source: ByteSource;
  readonly #pool: BufferPool;
  readonly #run = new RunHash();
  readonly #hashes: PieceHashes;

  constructor(transferId: string, source: ByteSource, layout: PieceLayout, pool: BufferPool) {
    this.transferId = transferId;
    this.layout = layout;
    this.#source = source;
    this.#pool = pool;
    this.#hashes = new PieceHashes(layout.hashPieces ? layout.count : 0);
  }

  offers(piece: number): boolean {
    return this.layout.has(piece);
  }

  open(piece: number): PieceReading {
    const { layout } = this;
    const start = layout.startOf(piece);
    const known = this.#hashes.get(piece);
    const run = layout.hashPieces ? undefined : this.#run.pieceAt(start, layout.lengthOf(piece));
    const hash = layout.hashPieces && known === undefined ? createHash('sha256') : run?.hash;
    return {
      read: async (buffer, offset) => {
        await this.#source.read(buffer, start + offset);
        hash?.update(buffer);
      },
      end: () => {
        if (run !== undefined) this.#run.add(run);
        if (!layout.hashPieces || hash === undefined) return known;
        const digest = new Uint8Array(hash.digest());
        this.#hashes.set(piece, digest);
        return digest;
      },
    };
  }

  /** SHA-256 of all of it, which did not change meanwhile. */
  async seal(): Promise<Uint8Array> {
    const buffer = this.#pool.take();
    try {
      const read = (part: Uint8Array, position: number): Promise<void> => this.#source.read(part, position);
      const digest = await this.#run.digest(this.layout.streamBytes, buffer.data, read);
      await this.#source.checkUnchanged();
      return digest;
    } finally {
      this.#pool.give(buffer);
    }
  }

  async pieceHashes(first: number, count: number): Promise<Uint8Array> {
    this.layout.requireRange(first, count);
    const hashes: Uint8Array[] = [];
    for (let piece = first; piece < first + count; piece++) hashes.push(await this.#hashOf(piece));
    return concatBytes(...hashes);
  }

  close(): Promise<void> {
    return this.#source.close();
  }

  async #hashOf(piece: number): Promise<Uint8Array> {
    const known = this.#hashes.get(piece);
    if (known !== undefined) return known;
    const hash = await hashOfPiece(this.layout, piece, this.#pool, (buffer, position) =>
      this.#source.read(buffer, position),
    );
    if (this.layout.hashPieces) this.#hashes.set(piece, hash);
    return hash;
  }
}
