// Compound RTCP packets: reports, goodbyes, feedback (RFC 3550, 6; RFC 4585, 6), and what a receiver can take.

import { WireError } from '../../base/errors.ts';
import { readUint16, readUint32, writeUint16, writeUint32 } from './big-endian.ts';
import { readNack, sequencePairs } from './nack.ts';
import type { NtpTime } from './ntp.ts';

/** How one stream arrives. */
export interface ReportBlock {
  /** Of the stream. */
  readonly ssrc: number;
  /** Since the last report: 256ths, 0 to 255. */
  readonly fractionLost: number;
  /** Signed, 24 bits: duplicates make it smaller. */
  readonly cumulativeLost: number;
  /** 16 bits of wraps, 16 bits of sequence number. */
  readonly highestSequence: number;
  /** In units of the stream's timestamps. */
  readonly jitter: number;
  /** `compactNtp` of the last sender report; 0: none came. */
  readonly lastReport: number;
  /** Since it came, in 2^-16 seconds. */
  readonly delaySinceLastReport: number;
}

/** `ssrc` is always that of whoever sends the packet. */
export type RtcpPacket =
  | {
      readonly kind: 'sender-report';
      readonly ssrc: number;
      readonly ntp: NtpTime;
      readonly rtpTimestamp: number;
      readonly packetCount: number;
      readonly octetCount: number;
      readonly reports: readonly ReportBlock[];
    }
  | { readonly kind: 'receiver-report'; readonly ssrc: number; readonly reports: readonly ReportBlock[] }
  | { readonly kind: 'bye'; readonly ssrcs: readonly number[] }
  /** These packets did not come. */
  | { readonly kind: 'nack'; readonly ssrc: number; readonly mediaSsrc: number; readonly sequences: readonly number[] }
  /** A picture can't be shown without a new key frame. */
  | { readonly kind: 'picture-loss'; readonly ssrc: number; readonly mediaSsrc: number }
  /** No more than this, please. */
  | {
      readonly kind: 'receive-limit';
      readonly ssrc: number;
      readonly mediaSsrc: number;
      readonly bitsPerSecond: number;
    }
  /** In pixels: larger pictures than this are of no use there. */
  | {
      readonly kind: 'shown-size';
      readonly ssrc: number;
      readonly mediaSsrc: number;
      readonly width: number;
      readonly height: number;
    };

/** Of one compound packet. */
export const MAX_RTCP_BYTES = 1_500;
export const MAX_RTCP_PACKETS = 16;
/** The count has five bits. */
export const MAX_RTCP_ITEMS = 31;

const VERSION_2 = 0x80;
const PADDING = 0x20;
const HEAD_BYTES = 4;
const REPORT_BLOCK_BYTES = 24;

const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const BYE = 203;
const APPLICATION = 204;
const TRANSPORT_FEEDBACK = 205;
const PAYLOAD_FEEDBACK = 206;

const GENERIC_NACK = 1;
const PICTURE_LOSS = 1;
const RECEIVE_LIMIT = 0;
const SHOWN_SIZE = 1;
const LARGEST_SIDE = 0xffff;
/** "mmch" */
const APPLICATION_NAME = 0x6d6d6368;

export function encodeRtcp(packets: readonly RtcpPacket[]): Buffer {
  if (packets.length === 0 || packets.length > MAX_RTCP_PACKETS) throw tooMany();
  return Buffer.concat(packets.map(encodeOne));
}

