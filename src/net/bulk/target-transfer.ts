// What is being received: which pieces are here, which of them are right; and passes right ones on.

import { createHash } from 'node:crypto';
import { bytesEqual, concatBytes } from '../../base/bytes.ts';
import { MmchatError } from '../../base/errors.ts';
import type { ByteTarget, TargetSpec } from '../../contracts/transfer-files.ts';
import { HASH_BYTES } from '../../wire/limits.ts';
import type { BufferPool } from './buffer-pool.ts';
import { PieceHashes } from './piece-hashes.ts';
import type { PieceLayout } from './piece-layout.ts';
import { hashOfPiece } from './piece-reads.ts';
import { Intake, type Ending } from './piece-intake.ts';
import type { PieceIntake, PieceOutcome, PieceReading, PieceSink, PieceSupply } from './pieces.ts';
import { RunHash } from './run-hash.ts';

const MISSING = 0;
const PRESENT = 1;
/** It has the hash that it must have. */
const VERIFIED = 2;

export class TargetTransfer implements PieceSink, PieceSupply {
  readonly transferId: string;
  readonly layout: PieceLayout;
  readonly presentPieces: number;
  readonly #target: ByteTarget;
  readonly #pool: BufferPool;
  readonly #run = new RunHash();
  readonly #states: Uint8Array;
  readonly #expected: PieceHashes;
  /** Of what is on the disk. */
  readonly #own: PieceHashes;
  readonly #intakes = new Map<number, Intake>();
  /** Bytes of the beginning that have to be written one after the other. */
  #firstBytes: number;
  #writes: Promise<void> = Promise.resolve();
  #isFinished = false;

  constructor(spec: TargetSpec, target: ByteTarget, layout: PieceLayout, pool: BufferPool) {
    this.transferId = spec.transferId;
    this.layout = layout;
    this.#target = target;
    this.#pool = pool;
    const hashed = layout.hashPieces ? layout.count : 0;
    this.#expected = new PieceHashes(hashed);
    this.#own = new PieceHashes(hashed);
    this.#firstBytes = spec.manifestBytes;
    const { presentBytes } = target;
    this.presentPieces =
      presentBytes >= layout.streamBytes ? layout.count : Math.floor(presentBytes / layout.pieceBytes);
    this.#states = new Uint8Array(layout.count).fill(PRESENT, 0, this.presentPieces);
    if (presentBytes >= spec.manifestBytes) this.#firstBytes = 0;
  }

  get partPath(): string {
    return this.#target.partPath;
  }

