// The picture of a voice note: its loudest places in so many steps, one byte each.

export const WAVEFORM_BARS = 32;

/** Peaks from 0 to 255, linear, as they are: a quiet note has low bars. */
export function waveformOf(samples: Int16Array): Uint8Array {
  const bars = new Uint8Array(WAVEFORM_BARS);
  for (let bar = 0; bar < WAVEFORM_BARS; bar++) {
    const from = Math.floor((bar * samples.length) / WAVEFORM_BARS);
    const to = Math.floor(((bar + 1) * samples.length) / WAVEFORM_BARS);
    let peak = 0;
    for (let index = from; index < to; index++) peak = Math.max(peak, Math.abs(samples[index] ?? 0));
    bars[bar] = Math.min(255, peak >> 7);
  }
  return bars;
}
