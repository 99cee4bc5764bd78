// Redundant audio (RFC 2198): one packet carries the newest frame and up to two that were sent before.

import { WireError } from '../../base/errors.ts';

/**
 *      0                   1                    2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3  4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |F|   block PT  |  timestamp offset         |   block length    |   one for each older frame, F = 1
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |0|   block PT  |   of the newest frame; then the frames in the order of their heads
 */
export interface RedundantFrame {
  readonly payloadType: number;
  /** How much older than the packet's timestamp, in its units. */
  readonly timestampOffset: number;
  /** Decoded: a view. */
  readonly payload: Uint8Array;
}

export interface RedundantAudio {
  readonly payloadType: number;
  /** Decoded: a view. */
  readonly payload: Uint8Array;
  /** Oldest first. */
  readonly older: readonly RedundantFrame[];
}

export const MAX_OLDER_FRAMES = 2;
/** 341 ms at 48 kHz: the field has 14 bits. */
export const MAX_TIMESTAMP_OFFSET = 16_383;
/** The field has 10 bits. */
export const MAX_OLDER_FRAME_BYTES = 1_023;

const FOLLOWED = 0x80;

export function encodeRed({ payloadType, payload, older }: RedundantAudio): Buffer {
  if (older.length > MAX_OLDER_FRAMES) throw new WireError('At most two older frames fit into a packet.');
  let length = 1 + payload.length;
  for (const frame of older) {
    if (frame.payload.length > MAX_OLDER_FRAME_BYTES || !isOffset(frame.timestampOffset))
      throw new WireError('An older frame is too long or too old to be sent again.');
    length += 4 + frame.payload.length;
  }
  const bytes = Buffer.allocUnsafe(length);
  let offset = 0;
  for (const { payloadType: type, timestampOffset, payload: frame } of older) {
    bytes[offset] = FOLLOWED | type;
    bytes[offset + 1] = timestampOffset >>> 6;
    bytes[offset + 2] = ((timestampOffset & 0x3f) << 2) | (frame.length >>> 8);
    bytes[offset + 3] = frame.length;
    offset += 4;
  }
  bytes[offset++] = payloadType & 0x7f;
  for (const { payload: frame } of older) {
    bytes.set(frame, offset);
    offset += frame.length;
  }
  bytes.set(payload, offset);
  return bytes;
}

function isOffset(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= MAX_TIMESTAMP_OFFSET;
}

export function decodeRed(bytes: Uint8Array): RedundantAudio {
  const heads: { payloadType: number; timestampOffset: number; length: number }[] = [];
  let offset = 0;
  for (; ((bytes[offset] ?? 0) & FOLLOWED) !== 0; offset += 4) {
    if (heads.length === MAX_OLDER_FRAMES || offset + 4 >= bytes.length) throw malformed();
    const middle = bytes[offset + 2] ?? 0;
    heads.push({
      payloadType: (bytes[offset] ?? 0) & 0x7f,
      timestampOffset: ((bytes[offset + 1] ?? 0) << 6) | (middle >>> 2),
      length: ((middle & 0x03) << 8) | (bytes[offset + 3] ?? 0),
    });
  }
  if (offset >= bytes.length) throw malformed();
  const payloadType = bytes[offset++] ?? 0;
  const older = heads.map(({ length, ...head }) => {
    const payload = bytes.subarray(offset, offset + length);
    if (payload.length < length) throw malformed();
    offset += length;
    return { ...head, payload };
  });
  return { payloadType, payload: bytes.subarray(offset), older };
}

function malformed(): WireError {
  return new WireError('These bytes are no redundant audio.');
}
