// Which piece to ask a source for next: in order from the only one who has it, else the rarest. Pure.

import type { PieceSet } from './piece-set.ts';

/** Pieces that are compared for their rarity; all of a large transfer would take long. */
const CANDIDATES = 24;

export interface PieceQuestion {
  readonly have: PieceSet;
  /** What the source has. */
  readonly there: PieceSet;
  /** Only pieces below this one. */
  readonly limit: number;
  /** 0 to 1: where to begin to look, for the rarest first. Undefined: in order. */
  readonly random: number | undefined;
  readonly isFree: (piece: number) => boolean;
  /** How many have it. */
  readonly holders: (piece: number) => number;
}

export function choosePiece(question: PieceQuestion): number | undefined {
  const { have, limit, random } = question;
  if (random === undefined) return found(question, 0, limit, 1)[0];
  const start = Math.floor(random * Math.min(limit, have.size));
  const candidates = found(question, start, limit, CANDIDATES);
  if (candidates.length < CANDIDATES) candidates.push(...found(question, 0, start, CANDIDATES - candidates.length));
  let best: { piece: number; holders: number } | undefined;
  for (const piece of candidates) {
    const holders = question.holders(piece);
    if (best === undefined || holders < best.holders) best = { piece, holders };
  }
  return best?.piece;
}

function found({ have, there, isFree }: PieceQuestion, from: number, below: number, most: number): number[] {
  const pieces: number[] = [];
  let piece = have.next(from, false);
  while (piece !== undefined && piece < below && pieces.length < most) {
    if (there.has(piece) && isFree(piece)) pieces.push(piece);
    piece = have.next(piece + 1, false);
  }
  return pieces;
}
