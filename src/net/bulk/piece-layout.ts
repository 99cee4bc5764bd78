// Where in a run of bytes each of its pieces is.

import { MmchatError } from '../../base/errors.ts';
import type { PieceOptions } from '../../contracts/bulk.ts';
import { MAX_PIECE_BYTES, MAX_PIECES, MIN_PIECE_BYTES } from '../../wire/limits.ts';

export class PieceLayout {
  readonly streamBytes: number;
  readonly pieceBytes: number;
  readonly hashPieces: boolean;
  readonly count: number;

  /** @throws MmchatError `bad-option`, `too-large` */
  constructor(streamBytes: number, { pieceBytes, hashPieces }: PieceOptions) {
    const isPowerOfTwo = Number.isInteger(Math.log2(pieceBytes));
    if (!isPowerOfTwo || pieceBytes < MIN_PIECE_BYTES || pieceBytes > MAX_PIECE_BYTES)
      throw new MmchatError('bad-option', `Pieces can't have ${pieceBytes} bytes.`);
    if (!Number.isSafeInteger(streamBytes) || streamBytes < 0)
      throw new MmchatError('bad-option', 'That is no size of anything.');
    this.streamBytes = streamBytes;
    this.pieceBytes = pieceBytes;
    this.hashPieces = hashPieces;
    this.count = Math.ceil(streamBytes / pieceBytes);
    if (this.count > MAX_PIECES) throw new MmchatError('too-large', 'That is too large to be sent in such pieces.');
  }

  startOf(piece: number): number {
    return piece * this.pieceBytes;
  }

  lengthOf(piece: number): number {
    return Math.min(this.pieceBytes, this.streamBytes - this.startOf(piece));
  }

  has(piece: number): boolean {
    return Number.isInteger(piece) && piece >= 0 && piece < this.count;
  }

  /** @throws MmchatError `bad-option` */
  requireRange(first: number, count: number): void {
    if (!Number.isInteger(first) || !Number.isInteger(count) || first < 0 || count < 0 || first + count > this.count)
      throw new MmchatError('bad-option', 'It has no such pieces.');
  }
}
