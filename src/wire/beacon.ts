// The beacon datagram: "here is a node", for networks that drop multicast. Sent by UDP broadcast, never answered.
//
//    0       5 6 7               15  17
//   +---------+-+-+---------------+---+----------------------------------+
//   | "MMP2P" |v|f| instance id   |port| f.0 = 1: 8 bytes network tag     |
//   |         | | | 8 bytes       |u16 | f.0 = 0: 32 bytes Ed25519 key    |
//   +---------+-+-+---------------+---+----------------------------------+
//
// v: version, 1. f: flags; bit 0 = closed network, the others are sent as 0 and ignored. Numbers are big-endian. Bytes
// after the end are ignored, so that later versions can append. Nothing in here is proven: only a link says who it is.

import { bytesEqual, fromHex, toHex, utf8 } from '../base/bytes.ts';
import { WireError } from '../base/errors.ts';
import { PUBLIC_KEY_BYTES } from '../base/ed25519.ts';
import { INSTANCE_ID_BYTES } from './limits.ts';

const BEACON_VERSION = 1;

export const NETWORK_TAG_BYTES = 8;

const MAGIC = utf8('MMP2P');
const VERSION_OFFSET = MAGIC.length;
const FLAGS_OFFSET = VERSION_OFFSET + 1;
const INSTANCE_OFFSET = FLAGS_OFFSET + 1;
const PORT_OFFSET = INSTANCE_OFFSET + INSTANCE_ID_BYTES;
const BODY_OFFSET = PORT_OFFSET + 2;
const CLOSED_FLAG = 1;

export const LONGEST_BEACON_BYTES = BODY_OFFSET + PUBLIC_KEY_BYTES;

export type Beacon = {
  /** 16 hex digits, lower case. */
  readonly instanceId: string;
  /** TCP port of the links. */
  readonly port: number;
} & (
  | { readonly network: 'open'; readonly publicKey: Uint8Array }
  | { readonly network: 'closed'; readonly tag: Uint8Array }
);

/** @throws RangeError when a field of one's own beacon has the wrong length */
export function encodeBeacon(beacon: Beacon): Uint8Array {
  const instance = fromHex(beacon.instanceId);
  const closed = beacon.network === 'closed';
  const body = closed ? beacon.tag : beacon.publicKey;
  if (instance.length !== INSTANCE_ID_BYTES) throw new RangeError('an instance id has 8 bytes');
  if (body.length !== (closed ? NETWORK_TAG_BYTES : PUBLIC_KEY_BYTES))
    throw new RangeError('tag 8 bytes, key 32 bytes');
  if (!Number.isInteger(beacon.port) || beacon.port < 1 || beacon.port > 0xffff) throw new RangeError('no port number');
  const bytes = new Uint8Array(BODY_OFFSET + body.length);
  bytes.set(MAGIC);
  bytes[VERSION_OFFSET] = BEACON_VERSION;
  bytes[FLAGS_OFFSET] = closed ? CLOSED_FLAG : 0;
  bytes.set(instance, INSTANCE_OFFSET);
  new DataView(bytes.buffer).setUint16(PORT_OFFSET, beacon.port);
  bytes.set(body, BODY_OFFSET);
  return bytes;
}

/** @throws WireError, and nothing else, for anything that is no beacon of this version */
export function decodeBeacon(bytes: Uint8Array): Beacon {
  if (bytes.length < BODY_OFFSET || !bytesEqual(bytes.subarray(0, MAGIC.length), MAGIC))
    throw new WireError('This datagram is not a beacon.');
  if (bytes[VERSION_OFFSET] !== BEACON_VERSION) throw new WireError('This beacon has another version.');
  const closed = ((bytes[FLAGS_OFFSET] ?? 0) & CLOSED_FLAG) !== 0;
  const end = BODY_OFFSET + (closed ? NETWORK_TAG_BYTES : PUBLIC_KEY_BYTES);
  if (bytes.length < end) throw new WireError('This beacon is cut off.');
  const port = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint16(PORT_OFFSET);
  if (port === 0) throw new WireError('This beacon names no port.');
  const common = { instanceId: toHex(bytes.subarray(INSTANCE_OFFSET, PORT_OFFSET)), port };
  const body = bytes.slice(BODY_OFFSET, end);
  return closed ? { ...common, network: 'closed', tag: body } : { ...common, network: 'open', publicKey: body };
}
