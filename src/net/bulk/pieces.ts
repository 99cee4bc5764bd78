// What the two ends of a channel need of a source or target.

import type { PieceLayout } from './piece-layout.ts';

/** A piece that is being read to be sent. */
export interface PieceReading {
  /** Fills `buffer` with the bytes of the piece from `offset` on; in order. */
  read(buffer: Uint8Array, offset: number): Promise<void>;
  /** All of it was read. Its hash, where pieces are hashed. */
  end(): Uint8Array | undefined;
}

/** Something whose pieces can be sent. */
export interface PieceSupply {
  readonly transferId: string;
  readonly layout: PieceLayout;
  offers(piece: number): boolean;
  open(piece: number): PieceReading;
}

export type PieceOutcome =
  /** It is here. */
  | { readonly kind: 'received'; readonly hash?: Uint8Array }
  /** It came, but it is not what it must be. */
  | { readonly kind: 'bad' }
  /** It came, but meanwhile it is coming from somebody else. */
  | { readonly kind: 'refused' };

/** A piece that is being received. */
export interface PieceIntake {
  /** Bytes of the piece from `offset` on; in order. Resolves when `bytes` may be used for something else. */
  write(bytes: Uint8Array, offset: number): Promise<void>;
  /** All of it came, with the hash that the other end says it has. */
  end(claimed: Uint8Array | undefined, options: { readonly trusted: boolean }): Promise<PieceOutcome>;
  /** The rest does not come. */
  abort(): void;
}

/** Something that takes pieces. */
export interface PieceSink {
  readonly transferId: string;
  readonly layout: PieceLayout;
  begin(piece: number): PieceIntake;
}
