// Speech for machines: every 40 ms another of sixteen pairs of tones, in an order that both sides know. How many arrive
// tells how much of a call is really heard.

import { FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE_HZ } from '../audio-format.ts';
import { amplitudeAt } from '../goertzel.ts';

/** The grid of telephone keys: no tone is a multiple, a sum or a difference of others. */
const LOW_HZ = [697, 770, 852, 941] as const;
const HIGH_HZ = [1_209, 1_336, 1_477, 1_633] as const;
const AMPLITUDE = 0.2;

export const SYMBOL_COUNT = LOW_HZ.length * HIGH_HZ.length;
export const SYMBOL_MS = 40;
export const SYMBOL_SAMPLES = (SYMBOL_MS * SAMPLE_RATE_HZ) / 1_000;
const FRAMES_PER_SYMBOL = SYMBOL_MS / FRAME_MS;
/** At its ends a symbol swells and fades, so that the change of tones is no click. */
const RAMP_SAMPLES = 96;

/** The symbol at this place of the sequence that everybody knows: the same on each run, and it does not repeat soon. */
export function symbolAt(index: number): number {
  // Murmur's last step: neighbours have nothing in common.
  let mixed = Math.imul(index + 1, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) % SYMBOL_COUNT;
}

/** A frame of the endless sequence; the first symbol starts with frame 0. */
export function symbolFrame(frameIndex: number): Float32Array {
  const symbol = symbolAt(Math.floor(frameIndex / FRAMES_PER_SYMBOL));
  const [low, high] = tonesOf(symbol);
  const start = (frameIndex % FRAMES_PER_SYMBOL) * FRAME_SAMPLES;
  const frame = new Float32Array(FRAME_SAMPLES);
  for (let index = 0; index < FRAME_SAMPLES; index++) {
    const at = start + index;
    const edge = Math.min(1, (at + 1) / RAMP_SAMPLES, (SYMBOL_SAMPLES - at) / RAMP_SAMPLES);
    const turn = (2 * Math.PI * at) / SAMPLE_RATE_HZ;
    frame[index] = AMPLITUDE * edge * (Math.sin(turn * low) + Math.sin(turn * high));
  }
  return frame;
}

/** Which symbol is heard in a window of 40 ms; undefined when none is, or no one clearly. */
export function symbolIn(window: Float32Array): number | undefined {
  const low = strongest(window, LOW_HZ);
  const high = strongest(window, HIGH_HZ);
  return low === undefined || high === undefined ? undefined : low * HIGH_HZ.length + high;
}

function tonesOf(symbol: number): readonly [number, number] {
  return [LOW_HZ[Math.floor(symbol / HIGH_HZ.length)] ?? 0, HIGH_HZ[symbol % HIGH_HZ.length] ?? 0];
}

const LEAST_AMPLITUDE = AMPLITUDE / 10;

function strongest(window: Float32Array, frequencies: readonly number[]): number | undefined {
  let best: number | undefined;
  let most = LEAST_AMPLITUDE;
  for (const [index, hz] of frequencies.entries()) {
    const amplitude = amplitudeAt(window, hz);
    if (amplitude > most) [best, most] = [index, amplitude];
  }
  return best;
}
