// H.264 as RTP payloads (RFC 6184, packetization mode 1): access units are cut here, h264-depacketizer.ts joins them again.

import { WireError } from '../../base/errors.ts';
import { readUint16, writeUint16 } from './big-endian.ts';

/**
 *     single NAL unit      STAP-A: several small ones                FU-A: part of a large one
 *     +---------+- - -     +---------+------+- - - -+------+- - -    +---------+-----------+- - - -
 *     | F|NRI|T | ...      | F|NRI|24| size | NAL   | size | NAL    | F|NRI|28| S|E|0|T   | part
 *     +---------+- - -     +---------+------+- - - -+------+- - -    +---------+-----------+- - - -
 */
const STAP_A = 24;
const FU_A = 28;
const FU_HEADER_BYTES = 2;
const FU_START = 0x80;
const FU_END = 0x40;
const TYPE = 0x1f;
const IMPORTANCE = 0xe0;

const SLICE = 1;
const PARTITION_A = 2;
const KEY_SLICE = 5;
const SUPPLEMENT = 6;
const PICTURE_PARAMETERS = 8;
const DELIMITER = 9;

const START_CODE = Buffer.from([0, 0, 1]);
const LONG_START_CODE = Buffer.from([0, 0, 0, 1]);

/** The NAL units of bytes in Annex B format, without start codes. Views. */
export function nalUnits(annexB: Uint8Array): Uint8Array[] {
  const bytes = Buffer.from(annexB.buffer, annexB.byteOffset, annexB.length);
  const units: Uint8Array[] = [];
  let start = bytes.indexOf(START_CODE);
  while (start >= 0) {
    const next = bytes.indexOf(START_CODE, start + START_CODE.length);
    let end = next < 0 ? bytes.length : next;
    // No NAL unit ends with a zero: these belong to the next start code, or fill.
    while (end > start && bytes[end - 1] === 0) end--;
    const unit = bytes.subarray(start + START_CODE.length, end);
    if (unit.length > 0) units.push(unit);
    start = next;
  }
  return units;
}

/**
 * The payloads of one access unit, all with its timestamp; the last one's packet gets the marker. Those that hold one whole
 * NAL unit are views.
 *
 * @param accessUnit one picture as the encoder gave it, Annex B
 */
export function packetizeH264(accessUnit: Uint8Array, maxPayloadBytes: number): Uint8Array[] {
  if (maxPayloadBytes <= FU_HEADER_BYTES) throw new RangeError('such payloads are too short for H.264');
  const payloads: Uint8Array[] = [];
  let small: Uint8Array[] = [];
  let smallBytes = 1;
  const flush = (): void => {
    const [only] = small;
    if (small.length === 1 && only !== undefined) payloads.push(only);
    else if (small.length > 1) payloads.push(aggregate(small, smallBytes));
    small = [];
    smallBytes = 1;
  };
  for (const unit of nalUnits(accessUnit)) {
    const type = (unit[0] ?? 0) & TYPE;
    if (!isUnitType(type)) throw new WireError('An encoder made something that is no H.264.');
    const isSmall = type >= SUPPLEMENT && type <= PICTURE_PARAMETERS && 3 + unit.length <= maxPayloadBytes;
    if (!isSmall || smallBytes + 2 + unit.length > maxPayloadBytes) flush();
    if (isSmall) {
      small.push(unit);
      smallBytes += 2 + unit.length;
    } else if (unit.length <= maxPayloadBytes) payloads.push(unit);
    else fragment(unit, maxPayloadBytes, payloads);
  }
  flush();
  if (payloads.length === 0) throw new WireError('An encoder made nothing.');
  return payloads;
}

/** Parameters in one packet: they are of use together only. */
function aggregate(units: readonly Uint8Array[], length: number): Buffer {
  const payload = Buffer.allocUnsafe(length);
  let forbidden = 0;
  let importance = 0;
  let offset = 1;
  for (const unit of units) {
    const header = unit[0] ?? 0;
    forbidden |= header & 0x80;
    importance = Math.max(importance, header & 0x60);
    writeUint16(payload, offset, unit.length);
    payload.set(unit, offset + 2);
    offset += 2 + unit.length;
  }
  payload[0] = forbidden | importance | STAP_A;
  return payload;
}

