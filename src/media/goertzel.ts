// Which tone is heard: the power at single frequencies, by Goertzel's recurrence.

import { SAMPLE_RATE_HZ } from './audio-format.ts';

/** The amplitude (0 to 1) of a sine of this frequency in the samples. */
export function amplitudeAt(samples: Float32Array, hz: number, sampleRateHz = SAMPLE_RATE_HZ): number {
  if (samples.length === 0) return 0;
  const angle = (2 * Math.PI * hz) / sampleRateHz;
  const factor = 2 * Math.cos(angle);
  let previous = 0;
  let beforeThat = 0;
  for (const sample of samples) {
    const next = sample + factor * previous - beforeThat;
    beforeThat = previous;
    previous = next;
  }
  const power = previous ** 2 + beforeThat ** 2 - factor * previous * beforeThat;
  return (2 * Math.sqrt(Math.max(0, power))) / samples.length;
}

export interface ToneSearch {
  readonly leastHz: number;
  readonly mostHz: number;
}

/** The strongest frequency in the samples, to about 1 Hz; 100 ms are enough. */
export function strongestHz(samples: Float32Array, { leastHz, mostHz }: ToneSearch): number {
  const coarse = strongestOf(samples, leastHz, mostHz, 5);
  return strongestOf(samples, Math.max(leastHz, coarse - 5), Math.min(mostHz, coarse + 5), 0.5);
}

function strongestOf(samples: Float32Array, leastHz: number, mostHz: number, stepHz: number): number {
  let best = leastHz;
  let most = -1;
  for (let hz = leastHz; hz <= mostHz; hz += stepHz) {
    const amplitude = amplitudeAt(samples, hz);
    if (amplitude > most) [best, most] = [hz, amplitude];
  }
  return best;
}

const WINDOW_SAMPLES = SAMPLE_RATE_HZ / 10;

/**
 * The tone of a whole recording: the median over windows of 100 ms, so that gaps at its ends, a click or a hole don't count.
 * Undefined when no window is louder than `leastAmplitude`.
 */
export function medianToneHz(samples: Float32Array, search: ToneSearch, leastAmplitude = 0.01): number | undefined {
  const found: number[] = [];
  for (let start = 0; start + WINDOW_SAMPLES <= samples.length; start += WINDOW_SAMPLES) {
    const window = samples.subarray(start, start + WINDOW_SAMPLES);
    const hz = strongestHz(window, search);
    if (amplitudeAt(window, hz) >= leastAmplitude) found.push(hz);
  }
  found.sort((left, right) => left - right);
  return found[found.length >> 1];
}
