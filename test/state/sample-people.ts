// People for tests: real peer ids in a known order.
import { peerIdOfKey } from '../../src/base/peer-id.ts';
import type { Claimant } from '../../src/state/labels.ts';
import type { PeerId } from '../../src/state/values.ts';

/** The id of the key that is `number`, as 32 bytes, big end first: lower numbers are lower keys. */
export function samplePeerId(number: number): PeerId {
  const key = new Uint8Array(32);
  new DataView(key.buffer).setUint32(28, number);
  return peerIdOfKey(key);
}

export function claimant(number: number, claimedName: string, more: Partial<Claimant> = {}): Claimant {
  return { peerId: samplePeerId(number), claimedName, trust: 'new', ...more };
}
