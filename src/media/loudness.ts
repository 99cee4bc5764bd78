// Sums over the samples of a frame, a hundred times a second for each who speaks: counted loops with their sums in local variables, so
// no number of them is memory of its own.

/** The sum of the squares. */
export function energyOf(samples: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < samples.length; index++) {
    const sample = samples[index] ?? 0;
    sum += sample * sample;
  }
  return sum;
}

/** The largest amount; NaN where a sample is no number. */
export function peakOf(samples: Float32Array): number {
  let peak = 0;
  for (let index = 0; index < samples.length; index++) peak = Math.max(peak, Math.abs(samples[index] ?? 0));
  return peak;
}