  begin(piece: number): PieceIntake {
    if (this.#states[piece] === VERIFIED) return hereAlready(this.#own.get(piece));
    const previous = this.#intakes.get(piece);
    previous?.abort();
    this.#states[piece] = MISSING;
    this.#own.forget(piece);
    const start = this.layout.startOf(piece);
    this.#run.changedAt(start);
    const run = this.layout.hashPieces ? undefined : this.#run.pieceAt(start, this.layout.lengthOf(piece));
    const intake: Intake = new Intake({
      hash: this.layout.hashPieces ? createHash('sha256') : run?.hash,
      before: previous?.settled() ?? Promise.resolve(),
      write: (bytes, offset) => this.#write(bytes, start + offset),
      // At once, not when it is written: the next piece begins where this hash ends.
      whole: () => {
        if (run !== undefined) this.#run.add(run);
      },
      end: (ending) => this.#end(piece, intake, ending),
    });
    this.#intakes.set(piece, intake);
    return intake;
  }

  offers(piece: number): boolean {
    return this.layout.hashPieces && this.#states[piece] === VERIFIED;
  }

  open(piece: number): PieceReading {
    const start = this.layout.startOf(piece);
    return {
      read: (buffer, offset) => this.#target.read(buffer, start + offset),
      end: () => this.#expected.get(piece),
    };
  }

  async expectHashes(first: number, hashes: Uint8Array, options: { verify: boolean }): Promise<boolean[]> {
    const count = hashes.length / HASH_BYTES;
    this.layout.requireRange(first, count);
    if (!this.layout.hashPieces) throw misuse('The pieces of this transfer have no hashes.');
    for (let index = 0; index < count; index++)
      this.#expected.set(first + index, hashes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES));
    const right: boolean[] = [];
    for (let piece = first; piece < first + count; piece++) right.push(await this.#isRight(piece, options.verify));
    return right;
  }

  async pieceHashes(first: number, count: number): Promise<Uint8Array> {
    this.layout.requireRange(first, count);
    const hashes: Uint8Array[] = [];
    for (let piece = first; piece < first + count; piece++) {
      if (this.#states[piece] === MISSING) throw misuse('Not all of these pieces are here.');
      hashes.push(await this.#hashOf(piece));
    }
    return concatBytes(...hashes);
  }

  async seal(anew: boolean): Promise<Uint8Array> {
    if (this.#states.includes(MISSING)) throw misuse('Not all pieces are here.');
    if (anew) this.#run.reset();
    const buffer = this.#pool.take();
    try {
      const read = (part: Uint8Array, position: number): Promise<void> => this.#target.read(part, position);
      return await this.#run.digest(this.layout.streamBytes, buffer.data, read);
    } finally {
      this.#pool.give(buffer);
    }
  }

  async finish(): Promise<{ path: string }> {
    if (this.#states.includes(MISSING)) throw misuse('Not all pieces are here.');
    const { path } = await this.#target.finish();
    this.#isFinished = true;
    return { path };
  }

  async close(discard: boolean): Promise<void> {
    for (const intake of this.#intakes.values()) intake.abort();
    await Promise.all(Array.from(this.#intakes.values(), (intake) => intake.settled()));
    this.#intakes.clear();
    await (discard && !this.#isFinished ? this.#target.discard() : this.#target.close());
  }

  /** The beginning of a folder says what it consists of: nothing else before it. */
  #write(bytes: Uint8Array, position: number): Promise<void> {
    const write = (): Promise<void> => this.#target.write(bytes, position);
    if (this.#firstBytes === 0) return write();
    const written = this.#writes.then(write);
    this.#writes = written.then(
      () => {
        if (position <= this.#firstBytes && position + bytes.length >= this.#firstBytes) this.#firstBytes = 0;
      },
      () => undefined,
    );
    return written;
  }

  #end(piece: number, intake: Intake, { isWhole, hash, claimed, trusted }: Ending): PieceOutcome {
    const isCurrent = this.#intakes.get(piece) === intake;
    if (isCurrent) this.#intakes.delete(piece);
    if (!isCurrent || !isWhole) {
      // Somebody else was asked as well. What they brought stands.
      return this.#states[piece] === MISSING ? { kind: 'refused' } : receivedWith(this.#own.get(piece));
    }
    if (!this.layout.hashPieces || hash === undefined) {
      this.#states[piece] = PRESENT;
      return { kind: 'received' };
    }
    const digest = new Uint8Array(hash.digest());
    const matches = this.#expected.matches(piece, digest);
    if (matches === false || claimed === undefined || !bytesEqual(claimed, digest)) return { kind: 'bad' };
    if (trusted) this.#expected.set(piece, digest);
    this.#own.set(piece, digest);
    this.#states[piece] = trusted || matches === true ? VERIFIED : PRESENT;
    return receivedWith(digest);
  }

  async #isRight(piece: number, verify: boolean): Promise<boolean> {
    if (this.#states[piece] === MISSING) return false;
    const own = this.#own.get(piece) ?? (verify ? await this.#hashOf(piece) : undefined);
    // While it was read it may have begun to come anew.
    if (own === undefined || this.#states[piece] === MISSING) return false;
    const isRight = this.#expected.matches(piece, own) === true;
    this.#states[piece] = isRight ? VERIFIED : MISSING;
    return isRight;
  }

  async #hashOf(piece: number): Promise<Uint8Array> {
    const own = this.#own.get(piece);
    if (own !== undefined) return own;
    const hash = await hashOfPiece(this.layout, piece, this.#pool, (part, position) =>
      this.#target.read(part, position),
    );
    if (this.layout.hashPieces && this.#states[piece] !== MISSING) this.#own.set(piece, hash);
    return hash;
  }
}

function hereAlready(hash: Uint8Array | undefined): PieceIntake {
  return {
    write: () => Promise.resolve(),
    end: () => Promise.resolve(receivedWith(hash)),
    abort: () => undefined,
  };
}

function receivedWith(hash: Uint8Array | undefined): PieceOutcome {
  return { kind: 'received', ...(hash === undefined ? {} : { hash }) };
}

function misuse(sentence: string): MmchatError {
  return new MmchatError('internal', sentence);
}