function fragment(unit: Uint8Array, maxPayloadBytes: number, payloads: Uint8Array[]): void {
  const header = unit[0] ?? 0;
  const length = unit.length - 1;
  const count = Math.ceil(length / (maxPayloadBytes - FU_HEADER_BYTES));
  // Of equal length: a last one of a few bytes costs as much as a full one.
  const partBytes = Math.ceil(length / count);
  for (let start = 1; start < unit.length; start += partBytes) {
    const part = unit.subarray(start, start + partBytes);
    const payload = Buffer.allocUnsafe(FU_HEADER_BYTES + part.length);
    payload[0] = (header & IMPORTANCE) | FU_A;
    payload[1] = (start === 1 ? FU_START : 0) | (start + part.length === unit.length ? FU_END : 0) | (header & TYPE);
    payload.set(part, FU_HEADER_BYTES);
    payloads.push(payload);
  }
}

function isUnitType(type: number): boolean {
  return type >= 1 && type < STAP_A;
}

/** @throws WireError if these bytes are no payload of this mode */
export function checkH264Payload(payload: Uint8Array): void {
  const type = (payload[0] ?? 0) & TYPE;
  if (type === STAP_A) {
    let offset = 1;
    while (offset < payload.length) {
      const end = offset + 2 + readUint16(payload, offset);
      if (end <= offset + 2 || end > payload.length || !isUnitType((payload[offset + 2] ?? 0) & TYPE))
        throw malformed();
      offset = end;
    }
    if (offset === 1) throw malformed();
  } else if (type === FU_A) {
    const second = payload[1] ?? 0;
    const isWhole = (second & FU_START) !== 0 && (second & FU_END) !== 0;
    if (payload.length <= FU_HEADER_BYTES || isWhole || !isUnitType(second & TYPE)) throw malformed();
  } else if (payload.length === 0 || !isUnitType(type)) throw malformed();
}

function malformed(): WireError {
  return new WireError('These bytes are no H.264.');
}

/** Whether a picture can begin with this payload: with parameters, or with the slice of its first macroblock. */
export function beginsPicture(payload: Uint8Array): boolean {
  const type = (payload[0] ?? 0) & TYPE;
  if (type === STAP_A) return unitBeginsPicture(payload[3] ?? 0, payload[4] ?? 0);
  if (type !== FU_A) return unitBeginsPicture(payload[0] ?? 0, payload[1] ?? 0);
  return ((payload[1] ?? 0) & FU_START) !== 0 && unitBeginsPicture(payload[1] ?? 0, payload[2] ?? 0);
}

function unitBeginsPicture(header: number, next: number): boolean {
  const type = header & TYPE;
  if (type >= SUPPLEMENT && type <= DELIMITER) return true;
  // first_mb_in_slice is an Exp-Golomb number: 0 is a single bit 1.
  return (type === SLICE || type === PARTITION_A || type === KEY_SLICE) && (next & 0x80) !== 0;
}

/**
 * One access unit in Annex B format; undefined if fragments do not continue each other.
 *
 * @param payloads of one picture, in order, each checked by `checkH264Payload`
 */
export function joinH264(payloads: readonly Uint8Array[]): { bytes: Buffer; isKeyFrame: boolean } | undefined {
  const parts: Uint8Array[] = [];
  let openType = -1;
  let isKeyFrame = false;
  for (const payload of payloads) {
    const first = payload[0] ?? 0;
    const type = first & TYPE;
    if (type === FU_A) {
      const second = payload[1] ?? 0;
      const partType = second & TYPE;
      if ((second & FU_START) !== 0) {
        if (openType >= 0) return undefined;
        parts.push(LONG_START_CODE, Buffer.from([(first & IMPORTANCE) | partType]));
        isKeyFrame ||= partType === KEY_SLICE;
      } else if (openType !== partType) return undefined;
      parts.push(payload.subarray(FU_HEADER_BYTES));
      openType = (second & FU_END) !== 0 ? -1 : partType;
      continue;
    }
    if (openType >= 0) return undefined;
    if (type === STAP_A) {
      for (let offset = 1; offset < payload.length;) {
        const end = offset + 2 + readUint16(payload, offset);
        parts.push(LONG_START_CODE, payload.subarray(offset + 2, end));
        isKeyFrame ||= ((payload[offset + 2] ?? 0) & TYPE) === KEY_SLICE;
        offset = end;
      }
    } else {
      parts.push(LONG_START_CODE, payload);
      isKeyFrame ||= type === KEY_SLICE;
    }
  }
  return openType >= 0 ? undefined : { bytes: Buffer.concat(parts), isKeyFrame };
}