function encodeOne(packet: RtcpPacket): Buffer {
  switch (packet.kind) {
    case 'sender-report': {
      const bytes = start(SENDER_REPORT, packet.reports.length, 28 + REPORT_BLOCK_BYTES * packet.reports.length);
      writeUint32(bytes, 4, packet.ssrc);
      writeUint32(bytes, 8, packet.ntp.seconds);
      writeUint32(bytes, 12, packet.ntp.fraction);
      writeUint32(bytes, 16, packet.rtpTimestamp);
      writeUint32(bytes, 20, packet.packetCount);
      writeUint32(bytes, 24, packet.octetCount);
      writeReports(bytes, 28, packet.reports);
      return bytes;
    }
    case 'receiver-report': {
      const bytes = start(RECEIVER_REPORT, packet.reports.length, 8 + REPORT_BLOCK_BYTES * packet.reports.length);
      writeUint32(bytes, 4, packet.ssrc);
      writeReports(bytes, 8, packet.reports);
      return bytes;
    }
    case 'bye': {
      const bytes = start(BYE, packet.ssrcs.length, HEAD_BYTES + 4 * packet.ssrcs.length);
      packet.ssrcs.forEach((ssrc, index) => writeUint32(bytes, HEAD_BYTES + 4 * index, ssrc));
      return bytes;
    }
    case 'nack': {
      const pairs = sequencePairs(packet.sequences);
      const bytes = startFeedback(TRANSPORT_FEEDBACK, GENERIC_NACK, packet, 4 * pairs.length);
      pairs.forEach(({ first, following }, index) => {
        writeUint16(bytes, 12 + 4 * index, first);
        writeUint16(bytes, 14 + 4 * index, following);
      });
      return bytes;
    }
    case 'picture-loss':
      return startFeedback(PAYLOAD_FEEDBACK, PICTURE_LOSS, packet, 0);
    case 'receive-limit': {
      const bytes = start(APPLICATION, RECEIVE_LIMIT, 20);
      writeUint32(bytes, 4, packet.ssrc);
      writeUint32(bytes, 8, APPLICATION_NAME);
      writeUint32(bytes, 12, packet.mediaSsrc);
      writeUint32(bytes, 16, Math.min(0xffff_ffff, Math.max(0, Math.round(packet.bitsPerSecond))));
      return bytes;
    }
    case 'shown-size': {
      const bytes = start(APPLICATION, SHOWN_SIZE, 20);
      writeUint32(bytes, 4, packet.ssrc);
      writeUint32(bytes, 8, APPLICATION_NAME);
      writeUint32(bytes, 12, packet.mediaSsrc);
      writeUint16(bytes, 16, Math.min(LARGEST_SIDE, Math.max(0, Math.ceil(packet.width))));
      writeUint16(bytes, 18, Math.min(LARGEST_SIDE, Math.max(0, Math.ceil(packet.height))));
      return bytes;
    }
  }
}

/** @param count what the five bits behind version and padding say */
function start(type: number, count: number, length: number): Buffer {
  if (count > MAX_RTCP_ITEMS) throw tooMany();
  const bytes = Buffer.alloc(length);
  bytes[0] = VERSION_2 | count;
  bytes[1] = type;
  writeUint16(bytes, 2, length / 4 - 1);
  return bytes;
}

function startFeedback(
  type: number,
  format: number,
  { ssrc, mediaSsrc }: { readonly ssrc: number; readonly mediaSsrc: number },
  controlBytes: number,
): Buffer {
  const bytes = start(type, format, 12 + controlBytes);
  writeUint32(bytes, 4, ssrc);
  writeUint32(bytes, 8, mediaSsrc);
  return bytes;
}

function writeReports(bytes: Buffer, offset: number, reports: readonly ReportBlock[]): void {
  for (const report of reports) {
    writeUint32(bytes, offset, report.ssrc);
    const lost = Math.min(0x7f_ffff, Math.max(-0x80_0000, report.cumulativeLost));
    writeUint32(bytes, offset + 4, (report.fractionLost << 24) | (lost & 0xff_ffff));
    writeUint32(bytes, offset + 8, report.highestSequence);
    writeUint32(bytes, offset + 12, report.jitter);
    writeUint32(bytes, offset + 16, report.lastReport);
    writeUint32(bytes, offset + 20, report.delaySinceLastReport);
    offset += REPORT_BLOCK_BYTES;
  }
}

/** The packets of a compound packet in their order. Types and formats that are unknown are skipped. */
export function decodeRtcp(bytes: Uint8Array): RtcpPacket[] {
  if (bytes.length < HEAD_BYTES || bytes.length > MAX_RTCP_BYTES) throw malformed();
  const packets: RtcpPacket[] = [];
  for (let offset = 0, count = 0; offset < bytes.length; count++) {
    if (count === MAX_RTCP_PACKETS) throw tooMany();
    if (bytes.length - offset < HEAD_BYTES) throw malformed();
    const end = offset + 4 * (readUint16(bytes, offset + 2) + 1);
    const first = bytes[offset] ?? 0;
    if ((first & 0xc0) !== VERSION_2 || end > bytes.length) throw malformed();
    const padding = (first & PADDING) === 0 ? 0 : checkedPadding(bytes, offset, end);
    const packet = decodeOne(bytes.subarray(offset, end - padding));
    if (packet !== undefined) packets.push(packet);
    offset = end;
  }
  return packets;
}

