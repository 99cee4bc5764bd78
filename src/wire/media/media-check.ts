// Datagrams by which two peers find out which pair of addresses works, and how long it takes there and back.

import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { WireError } from '../../base/errors.ts';
import { readUint16, readUint32, writeUint16, writeUint32 } from './big-endian.ts';

/**
 *      0      1       2          6             10          16                      28            44
 *     +------+-------+----------+-------------+-----------+-----------------------+-------------+
 *     | kind | flags | SSRC     | transaction | stamp, µs | nonce                 | tag         |
 *     | 1    | 1     | 4        | 4           | 6         | 12                    | 16          |
 *     +------+-------+----------+-------------+-----------+-----------------------+-------------+
 *
 *     kind: 0xC1 check, 0xC2 answer      flags: bit 0 nominated, others sent as 0, ignored
 *     nonce: direction (1 byte, 0 or 1), zeros (5 bytes), counter (6 bytes)
 */
export interface MediaCheck {
  readonly kind: 'check' | 'answer';
  /** Of whoever receives this datagram: how the session is found. */
  readonly ssrc: number;
  /** 32 bits. An answer has that of its check. */
  readonly transaction: number;
  /** This pair is the one that media will take. */
  readonly nominated: boolean;
  /** When the check was sent, by the clock of whoever sent it; in whole microseconds. An answer has that of its check. */
  readonly stampMs: number;
  /** Of the datagram's sender: the two sides of a session have different ones. */
  readonly direction: 0 | 1;
  /** Of the datagram's sender: never the same twice with one key. */
  readonly counter: number;
}

/** Checks and answers have the same length: nothing is ever amplified. */
export const MEDIA_CHECK_BYTES = 44;
/** Of the key. */
export const MEDIA_CHECK_KEY_BYTES = 16;

const CHECK = 0xc1;
const ANSWER = 0xc2;
const NOMINATED = 0x01;
const NONCE_OFFSET = 16;
const TAG_OFFSET = 28;
const TAG_LENGTH = { authTagLength: 16 } as const;
const MAX_48_BITS = 2 ** 48 - 1;
const NOTHING = Buffer.alloc(0);

/** Whether these bytes claim to be a check or an answer: never true of RTP and RTCP. */
export function isMediaCheck(bytes: Uint8Array): boolean {
  return bytes.length === MEDIA_CHECK_BYTES && (bytes[0] === CHECK || bytes[0] === ANSWER);
}

/** By what the session is found whose key opens this datagram; undefined if it is none. */
export function checkSsrcOf(bytes: Uint8Array): number | undefined {
  return isMediaCheck(bytes) ? readUint32(bytes, 2) : undefined;
}

/** @param key 16 bytes that both sides got over the link; best as a KeyObject that is kept */
export function encodeCheck(check: MediaCheck, key: Uint8Array | KeyObject): Buffer {
  if (!(check.counter >= 0 && check.counter <= MAX_48_BITS)) throw new WireError('This key made too many checks.');
  const bytes = Buffer.alloc(MEDIA_CHECK_BYTES);
  bytes[0] = check.kind === 'check' ? CHECK : ANSWER;
  bytes[1] = check.nominated ? NOMINATED : 0;
  writeUint32(bytes, 2, check.ssrc);
  writeUint32(bytes, 6, check.transaction);
  writeUint48(bytes, 10, Math.min(MAX_48_BITS, Math.max(0, Math.round(check.stampMs * 1000))));
  bytes[NONCE_OFFSET] = check.direction;
  writeUint48(bytes, TAG_OFFSET - 6, check.counter);
  const cipher = createCipheriv('aes-128-gcm', key, bytes.subarray(NONCE_OFFSET, TAG_OFFSET), TAG_LENGTH);
  cipher.setAAD(bytes.subarray(0, TAG_OFFSET));
  cipher.final();
  bytes.set(cipher.getAuthTag(), TAG_OFFSET);
  return bytes;
}

/**
 * @throws WireError at bytes that nobody with the key made. What this does not see: that a datagram was copied, or sent back
 * to its own author (`direction` is one's own then).
 */
export function decodeCheck(bytes: Uint8Array, key: Uint8Array | KeyObject): MediaCheck {
  if (!isMediaCheck(bytes)) throw new WireError('These bytes are no check of an address.');
  const decipher = createDecipheriv('aes-128-gcm', key, bytes.subarray(NONCE_OFFSET, TAG_OFFSET), TAG_LENGTH);
  decipher.setAAD(bytes.subarray(0, TAG_OFFSET));
  decipher.setAuthTag(bytes.subarray(TAG_OFFSET));
  decipher.update(NOTHING);
  try {
    decipher.final();
  } catch (cause) {
    throw new WireError('A check of an address is forged.', { cause });
  }
  const direction = bytes[NONCE_OFFSET];
  if (direction !== 0 && direction !== 1) throw new WireError('A check of an address goes in no direction.');
  return {
    kind: bytes[0] === CHECK ? 'check' : 'answer',
    ssrc: readUint32(bytes, 2),
    transaction: readUint32(bytes, 6),
    nominated: ((bytes[1] ?? 0) & NOMINATED) !== 0,
    stampMs: readUint48(bytes, 10) / 1000,
    direction,
    counter: readUint48(bytes, TAG_OFFSET - 6),
  };
}

function writeUint48(bytes: Uint8Array, offset: number, value: number): void {
  writeUint16(bytes, offset, Math.floor(value / 2 ** 32));
  writeUint32(bytes, offset + 2, value % 2 ** 32);
}

function readUint48(bytes: Uint8Array, offset: number): number {
  return readUint16(bytes, offset) * 2 ** 32 + readUint32(bytes, offset + 2);
}
