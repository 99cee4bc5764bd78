// A sine without an end, in frames that join without a click.

import { FRAME_SAMPLES, SAMPLE_RATE_HZ } from './audio-format.ts';

export const TONE_HZ = { least: 20, most: 20_000 } as const;
/** Quiet enough to be mixed with others, loud enough to be found: -12 dB. */
const AMPLITUDE = 0.25;

export class Tone {
  readonly #hz: number;
  #sample = 0;

  constructor(hz: number) {
    this.#hz = hz;
  }

  frame(): Float32Array {
    const frame = new Float32Array(FRAME_SAMPLES);
    for (let index = 0; index < FRAME_SAMPLES; index++)
      frame[index] = AMPLITUDE * Math.sin((2 * Math.PI * this.#hz * this.#sample++) / SAMPLE_RATE_HZ);
    return frame;
  }
}