/** Only the last packet of a compound packet may have any. */
function checkedPadding(bytes: Uint8Array, start: number, end: number): number {
  const padding = bytes[end - 1] ?? 0;
  if (end !== bytes.length || padding === 0 || padding % 4 !== 0 || padding > end - start - HEAD_BYTES)
    throw malformed();
  return padding;
}

function decodeOne(bytes: Uint8Array): RtcpPacket | undefined {
  const count = (bytes[0] ?? 0) & 0x1f;
  switch (bytes[1]) {
    case SENDER_REPORT:
      atLeast(bytes, 28);
      return {
        kind: 'sender-report',
        ssrc: readUint32(bytes, 4),
        ntp: { seconds: readUint32(bytes, 8), fraction: readUint32(bytes, 12) },
        rtpTimestamp: readUint32(bytes, 16),
        packetCount: readUint32(bytes, 20),
        octetCount: readUint32(bytes, 24),
        reports: readReports(bytes, 28, count),
      };
    case RECEIVER_REPORT:
      atLeast(bytes, 8);
      return { kind: 'receiver-report', ssrc: readUint32(bytes, 4), reports: readReports(bytes, 8, count) };
    case BYE:
      atLeast(bytes, HEAD_BYTES + 4 * count);
      return {
        kind: 'bye',
        ssrcs: Array.from({ length: count }, (_, index) => readUint32(bytes, HEAD_BYTES + 4 * index)),
      };
    case TRANSPORT_FEEDBACK:
      atLeast(bytes, 12);
      if (count !== GENERIC_NACK) return undefined;
      return { kind: 'nack', ...feedbackSsrcs(bytes), sequences: readNack(bytes.subarray(12)) };
    case PAYLOAD_FEEDBACK:
      atLeast(bytes, 12);
      return count === PICTURE_LOSS ? { kind: 'picture-loss', ...feedbackSsrcs(bytes) } : undefined;
    case APPLICATION:
      atLeast(bytes, 12);
      return readUint32(bytes, 8) === APPLICATION_NAME ? decodeApplication(bytes, count) : undefined;
    default:
      return undefined;
  }
}

function decodeApplication(bytes: Uint8Array, subtype: number): RtcpPacket | undefined {
  if (subtype !== RECEIVE_LIMIT && subtype !== SHOWN_SIZE) return undefined;
  atLeast(bytes, 20);
  const ssrcs = { ssrc: readUint32(bytes, 4), mediaSsrc: readUint32(bytes, 12) };
  if (subtype === RECEIVE_LIMIT) return { kind: 'receive-limit', ...ssrcs, bitsPerSecond: readUint32(bytes, 16) };
  return { kind: 'shown-size', ...ssrcs, width: readUint16(bytes, 16), height: readUint16(bytes, 18) };
}

function feedbackSsrcs(bytes: Uint8Array): { ssrc: number; mediaSsrc: number } {
  return { ssrc: readUint32(bytes, 4), mediaSsrc: readUint32(bytes, 8) };
}

function readReports(bytes: Uint8Array, start: number, count: number): ReportBlock[] {
  atLeast(bytes, start + REPORT_BLOCK_BYTES * count);
  return Array.from({ length: count }, (_, index) => {
    const offset = start + REPORT_BLOCK_BYTES * index;
    return {
      ssrc: readUint32(bytes, offset),
      fractionLost: bytes[offset + 4] ?? 0,
      cumulativeLost: (readUint32(bytes, offset + 4) << 8) >> 8,
      highestSequence: readUint32(bytes, offset + 8),
      jitter: readUint32(bytes, offset + 12),
      lastReport: readUint32(bytes, offset + 16),
      delaySinceLastReport: readUint32(bytes, offset + 20),
    };
  });
}

function atLeast(bytes: Uint8Array, length: number): void {
  if (bytes.length < length) throw malformed();
}

function malformed(): WireError {
  return new WireError('These bytes are no compound RTCP packet.');
}

function tooMany(): WireError {
  return new WireError('An RTCP packet has more in it than is allowed.');
}
