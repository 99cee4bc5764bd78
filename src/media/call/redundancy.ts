// How copies of frames travel. Redundant audio data of RFC 2198, unless somebody hands in another way.

import { decodeRed, encodeRed } from '../../wire/media/red.ts';
import type { RedundantAudio } from '../../wire/media/red.ts';

export interface RedundancyFormat {
  encode(audio: RedundantAudio): Uint8Array;
  /** @throws WireError */
  decode(payload: Uint8Array): RedundantAudio;
}

export const REDUNDANT_AUDIO: RedundancyFormat = { encode: encodeRed, decode: decodeRed };
