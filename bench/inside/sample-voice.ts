// Sounds that can be repeated: chance from a seed, and a voice as far as machines care.

import { FRAME_SAMPLES, SAMPLE_RATE_HZ } from '../../src/media/audio-format.ts';

/** Xorshift of 32 bits: from 0 to 1. */
export function seededFraction(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const FORMANTS = [
  { hz: 620, bandwidthHz: 80 },
  { hz: 1_350, bandwidthHz: 120 },
] as const;

/** Pulses through two resonances, four syllables a second. */
export function sampleVoice(): () => Float32Array {
  const filters = FORMANTS.map(({ hz, bandwidthHz }) => {
    const radius = Math.exp((-Math.PI * bandwidthHz) / SAMPLE_RATE_HZ);
    return { turn: 2 * radius * Math.cos((2 * Math.PI * hz) / SAMPLE_RATE_HZ), decay: radius ** 2, last: [0, 0] };
  });
  let sample = 0;
  let phase = 0;
  return () => {
    const frame = new Float32Array(FRAME_SAMPLES);
    for (let index = 0; index < FRAME_SAMPLES; index++, sample++) {
      const seconds = sample / SAMPLE_RATE_HZ;
      phase += (140 + 25 * Math.sin(2 * Math.PI * 0.9 * seconds)) / SAMPLE_RATE_HZ;
      const pulse = phase >= 1 ? 1 : 0;
      phase -= pulse;
      let sum = 0;
      for (const filter of filters) {
        const [one = 0, two = 0] = filter.last;
        const next = pulse + filter.turn * one - filter.decay * two;
        filter.last = [next, one];
        sum += next;
      }
      frame[index] = 0.008 * Math.max(0, Math.sin(2 * Math.PI * 4 * seconds)) * sum;
    }
    return frame;
  };
}
