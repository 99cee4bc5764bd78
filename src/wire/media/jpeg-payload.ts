// One JPEG as RTP payloads, and back: a format of our own, for pictures of any size and any JPEG. README.md beside this file.

import { WireError } from '../../base/errors.ts';
import { readUint16, readUint32, writeUint16, writeUint32 } from './big-endian.ts';

/**
 *      0         1                 4     5                 8        10       12
 *     +---------+-----------------+-----+-----------------+--------+--------+- - - - - -
 *     | 1       | fragment offset | 0   | length of JPEG  | width  | height | fragment
 *     | version | 3 bytes         |     | 3 bytes         | 2      | 2      |
 *     +---------+-----------------+-----+-----------------+--------+--------+- - - - - -
 */
export interface JpegFragment {
  readonly offset: number;
  readonly totalBytes: number;
  /** Hints, 0 if unknown: what counts is what the JPEG says. */
  readonly width: number;
  readonly height: number;
  /** A view. */
  readonly bytes: Uint8Array;
}

export interface JpegFrame {
  /** Of RTP, unwrapped. */
  readonly timestamp: number;
  readonly width: number;
  readonly height: number;
  readonly jpeg: Buffer;
}

export const MAX_JPEG_BYTES = 2 * 1024 * 1024;
/** All fragments but the last of a JPEG have at least this many: so a JPEG has at most 4,096. */
export const MIN_JPEG_FRAGMENT_BYTES = 512;
export const MAX_UNFINISHED_JPEGS = 4;
export const JPEG_HEADER_BYTES = 12;

const FORMAT_VERSION = 1;

/** The payloads of one JPEG, all with its timestamp; the last one's packet gets the marker. */
export function fragmentJpeg(
  jpeg: Uint8Array,
  size: { readonly width: number; readonly height: number },
  maxPayloadBytes: number,
): Buffer[] {
  if (jpeg.length === 0 || jpeg.length > MAX_JPEG_BYTES)
    throw new WireError('A picture is empty or too large to send.');
  const capacity = maxPayloadBytes - JPEG_HEADER_BYTES;
  if (capacity < MIN_JPEG_FRAGMENT_BYTES) throw new RangeError('such payloads are too short for pictures');
  const payloads: Buffer[] = [];
  for (let offset = 0; offset < jpeg.length; offset += capacity) {
    const fragment = jpeg.subarray(offset, offset + capacity);
    const payload = Buffer.allocUnsafe(JPEG_HEADER_BYTES + fragment.length);
    writeUint32(payload, 0, offset);
    payload[0] = FORMAT_VERSION;
    writeUint32(payload, 4, jpeg.length);
    writeUint16(payload, 8, Math.min(0xffff, size.width));
    writeUint16(payload, 10, Math.min(0xffff, size.height));
    payload.set(fragment, JPEG_HEADER_BYTES);
    payloads.push(payload);
  }
  return payloads;
}

export function decodeJpegFragment(payload: Uint8Array): JpegFragment {
  if (payload[0] !== FORMAT_VERSION) throw new WireError('This is no fragment of a picture of this version.');
  const offset = readUint32(payload, 0) & 0xff_ffff;
  const totalBytes = readUint32(payload, 4) & 0xff_ffff;
  const bytes = payload.subarray(JPEG_HEADER_BYTES);
  const end = offset + bytes.length;
  if (bytes.length === 0 || totalBytes > MAX_JPEG_BYTES || end > totalBytes)
    throw new WireError('This is a fragment of no picture that may be sent.');
  if (bytes.length < MIN_JPEG_FRAGMENT_BYTES && end < totalBytes)
    throw new WireError('This fragment of a picture is too short.');
  return { offset, totalBytes, width: readUint16(payload, 8), height: readUint16(payload, 10), bytes };
}

interface UnfinishedJpeg {
  readonly totalBytes: number;
  readonly width: number;
  readonly height: number;
  readonly fragments: Map<number, Uint8Array>;
  receivedBytes: number;
  longestFragment: number;
}

