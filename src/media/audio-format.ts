// The one form that sound has inside the program: frames of 10 ms, mono, 48 kHz, 32-bit floats from -1 to 1.

export const SAMPLE_RATE_HZ = 48_000;
export const FRAME_MS = 10;
export const FRAME_SAMPLES = 480;
export const SAMPLES_PER_MS = 48;
/**
 * A loudspeaker may take half a frame at once, and in a call does: what comes while it plays waits half as long for its
 * turn.
 */
export const BLOCK_MS = 5;
export const BLOCK_SAMPLES = 240;

export function silentFrame(): Float32Array {
  return new Float32Array(FRAME_SAMPLES);
}

/** Rounded to the nearest of 65,536 steps; what is too loud is clipped, what is no number is silence. */
export function toInt16(samples: Float32Array): Int16Array {
  const converted = new Int16Array(samples.length);
  for (let index = 0; index < samples.length; index++) {
    const sample = samples[index] ?? 0;
    converted[index] = Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768)));
  }
  return converted;
}
