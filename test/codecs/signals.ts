// Sounds that can be repeated, and how loud they are.

import { FRAME_SAMPLES, SAMPLE_RATE_HZ } from '../../src/media/audio-format.ts';
import type { SeededRandom } from '../support/seeded-random.ts';

export function powerOf(samples: Float32Array): number {
  return samples.reduce((sum, sample) => sum + sample * sample, 0);
}

export function decibels(louder: number, quieter: number): number {
  return 10 * Math.log10(louder / quieter);
}

export function noiseFrame(random: SeededRandom, amplitude: number): Float32Array {
  return Float32Array.from({ length: FRAME_SAMPLES }, () => amplitude * (2 * random.fraction() - 1));
}

/** Pulses of a glottis through two resonances, three syllables a second: a voice as far as machines care. */
export class SyntheticVoice {
  #sample = 0;
  #phase = 0;
  readonly #formants = [resonance(700, 90, 1), resonance(1_220, 110, 0.5)];

  frame(): Float32Array {
    return Float32Array.from({ length: FRAME_SAMPLES }, () => this.#next());
  }

  #next(): number {
    const seconds = this.#sample++ / SAMPLE_RATE_HZ;
    this.#phase += (120 + 20 * Math.sin(2 * Math.PI * 0.7 * seconds)) / SAMPLE_RATE_HZ;
    const pulse = this.#phase >= 1 ? 1 : 0;
    this.#phase -= pulse;
    const loudness = Math.max(0, Math.sin(2 * Math.PI * 3 * seconds));
    return 0.01 * loudness * this.#formants.reduce((sum, formant) => sum + formant(pulse), 0);
  }
}

function resonance(hz: number, bandwidthHz: number, gain: number): (input: number) => number {
  const radius = Math.exp((-Math.PI * bandwidthHz) / SAMPLE_RATE_HZ);
  const factor = 2 * radius * Math.cos((2 * Math.PI * hz) / SAMPLE_RATE_HZ);
  let last = 0;
  let beforeLast = 0;
  return (input) => {
    const output = input + factor * last - radius ** 2 * beforeLast;
    beforeLast = last;
    last = output;
    return gain * output;
  };
}
