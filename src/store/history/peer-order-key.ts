// Bytes that sort as people do on every screen (state/peer-order.ts), for a database that compares bytes.

import { keyOfPeerId } from '../../base/peer-id.ts';
import { boundedMemo } from '../../state/bounded-memo.ts';
import type { PeerId } from '../../state/values.ts';

const MEMO_LIMIT = 8_192;

/** Keys first, by their bytes; then ids without one (guests of a super-peer), by their text. */
export const peerOrderKey = boundedMemo(MEMO_LIMIT, (peerId: PeerId): Uint8Array => {
  const key = keyOfPeerId(peerId);
  if (key !== undefined) return Buffer.concat([new Uint8Array([0]), key]);
  // JavaScript compares texts by their UTF-16 units: high byte first, bytes compare alike.
  return Buffer.concat([new Uint8Array([1]), Buffer.from(peerId, 'utf16le').swap16()]);
});
