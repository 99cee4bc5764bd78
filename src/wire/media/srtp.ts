// SRTP and SRTCP with AEAD_AES_128_GCM (RFC 3711, RFC 7714): one sender and one receiver for each direction of a call.

import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { MmchatError, WireError } from '../../base/errors.ts';
import { readUint16, readUint32, writeUint32 } from './big-endian.ts';
import { ReplayWindow } from './replay-window.ts';
import { isRtcp, rtpPayloadOffset } from './rtp.ts';
import { deriveSessionKeys, SRTP_TAG_BYTES, SrtpCipherKey } from './srtp-keys.ts';
import type { SrtpMaster, SrtpSessionKeys } from './srtp-keys.ts';

/** SSRCs that one master is used for. */
export const MAX_SRTP_SSRCS = 4;
export const RTP_REPLAY_WINDOW = 1024;
export const RTCP_REPLAY_WINDOW = 128;
/** What encryption adds to a packet. */
export const SRTP_OVERHEAD_BYTES = SRTP_TAG_BYTES;
export const SRTCP_OVERHEAD_BYTES = SRTP_TAG_BYTES + 4;

const RTP_INDICES = 2 ** 48;
const RTCP_INDICES = 2 ** 31;
const SEQUENCES = 2 ** 16;
const RTCP_HEADER_BYTES = 8;
const ENCRYPTED = 0x8000_0000;

/** Why a packet was refused. Nothing was changed by it. */
export type SrtpRefusal =
  /** Too short, or not a packet of this protocol. */
  | 'truncated'
  /** Its tag is wrong: made or changed by somebody without the key. */
  | 'forged'
  /** It came before. */
  | 'replayed'
  /** It is behind the window: whether it came before is not known any more. */
  | 'too-old'
  /** Four other SSRCs were seen already. */
  | 'unknown-ssrc'
  /** The keys were wiped. */
  | 'wiped';

const GCM = 'aes-128-gcm';
const TAG_LENGTH = { authTagLength: SRTP_TAG_BYTES } as const;

/** Where counting begins. Only tests need anything but 0. */
export interface SrtpStart {
  readonly rolloverCount?: number;
  readonly rtcpIndex?: number;
}

function cipherKeys(material: SrtpMaster | SrtpSessionKeys): { rtp: SrtpCipherKey; rtcp: SrtpCipherKey } {
  if ('rtp' in material) return { rtp: new SrtpCipherKey(material.rtp), rtcp: new SrtpCipherKey(material.rtcp) };
  const derived = deriveSessionKeys(material);
  const keys = { rtp: new SrtpCipherKey(derived.rtp), rtcp: new SrtpCipherKey(derived.rtcp) };
  for (const { key, salt } of [derived.rtp, derived.rtcp]) {
    key.fill(0);
    salt.fill(0);
  }
  return keys;
}

/** Encrypts. Sequence numbers of an SSRC must grow: an index used twice would give away what was encrypted with it. */
export class SrtpSender {
  readonly #rtp: SrtpCipherKey;
  readonly #rtcp: SrtpCipherKey;
  /** The last index of each SSRC. */
  readonly #rtpIndices = new Map<number, number>();
  readonly #rtcpIndices = new Map<number, number>();
  readonly #firstRtpIndex: number;
  readonly #firstRtcpIndex: number;
  readonly #rtcpData = Buffer.alloc(RTCP_HEADER_BYTES + 4);

