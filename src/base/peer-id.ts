// Peer ids of Ed25519 keys: base58btc(identity multihash(protobuf public key)), the `12D3Koo…` form of
// https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md.

import { base58btc } from 'multiformats/bases/base58';
import { bytesEqual, concatBytes } from './bytes.ts';

// multihash identity (0x00), length 36; protobuf: field 1 = 1 (Ed25519), field 2 = 32 bytes.
const PREFIX = new Uint8Array([0x00, 0x24, 0x08, 0x01, 0x12, 0x20]);
const PUBLIC_KEY_BYTES = 32;

export function peerIdOfKey(publicKey: Uint8Array): string {
  return base58btc.baseEncode(concatBytes(PREFIX, publicKey));
}

/** The Ed25519 public key inside a peer id, or undefined when the text is no such id. */
export function keyOfPeerId(peerId: string): Uint8Array | undefined {
  if (peerId.length < 40 || peerId.length > 60) return undefined;
  let bytes: Uint8Array;
  try {
    bytes = base58btc.baseDecode(peerId);
  } catch {
    return undefined;
  }
  if (bytes.length !== PREFIX.length + PUBLIC_KEY_BYTES || !bytesEqual(bytes.subarray(0, PREFIX.length), PREFIX))
    return undefined;
  return bytes.subarray(PREFIX.length);
}
