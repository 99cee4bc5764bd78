// The one order of people that is the same on every screen: that of their keys.

import { toHex } from '../base/bytes.ts';
import { keyOfPeerId } from '../base/peer-id.ts';
import { boundedMemo } from './bounded-memo.ts';
import type { PeerId } from './values.ts';

const MEMO_LIMIT = 8192;

// Hex digits order as the bytes do. Ids without a key (guests of a super-peer) come after all keys, by their text.
const orderText = boundedMemo(MEMO_LIMIT, (peerId: PeerId) => {
  const key = keyOfPeerId(peerId);
  return key === undefined ? `~${peerId}` : toHex(key);
});

/** -1, 0 or 1: by the bytes of the public keys. */
export function comparePeerIds(left: PeerId, right: PeerId): number {
  if (left === right) return 0;
  const [leftText, rightText] = [orderText(left), orderText(right)];
  return leftText < rightText ? -1 : leftText > rightText ? 1 : 0;
}
