// Keys of one direction of a call: from the master that the link carried to those of each protocol (RFC 3711, 4.3).

import { createCipheriv, createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** AEAD_AES_128_GCM (RFC 7714, 12). */
export const SRTP_KEY_BYTES = 16;
export const SRTP_SALT_BYTES = 12;
export const SRTP_TAG_BYTES = 16;

/** Random, for one direction of one call, never used again. */
export interface SrtpMaster {
  /** 16 bytes. */
  readonly key: Uint8Array;
  /** 12 bytes. */
  readonly salt: Uint8Array;
}

/** What packets are encrypted with. Only tests make these by hand: vectors of RFC 7714 are given by session keys. */
export interface SrtpSessionKeys {
  readonly rtp: SrtpMaster;
  readonly rtcp: SrtpMaster;
}

const LABEL_RTP_KEY = 0;
const LABEL_RTP_SALT = 2;
const LABEL_RTCP_KEY = 3;
const LABEL_RTCP_SALT = 5;

/** A salt of 12 bytes counts as one of 14 that ends with zeros (RFC 7714, 11). */
const DERIVATION_SALT_BYTES = 14;
/** The label is the first byte of `label || index / rate`: 7 bytes, of which the last 6 are 0 at rate 0. */
const LABEL_OFFSET = DERIVATION_SALT_BYTES - 7;

/**
 * AES in counter mode over zeros, starting where salt and label say.
 *
 * @param label 0 to 5; 1 and 4 are keys of HMACs, which AEAD has no use for
 */
export function deriveSrtpKey(masterKey: Uint8Array, masterSalt: Uint8Array, label: number, length: number): Buffer {
  const counter = Buffer.alloc(16);
  counter.set(masterSalt.subarray(0, DERIVATION_SALT_BYTES));
  counter[LABEL_OFFSET] = (counter[LABEL_OFFSET] ?? 0) ^ label;
  return createCipheriv('aes-128-ctr', masterKey, counter).update(Buffer.alloc(length));
}

export function deriveSessionKeys({ key, salt }: SrtpMaster): SrtpSessionKeys {
  checkLengths(key, salt);
  return {
    rtp: {
      key: deriveSrtpKey(key, salt, LABEL_RTP_KEY, SRTP_KEY_BYTES),
      salt: deriveSrtpKey(key, salt, LABEL_RTP_SALT, SRTP_SALT_BYTES),
    },
    rtcp: {
      key: deriveSrtpKey(key, salt, LABEL_RTCP_KEY, SRTP_KEY_BYTES),
      salt: deriveSrtpKey(key, salt, LABEL_RTCP_SALT, SRTP_SALT_BYTES),
    },
  };
}

function checkLengths(key: Uint8Array, salt: Uint8Array): void {
  if (key.length !== SRTP_KEY_BYTES || salt.length !== SRTP_SALT_BYTES)
    throw new RangeError('an SRTP key has 16 bytes, its salt 12');
}

/** One session key, ready for use, and its nonces. */
export class SrtpCipherKey {
  #key: KeyObject | undefined;
  readonly #salt: Buffer;
  readonly #nonce = Buffer.alloc(SRTP_SALT_BYTES);

  constructor({ key, salt }: SrtpMaster) {
    checkLengths(key, salt);
    this.#key = createSecretKey(key);
    this.#salt = Buffer.from(salt);
  }

  /** Undefined after `wipe`. */
  get key(): KeyObject | undefined {
    return this.#key;
  }

  /**
   * `00 00 || SSRC || index in 48 bits`, XOR salt (RFC 7714, 8.1 and 9.1: SRTCP's index has 31). Only lent until the next call.
   */
  nonce(ssrc: number, index: number): Buffer {
    const nonce = this.#nonce;
    const salt = this.#salt;
    const high = Math.floor(index / 0x1_0000_0000);
    nonce[0] = salt[0] ?? 0;
    nonce[1] = salt[1] ?? 0;
    nonce[2] = (salt[2] ?? 0) ^ (ssrc >>> 24);
    nonce[3] = (salt[3] ?? 0) ^ (ssrc >>> 16);
    nonce[4] = (salt[4] ?? 0) ^ (ssrc >>> 8);
    nonce[5] = (salt[5] ?? 0) ^ ssrc;
    nonce[6] = (salt[6] ?? 0) ^ (high >>> 8);
    nonce[7] = (salt[7] ?? 0) ^ high;
    nonce[8] = (salt[8] ?? 0) ^ (index >>> 24);
    nonce[9] = (salt[9] ?? 0) ^ (index >>> 16);
    nonce[10] = (salt[10] ?? 0) ^ (index >>> 8);
    nonce[11] = (salt[11] ?? 0) ^ index;
    return nonce;
  }

  /** Nothing can be encrypted or decrypted any more. The key itself is freed with its KeyObject, which nobody else has. */
  wipe(): void {
    this.#key = undefined;
    this.#salt.fill(0);
    this.#nonce.fill(0);
  }
}
