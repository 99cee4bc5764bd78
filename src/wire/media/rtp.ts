// RTP packets (RFC 3550, 5.1), and how they are told from RTCP on the same port (RFC 5761).

import { WireError } from '../../base/errors.ts';
import { readUint16, readUint32, writeUint16, writeUint32 } from './big-endian.ts';

/**
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 *     |                           timestamp                           |
 *     |                             SSRC                              |
 *     |                 CSRCs (CC), header extension (X)              |
 *     |             payload, then padding (P; its length is last)     |
 */
export interface RtpPacket {
  /** 0 to 127, but not 64 to 95: RTCP is there. */
  readonly payloadType: number;
  readonly marker: boolean;
  /** 16 bits. */
  readonly sequence: number;
  /** 32 bits. */
  readonly timestamp: number;
  /** 32 bits. */
  readonly ssrc: number;
  /** Of a decoded packet: a view of the bytes it was decoded from. */
  readonly payload: Uint8Array;
}

/** What `encodeRtp` puts before the payload. */
export const RTP_HEADER_BYTES = 12;

const RTCP_HEADER_BYTES = 8;
const VERSION_2 = 0x80;
const PADDING = 0x20;
const EXTENSION = 0x10;
const MARKER = 0x80;

/** Whether these bytes claim to be RTP. Neither the rest of the packet nor its origin is checked. */
export function isRtp(bytes: Uint8Array): boolean {
  return bytes.length >= RTP_HEADER_BYTES && isVersion2(bytes) && !hasRtcpType(bytes);
}

/** Whether these bytes claim to be RTCP. Neither the rest of the packet nor its origin is checked. */
export function isRtcp(bytes: Uint8Array): boolean {
  return bytes.length >= RTCP_HEADER_BYTES && isVersion2(bytes) && hasRtcpType(bytes);
}

function isVersion2(bytes: Uint8Array): boolean {
  return ((bytes[0] ?? 0) & 0xc0) === VERSION_2;
}

function hasRtcpType(bytes: Uint8Array): boolean {
  const type = bytes[1] ?? 0;
  return type >= 192 && type <= 223;
}

/** The SSRC of the sender of an RTP or RTCP packet, encrypted or not; undefined for anything else. */
export function ssrcOf(bytes: Uint8Array): number | undefined {
  if (isRtp(bytes)) return readUint32(bytes, 8);
  if (isRtcp(bytes)) return readUint32(bytes, 4);
  return undefined;
}

/** Where the payload begins: behind CSRCs and header extension. -1 if these bytes are not RTP or end before that. */
export function rtpPayloadOffset(bytes: Uint8Array): number {
  if (!isRtp(bytes)) return -1;
  const first = bytes[0] ?? 0;
  let offset = RTP_HEADER_BYTES + 4 * (first & 0x0f);
  if ((first & EXTENSION) !== 0) {
    if (bytes.length < offset + 4) return -1;
    offset += 4 + 4 * readUint16(bytes, offset + 2);
  }
  return offset <= bytes.length ? offset : -1;
}

export function encodeRtp(packet: RtpPacket): Buffer {
  const { payloadType, sequence, timestamp, ssrc, payload } = packet;
  if (!(payloadType >= 0 && payloadType < 128) || (payloadType >= 64 && payloadType < 96))
    throw new WireError('This is no payload type of RTP.');
  const bytes = Buffer.allocUnsafe(RTP_HEADER_BYTES + payload.length);
  bytes[0] = VERSION_2;
  bytes[1] = (packet.marker ? MARKER : 0) | payloadType;
  writeUint16(bytes, 2, sequence);
  writeUint32(bytes, 4, timestamp);
  writeUint32(bytes, 8, ssrc);
  bytes.set(payload, RTP_HEADER_BYTES);
  return bytes;
}

/** CSRCs, header extension and padding are skipped. The payload is a view. */
export function decodeRtp(bytes: Uint8Array): RtpPacket {
  const start = rtpPayloadOffset(bytes);
  if (start < 0) throw new WireError('These bytes are no RTP packet.');
  let end = bytes.length;
  if (((bytes[0] ?? 0) & PADDING) !== 0) {
    const padding = bytes[end - 1] ?? 0;
    if (padding === 0 || padding > end - start) throw new WireError('The padding of an RTP packet is wrong.');
    end -= padding;
  }
  const second = bytes[1] ?? 0;
  return {
    payloadType: second & 0x7f,
    marker: (second & MARKER) !== 0,
    sequence: readUint16(bytes, 2),
    timestamp: readUint32(bytes, 4),
    ssrc: readUint32(bytes, 8),
    payload: bytes.subarray(start, end),
  };
}
