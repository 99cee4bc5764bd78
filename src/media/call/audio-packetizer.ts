// Encoded frames become what goes into packets: alone, or with copies of the ones before (RFC 2198).

import { MAX_OLDER_FRAME_BYTES, MAX_OLDER_FRAMES } from '../../wire/media/red.ts';
import type { RedundantFrame } from '../../wire/media/red.ts';
import { FRAME_SAMPLES } from '../audio-format.ts';
import { OPUS_PAYLOAD_TYPE, REDUNDANT_PAYLOAD_TYPE } from './payload-types.ts';
import type { AudioPacket } from './payload-types.ts';
import { REDUNDANT_AUDIO } from './redundancy.ts';
import type { RedundancyFormat } from './redundancy.ts';

/** All of a packet's sound: it has to fit an Ethernet frame together with all headers. */
const MOST_PAYLOAD_BYTES = 1_200;
/** A copy of what was sent before a silence is of no use to anybody. */
const MOST_OFFSET_SAMPLES = 4 * FRAME_SAMPLES;

interface SentFrame {
  readonly timestamp: number;
  readonly payload: Uint8Array;
}

/** For one receiver. Whoever sends adds the sequence number, which counts what was sent. */
export class AudioPacketizer {
  readonly #redundancy: Pick<RedundancyFormat, 'encode'>;
  /** The newest last. */
  #sent: readonly SentFrame[] = [];
  #isAfterSilence = true;

  constructor(redundancy: Pick<RedundancyFormat, 'encode'> = REDUNDANT_AUDIO) {
    this.#redundancy = redundancy;
  }

  /**
   * One encoded frame, also an empty one: then nothing is to be sent.
   *
   * @param timestamp samples at 48 kHz, wrapping at 32 bits
   * @param copies how many of the frames before travel along, 0 to 2
   */
  packet(payload: Uint8Array, timestamp: number, copies: number): Omit<AudioPacket, 'sequence'> | undefined {
    if (payload.length === 0) {
      this.#isAfterSilence = true;
      return undefined;
    }
    const marker = this.#isAfterSilence;
    this.#isAfterSilence = false;
    const older = this.#older(timestamp, payload.length, Math.min(copies, MAX_OLDER_FRAMES));
    this.#sent = [...this.#sent, { timestamp, payload }].slice(-MAX_OLDER_FRAMES);
    if (older.length === 0) return { payloadType: OPUS_PAYLOAD_TYPE, marker, timestamp, payload };
    return {
      payloadType: REDUNDANT_PAYLOAD_TYPE,
      marker,
      timestamp,
      payload: this.#redundancy.encode({ payloadType: OPUS_PAYLOAD_TYPE, payload, older }),
    };
  }

  /** Without a hole between them, so that the receiver knows which packets they came in first. */
  #older(timestamp: number, ownBytes: number, copies: number): RedundantFrame[] {
    const older: RedundantFrame[] = [];
    let bytes = ownBytes;
    for (let age = 1; age <= copies; age++) {
      const frame = this.#sent.at(-age);
      if (frame === undefined) break;
      const timestampOffset = (timestamp - frame.timestamp) >>> 0;
      bytes += frame.payload.length;
      if (
        timestampOffset > MOST_OFFSET_SAMPLES ||
        frame.payload.length > MAX_OLDER_FRAME_BYTES ||
        bytes > MOST_PAYLOAD_BYTES
      )
        break;
      older.unshift({ payloadType: OPUS_PAYLOAD_TYPE, timestampOffset, payload: frame.payload });
    }
    return older;
  }
}