/** What never became a picture. */
export interface JpegLosses {
  readonly frames: number;
  /** Estimated from the size of those that came. Of frames of which nothing came, only sequence numbers tell. */
  readonly fragments: number;
}

/**
 * Puts fragments together, in whatever order they come. Holds at most four frames, and of each no more bytes than came: a
 * claimed length takes no memory. Once a frame is whole, older ones are given up.
 */
export class JpegAssembler {
  /** By timestamp. */
  readonly #unfinished = new Map<number, UnfinishedJpeg>();
  #done = -Infinity;
  #lostFrames = 0;
  #lostFragments = 0;

  get losses(): JpegLosses {
    return { frames: this.#lostFrames, fragments: this.#lostFragments };
  }

  /** Bytes of unfinished frames. */
  get heldBytes(): number {
    let held = 0;
    for (const frame of this.#unfinished.values()) held += frame.receivedBytes;
    return held;
  }

  /**
   * The frame that this payload makes whole.
   *
   * @param timestamp of RTP, unwrapped
   * @throws WireError at bytes that are no fragment, or of another frame than they say; nothing is changed by them
   */
  push(timestamp: number, payload: Uint8Array): JpegFrame | undefined {
    const fragment = decodeJpegFragment(payload);
    if (timestamp <= this.#done) return undefined;
    let frame = this.#unfinished.get(timestamp);
    if (frame === undefined) {
      if (!this.#makePlace(timestamp)) return undefined;
      const { totalBytes, width, height } = fragment;
      frame = { totalBytes, width, height, fragments: new Map(), receivedBytes: 0, longestFragment: 0 };
      this.#unfinished.set(timestamp, frame);
    }
    if (frame.totalBytes !== fragment.totalBytes) throw new WireError('Fragments of one picture differ in its length.');
    if (frame.fragments.has(fragment.offset)) return undefined;
    if (frame.receivedBytes + fragment.bytes.length > frame.totalBytes)
      throw new WireError('Fragments of one picture overlap.');
    // A copy (`slice` of a Buffer is none): the view would keep the whole packet, or a pool of them, in memory.
    frame.fragments.set(fragment.offset, new Uint8Array(fragment.bytes));
    frame.receivedBytes += fragment.bytes.length;
    frame.longestFragment = Math.max(frame.longestFragment, fragment.bytes.length);
    return frame.receivedBytes === frame.totalBytes ? this.#finish(timestamp, frame) : undefined;
  }

  /** Gives up what is unfinished. */
  clear(): void {
    for (const timestamp of [...this.#unfinished.keys()]) this.#giveUp(timestamp);
  }

  #finish(timestamp: number, frame: UnfinishedJpeg): JpegFrame | undefined {
    const jpeg = Buffer.allocUnsafe(frame.totalBytes);
    const fragments = [...frame.fragments].sort(([left], [right]) => left - right);
    let end = 0;
    for (const [offset, bytes] of fragments) {
      if (offset !== end) {
        this.#giveUp(timestamp);
        return undefined;
      }
      jpeg.set(bytes, offset);
      end += bytes.length;
    }
    this.#unfinished.delete(timestamp);
    for (const other of [...this.#unfinished.keys()]) if (other < timestamp) this.#giveUp(other);
    this.#done = timestamp;
    return { timestamp, width: frame.width, height: frame.height, jpeg };
  }

  /** Whether there is place for this frame: of too many, the oldest one goes. */
  #makePlace(timestamp: number): boolean {
    if (this.#unfinished.size < MAX_UNFINISHED_JPEGS) return true;
    const oldest = Math.min(...this.#unfinished.keys());
    if (timestamp < oldest) return false;
    this.#giveUp(oldest);
    this.#done = oldest;
    return true;
  }

  #giveUp(timestamp: number): void {
    const frame = this.#unfinished.get(timestamp);
    if (frame === undefined) return;
    this.#unfinished.delete(timestamp);
    this.#lostFrames++;
    this.#lostFragments += Math.ceil((frame.totalBytes - frame.receivedBytes) / frame.longestFragment);
  }
}
