// Which packets did not come, in pairs of a sequence number and a mask of the 16 behind it (RFC 4585, 6.2.1).

import { WireError } from '../../base/errors.ts';
import { readUint16 } from './big-endian.ts';

/** In one packet: two tenths of a second of the largest video. Who lost more needs a new picture instead. */
export const MAX_NACK_SEQUENCES = 512;

export interface SequencePair {
  readonly first: number;
  /** Bit 0: the one behind `first`. */
  readonly following: number;
}

/** The fewest pairs if the sequence numbers are in ascending order (also through the wrap). */
export function sequencePairs(sequences: readonly number[]): SequencePair[] {
  if (sequences.length === 0 || sequences.length > MAX_NACK_SEQUENCES)
    throw new WireError('These are too many lost packets for one message, or none.');
  const pairs: SequencePair[] = [];
  let first = -1;
  let following = 0;
  for (const sequence of sequences) {
    const distance = first < 0 ? 0 : (sequence - first) & 0xffff;
    if (distance >= 1 && distance <= 16) following |= 1 << (distance - 1);
    else if (first !== sequence) {
      if (first >= 0) pairs.push({ first, following });
      first = sequence;
      following = 0;
    }
  }
  pairs.push({ first, following });
  return pairs;
}

export function readNack(bytes: Uint8Array): number[] {
  const sequences: number[] = [];
  for (let offset = 0; offset < bytes.length; offset += 4) {
    const first = readUint16(bytes, offset);
    sequences.push(first);
    for (let mask = readUint16(bytes, offset + 2), next = first + 1; mask !== 0; mask >>>= 1, next++)
      if ((mask & 1) !== 0) sequences.push(next & 0xffff);
    if (sequences.length > MAX_NACK_SEQUENCES) throw new WireError('Too many packets are said to be lost.');
  }
  if (sequences.length === 0) throw new WireError('No packet is said to be lost.');
  return sequences;
}
