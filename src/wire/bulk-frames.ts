// What is said on a channel of a transfer: which pieces are wanted, and the pieces. README.md beside this file.

import { WireError } from '../base/errors.ts';
import { HASH_BYTES, MAX_PIECE_BYTES, MAX_PIECES } from './limits.ts';

const REQUEST = 0x01;
const FORGET = 0x02;
const PIECE = 0x11;
const REFUSED = 0x12;

const HEAD_BYTES = 9;

/** Of a piece: kind, index, length. */
export const PIECE_HEAD_BYTES = HEAD_BYTES;

/** Ranges of pieces that may be waiting for an answer on one channel. */
export const MAX_WAITING_RANGES = 256;

export interface PieceRange {
  readonly first: number;
  readonly count: number;
}

export type FetcherFrame = ({ readonly kind: 'request' } & PieceRange) | { readonly kind: 'forget' };

export function encodeRequest({ first, count }: PieceRange): Uint8Array {
  return head(REQUEST, first, count);
}

export function encodeForget(): Uint8Array {
  return new Uint8Array([FORGET]);
}

export function encodeRefused({ first, count }: PieceRange): Uint8Array {
  return head(REFUSED, first, count);
}

/** Goes before `length` bytes of the piece and, where pieces are hashed, its hash. */
export function encodePieceHead(piece: number, length: number): Uint8Array {
  return head(PIECE, piece, length);
}

function head(kind: number, first: number, second: number): Uint8Array {
  const bytes = new Uint8Array(HEAD_BYTES);
  const view = new DataView(bytes.buffer);
  bytes[0] = kind;
  view.setUint32(1, first);
  view.setUint32(5, second);
  return bytes;
}

/** Takes the bytes of a head from chunks that are cut anywhere. */
class HeadReader {
  readonly #bytes = new Uint8Array(HEAD_BYTES);
  readonly #view = new DataView(this.#bytes.buffer);
  #filled = 0;

  get isEmpty(): boolean {
    return this.#filled === 0;
  }

  /** The offset behind what was taken; the head is whole when `isWhole`. */
  take(chunk: Uint8Array, offset: number, kindLengths: (kind: number) => number): number {
    if (this.#filled === 0) this.#bytes[this.#filled++] = chunk[offset++] ?? 0;
    const length = kindLengths(this.kind);
    while (this.#filled < length && offset < chunk.length) this.#bytes[this.#filled++] = chunk[offset++] ?? 0;
    return offset;
  }

  isWhole(kindLengths: (kind: number) => number): boolean {
    return this.#filled > 0 && this.#filled === kindLengths(this.kind);
  }

  get kind(): number {
    return this.#bytes[0] ?? 0;
  }

  get first(): number {
    return this.#view.getUint32(1);
  }

  get second(): number {
    return this.#view.getUint32(5);
  }

  clear(): void {
    this.#filled = 0;
  }
}

/** Reads what a fetcher says. Holds less than one frame. */
export class FetcherFrameDecoder {
  readonly #head = new HeadReader();

  /** @throws WireError at bytes that are no frame; nothing can be read after that */
  push(chunk: Uint8Array): FetcherFrame[] {
    const frames: FetcherFrame[] = [];
    for (let offset = 0; offset < chunk.length;) {
      offset = this.#head.take(chunk, offset, fetcherFrameLength);
      if (!this.#head.isWhole(fetcherFrameLength)) break;
      frames.push(this.#head.kind === FORGET ? { kind: 'forget' } : { kind: 'request', ...rangeOf(this.#head) });
      this.#head.clear();
    }
    return frames;
  }
}

function fetcherFrameLength(kind: number): number {
  if (kind === REQUEST) return HEAD_BYTES;
  if (kind === FORGET) return 1;
  throw new WireError('A fetcher said something that nobody knows.');
}

function rangeOf({ first, second: count }: { readonly first: number; readonly second: number }): PieceRange {
  if (count < 1 || first + count > MAX_PIECES) throw new WireError('These are pieces that no file has.');
  return { first, count };
}

/** Who takes what a source says; may throw WireError, which stops the reading for good. */
export interface SourceFrameTaker {
  /** A piece begins. It must be the one that is due, with the length that it must have. */
  piece(piece: number, length: number): void;
  /** The next bytes of the piece; says how many of them were taken. They are only lent. */
  bytes(bytes: Uint8Array): number;
  /** The piece is whole. With the hash that came behind it, where pieces are hashed. */
  pieceEnd(hash: Uint8Array | undefined): void;
  refused(range: PieceRange): void;
}

/** Reads what a source says. Holds less than one head or hash: bytes of pieces are handed on as they come. */
export class SourceFrameDecoder {
  readonly #taker: SourceFrameTaker;
  readonly #hashPieces: boolean;
  readonly #head = new HeadReader();
  readonly #hash = new Uint8Array(HASH_BYTES);
  #hashFilled = 0;
  #bytesLeft = 0;
  #state: 'head' | 'bytes' | 'hash' = 'head';

  constructor(taker: SourceFrameTaker, options: { readonly hashPieces: boolean }) {
    this.#taker = taker;
    this.#hashPieces = options.hashPieces;
  }

  /**
   * How many bytes of `chunk` were read: fewer than it has when the taker did not take all; the rest is to be given again.
   *
   * @throws WireError at bytes that are no frame; nothing can be read after that
   */
  push(chunk: Uint8Array): number {
    let offset = 0;
    while (offset < chunk.length) {
      if (this.#state === 'bytes') {
        const offered = chunk.subarray(offset, offset + this.#bytesLeft);
        const taken = this.#taker.bytes(offered);
        offset += taken;
        this.#bytesLeft -= taken;
        if (taken < offered.length) return offset;
        if (this.#bytesLeft === 0) this.#endBytes();
      } else if (this.#state === 'hash') offset = this.#readHash(chunk, offset);
      else offset = this.#readHead(chunk, offset);
    }
    return offset;
  }

  #readHead(chunk: Uint8Array, offset: number): number {
    const after = this.#head.take(chunk, offset, sourceFrameLength);
    if (!this.#head.isWhole(sourceFrameLength)) return after;
    const { kind, first, second } = this.#head;
    const range = kind === REFUSED ? rangeOf(this.#head) : undefined;
    this.#head.clear();
    if (range !== undefined) this.#taker.refused(range);
    else {
      if (first >= MAX_PIECES || second < 1 || second > MAX_PIECE_BYTES)
        throw new WireError('This is a piece that no file has.');
      this.#taker.piece(first, second);
      this.#bytesLeft = second;
      this.#state = 'bytes';
    }
    return after;
  }

  #endBytes(): void {
    this.#state = this.#hashPieces ? 'hash' : 'head';
    if (!this.#hashPieces) this.#taker.pieceEnd(undefined);
  }

  #readHash(chunk: Uint8Array, offset: number): number {
    const part = chunk.subarray(offset, offset + HASH_BYTES - this.#hashFilled);
    this.#hash.set(part, this.#hashFilled);
    this.#hashFilled += part.length;
    if (this.#hashFilled === HASH_BYTES) {
      this.#hashFilled = 0;
      this.#state = 'head';
      this.#taker.pieceEnd(this.#hash.slice());
    }
    return offset + part.length;
  }
}

function sourceFrameLength(kind: number): number {
  if (kind === PIECE || kind === REFUSED) return HEAD_BYTES;
  throw new WireError('A source said something that nobody knows.');
}
