// What the first bytes of an Opus packet say (RFC 6716, 3.1 and 4.2.3), read before a stranger's bytes reach the decoder.

/** The largest frame that Opus knows, and room for the lengths of several. */
export const MOST_PAYLOAD_BYTES = 1_500;

/*
 *  0 1 2 3 4 5 6 7
 * +-+-+-+-+-+-+-+-+
 * | config  |s| c |   c: 0 one frame, 1 and 2 two frames, 3 a count in the next byte
 * +-+-+-+-+-+-+-+-+
 */
const HYBRID = 12;
const CELT = 16;
const SILK_FRAME_SAMPLES = [480, 960, 1_920, 2_880] as const;
const HYBRID_FRAME_SAMPLES = [480, 960] as const;
const CELT_FRAME_SAMPLES = [120, 240, 480, 960] as const;

/** How many samples at 48 kHz it claims to hold; 0 when it is no packet. */
export function samplesOf(payload: Uint8Array): number {
  const first = payload[0];
  if (first === undefined || payload.length > MOST_PAYLOAD_BYTES) return 0;
  const frames = framesOf(payload, first & 3);
  return frames * frameSamplesOf(first >> 3);
}

/** Whether it carries a copy of the frame before: only what is made by SILK does, in its second bit of all. */
export function holdsFrameBefore(payload: Uint8Array): boolean {
  const [first, second] = payload;
  if (first === undefined || second === undefined) return false;
  // One frame of 10 or 20 ms: then the bit has a fixed place.
  const isPlain = first >> 3 < CELT && (first & 3) === 0 && frameSamplesOf(first >> 3) <= 960;
  return isPlain && (second & 0x40) !== 0;
}

function framesOf(payload: Uint8Array, code: number): number {
  if (code === 0) return 1;
  if (code < 3) return 2;
  return (payload[1] ?? 0) & 0x3f;
}

function frameSamplesOf(config: number): number {
  if (config < HYBRID) return SILK_FRAME_SAMPLES[config & 3] ?? 0;
  if (config < CELT) return HYBRID_FRAME_SAMPLES[config & 1] ?? 0;
  return CELT_FRAME_SAMPLES[config & 3] ?? 0;
}
