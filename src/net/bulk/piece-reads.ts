// Reads pieces where only their hash is wanted.

import { createHash } from 'node:crypto';
import type { BufferPool } from './buffer-pool.ts';
import type { PieceLayout } from './piece-layout.ts';
import type { ReadRun } from './run-hash.ts';

export async function hashOfPiece(
  layout: PieceLayout,
  piece: number,
  pool: BufferPool,
  read: ReadRun,
): Promise<Uint8Array> {
  const hash = createHash('sha256');
  const buffer = pool.take();
  try {
    const end = layout.startOf(piece) + layout.lengthOf(piece);
    for (let position = layout.startOf(piece); position < end; position += buffer.data.length) {
      const part = buffer.data.subarray(0, end - position);
      await read(part, position);
      hash.update(part);
    }
  } finally {
    pool.give(buffer);
  }
  return new Uint8Array(hash.digest());
}