  /** @param material a fresh master; session keys only in tests */
  constructor(material: SrtpMaster | SrtpSessionKeys, { rolloverCount = 0, rtcpIndex = 0 }: SrtpStart = {}) {
    ({ rtp: this.#rtp, rtcp: this.#rtcp } = cipherKeys(material));
    this.#firstRtpIndex = rolloverCount * SEQUENCES;
    this.#firstRtcpIndex = rtcpIndex;
  }

  /** The first sequence number of an SSRC should be below 2^15, so that a lost first packet does not hide a wrap. */
  protect(rtp: Uint8Array): Buffer {
    const key = usable(this.#rtp.key);
    const start = rtpPayloadOffset(rtp);
    if (start < 0) throw new WireError('Only an RTP packet can be sent as SRTP.');
    const ssrc = readUint32(rtp, 8);
    const index = this.#nextRtpIndex(ssrc, readUint16(rtp, 2));
    const cipher = createCipheriv(GCM, key, this.#rtp.nonce(ssrc, index), TAG_LENGTH);
    cipher.setAAD(rtp.subarray(0, start));
    const encrypted = cipher.update(rtp.subarray(start));
    cipher.final();
    const bytes = Buffer.allocUnsafe(rtp.length + SRTP_OVERHEAD_BYTES);
    bytes.set(start === rtp.length ? rtp : rtp.subarray(0, start));
    bytes.set(encrypted, start);
    bytes.set(cipher.getAuthTag(), rtp.length);
    this.#rtpIndices.set(ssrc, index);
    return bytes;
  }

  protectRtcp(rtcp: Uint8Array): Buffer {
    const key = usable(this.#rtcp.key);
    if (!isRtcp(rtcp)) throw new WireError('Only an RTCP packet can be sent as SRTCP.');
    const ssrc = readUint32(rtcp, 4);
    const last = this.#rtcpIndices.get(ssrc);
    if (last === undefined) refuseTooMany(this.#rtcpIndices);
    const index = last === undefined ? this.#firstRtcpIndex : last + 1;
    if (index >= RTCP_INDICES) throw exhausted();
    const data = this.#rtcpData;
    data.set(rtcp.subarray(0, RTCP_HEADER_BYTES));
    writeUint32(data, RTCP_HEADER_BYTES, ENCRYPTED | index);
    const cipher = createCipheriv(GCM, key, this.#rtcp.nonce(ssrc, index), TAG_LENGTH);
    cipher.setAAD(data);
    const encrypted = cipher.update(rtcp.subarray(RTCP_HEADER_BYTES));
    cipher.final();
    const bytes = Buffer.allocUnsafe(rtcp.length + SRTCP_OVERHEAD_BYTES);
    bytes.set(data);
    bytes.set(encrypted, RTCP_HEADER_BYTES);
    bytes.set(cipher.getAuthTag(), rtcp.length);
    writeUint32(bytes, rtcp.length + SRTP_TAG_BYTES, ENCRYPTED | index);
    this.#rtcpIndices.set(ssrc, index);
    return bytes;
  }

  /** Ends the use of these keys; what is asked of it then throws `stopped`. */
  wipe(): void {
    this.#rtp.wipe();
    this.#rtcp.wipe();
    this.#rtpIndices.clear();
    this.#rtcpIndices.clear();
  }

  #nextRtpIndex(ssrc: number, sequence: number): number {
    const last = this.#rtpIndices.get(ssrc);
    if (last === undefined) {
      refuseTooMany(this.#rtpIndices);
      return this.#firstRtpIndex + sequence;
    }
    const step = (sequence - last) & 0xffff;
    if (step === 0 || step >= SEQUENCES / 2)
      throw new MmchatError('internal', 'A sequence number was to be encrypted that is not behind the last one.');
    if (last + step >= RTP_INDICES) throw exhausted();
    return last + step;
  }
}

/** Decrypts. A bad packet gives a reason and changes nothing: whatever floods in, nothing is thrown and nothing grows. */
export class SrtpReceiver {
  readonly #rtp: SrtpCipherKey;
  readonly #rtcp: SrtpCipherKey;
  readonly #rtpWindows = new Map<number, ReplayWindow>();
  readonly #rtcpWindows = new Map<number, ReplayWindow>();
  readonly #firstRtpIndex: number;
  readonly #rtcpData = Buffer.alloc(RTCP_HEADER_BYTES + 4);

  /** @param material the sender's master; session keys only in tests */
  constructor(material: SrtpMaster | SrtpSessionKeys, { rolloverCount = 0 }: Omit<SrtpStart, 'rtcpIndex'> = {}) {
    ({ rtp: this.#rtp, rtcp: this.#rtcp } = cipherKeys(material));
    this.#firstRtpIndex = rolloverCount * SEQUENCES;
  }

  /** The RTP packet, in bytes of its own. */
  unprotect(bytes: Uint8Array): Buffer | SrtpRefusal {
    const key = this.#rtp.key;
    if (key === undefined) return 'wiped';
    const start = rtpPayloadOffset(bytes);
    const end = bytes.length - SRTP_TAG_BYTES;
    if (start < 0 || end < start) return 'truncated';
    const ssrc = readUint32(bytes, 8);
    const window = this.#rtpWindows.get(ssrc);
    if (window === undefined && this.#rtpWindows.size >= MAX_SRTP_SSRCS) return 'unknown-ssrc';
    const sequence = readUint16(bytes, 2);
    const index = window === undefined ? this.#firstRtpIndex + sequence : estimateIndex(window.highest, sequence);
    if (index >= RTP_INDICES) return 'too-old';
    if (window?.check(index) === 'replayed') return 'replayed';
    const tag = bytes.subarray(end);
    const header = bytes.subarray(0, start);
    const plain = decrypt(key, this.#rtp.nonce(ssrc, index), header, bytes.subarray(start, end), tag);
    if (plain === undefined) {
      return window !== undefined && index - window.highest > SEQUENCES / 2 ? 'too-old' : 'forged';
    }
    accept(this.#rtpWindows, ssrc, index, RTP_REPLAY_WINDOW);
    const rtp = Buffer.allocUnsafe(end);
    rtp.set(header);
    rtp.set(plain, start);
    return rtp;
  }

  /** The compound RTCP packet, in bytes of its own. */
  unprotectRtcp(bytes: Uint8Array): Buffer | SrtpRefusal {
    const key = this.#rtcp.key;
    if (key === undefined) return 'wiped';
    const end = bytes.length - SRTCP_OVERHEAD_BYTES;
    if (end < RTCP_HEADER_BYTES || !isRtcp(bytes)) return 'truncated';
    const word = readUint32(bytes, bytes.length - 4);
    // Nobody here sends what is only signed; a flag that somebody else took away would make the tag wrong anyway.
    if (word < ENCRYPTED) return 'forged';
    const index = word - ENCRYPTED;
    const ssrc = readUint32(bytes, 4);
    const window = this.#rtcpWindows.get(ssrc);
    if (window === undefined && this.#rtcpWindows.size >= MAX_SRTP_SSRCS) return 'unknown-ssrc';
    const verdict = window?.check(index) ?? 'new';
    if (verdict !== 'new') return verdict;
    const data = this.#rtcpData;
    data.set(bytes.subarray(0, RTCP_HEADER_BYTES));
    writeUint32(data, RTCP_HEADER_BYTES, word);
    const tag = bytes.subarray(end, end + SRTP_TAG_BYTES);
    const plain = decrypt(key, this.#rtcp.nonce(ssrc, index), data, bytes.subarray(RTCP_HEADER_BYTES, end), tag);
    if (plain === undefined) return 'forged';
    accept(this.#rtcpWindows, ssrc, index, RTCP_REPLAY_WINDOW);
    const rtcp = Buffer.allocUnsafe(end);
    rtcp.set(bytes.subarray(0, RTCP_HEADER_BYTES));
    rtcp.set(plain, RTCP_HEADER_BYTES);
    return rtcp;
  }

  /** Ends the use of these keys; every packet is refused then. */
  wipe(): void {
    this.#rtp.wipe();
    this.#rtcp.wipe();
    this.#rtpWindows.clear();
    this.#rtcpWindows.clear();
  }
}

/**
 * The index of a packet (RFC 3711, 3.3.1 and appendix A), whose upper 32 bits are not sent. The RFC looks as far back as forth;
 * here it is the first index that the replay window would take. So up to 64,512 lost packets in a row do no harm, not 32,768,
 * which are 11 seconds of a video.
 */
function estimateIndex(highest: number, sequence: number): number {
  const oldest = highest - RTP_REPLAY_WINDOW + 1;
  const index = oldest + ((sequence - oldest) & 0xffff);
  return index < 0 ? index + SEQUENCES : index;
}

function decrypt(
  key: KeyObject,
  nonce: Buffer,
  data: Uint8Array,
  encrypted: Uint8Array,
  tag: Uint8Array,
): Buffer | undefined {
  const decipher = createDecipheriv(GCM, key, nonce, TAG_LENGTH);
  decipher.setAAD(data);
  decipher.setAuthTag(tag);
  const plain = decipher.update(encrypted);
  try {
    decipher.final();
  } catch {
    return undefined;
  }
  return plain;
}

/** Only after the tag was found right. */
function accept(windows: Map<number, ReplayWindow>, ssrc: number, index: number, size: number): void {
  let window = windows.get(ssrc);
  if (window === undefined) {
    window = new ReplayWindow(size);
    windows.set(ssrc, window);
  }
  window.mark(index);
}

function usable(key: KeyObject | undefined): KeyObject {
  if (key === undefined) throw new MmchatError('stopped', 'The keys of this call were wiped.');
  return key;
}

function refuseTooMany(indices: ReadonlyMap<number, number>): void {
  if (indices.size >= MAX_SRTP_SSRCS)
    throw new MmchatError('too-many', 'These keys are used for four streams already.');
}

function exhausted(): MmchatError {
  return new MmchatError('too-many', 'So many packets were sent with these keys that new ones are needed.');
}
