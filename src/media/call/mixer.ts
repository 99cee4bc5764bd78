// Many speakers into one ear: each with a volume of its own, and no clipping when they all talk at once.

import { BLOCK_SAMPLES } from '../audio-format.ts';
import { LevelMeter } from '../level-meter.ts';
import { peakOf } from '../loudness.ts';

export const VOLUME = { least: 0, normal: 1, most: 2 } as const;

interface Source {
  readonly nextBlock: () => Float32Array;
  readonly meter: LevelMeter;
  volume: number;
  isMuted: boolean;
  /** What the last block ended with: a change of volume is spread over a block. */
  gain: number;
}

export class Mixer {
  readonly #sources = new Map<string, Source>();
  readonly #limiter = new Limiter();

  add(id: string, nextBlock: () => Float32Array): void {
    this.#sources.set(id, {
      nextBlock,
      meter: new LevelMeter(),
      volume: VOLUME.normal,
      isMuted: false,
      gain: VOLUME.normal,
    });
  }

  remove(id: string): void {
    this.#sources.delete(id);
  }

  get ids(): readonly string[] {
    return [...this.#sources.keys()];
  }

  /** From 0 to 2. */
  setVolume(id: string, volume: number): void {
    const source = this.#sources.get(id);
    if (source !== undefined && Number.isFinite(volume))
      source.volume = Math.max(VOLUME.least, Math.min(VOLUME.most, volume));
  }

  setMuted(id: string, isMuted: boolean): void {
    const source = this.#sources.get(id);
    if (source !== undefined) source.isMuted = isMuted;
  }

  /** How loud it was since it was last asked for, before volume and mute: who is muted still speaks. */
  levelOf(id: string): number {
    return this.#sources.get(id)?.meter.read() ?? 0;
  }

  /** Takes one block of every source, muted or not: their time goes on. */
  nextBlock(): Float32Array {
    const mixed = new Float32Array(BLOCK_SAMPLES);
    for (const source of this.#sources.values()) {
      const block = source.nextBlock();
      source.meter.push(block);
      const wanted = source.isMuted ? 0 : source.volume;
      if (wanted !== 0 || source.gain !== 0) addTo(mixed, block, source.gain, wanted);
      source.gain = wanted;
    }
    return this.#limiter.process(mixed);
  }
}

function addTo(mixed: Float32Array, block: Float32Array, from: number, to: number): void {
  const step = (to - from) / BLOCK_SAMPLES;
  for (let index = 0; index < BLOCK_SAMPLES; index++)
    mixed[index] = (mixed[index] ?? 0) + (block[index] ?? 0) * (from + step * (index + 1));
}

/** Up to here nothing is touched. */
const KNEE = 0.8;
const HEADROOM = 1 - KNEE;
/** So much of the way back to full in each block: half a second. */
const RELEASE = 0.025;

/** Turns the whole down while it is too loud; what is still above bends instead of breaking. */
class Limiter {
  #gain = 1;

  process(block: Float32Array): Float32Array {
    const peak = peakOf(block);
    const fitting = peak > 1 ? 1 / peak : 1;
    const from = this.#gain;
    const to = Math.min(fitting, from + (1 - from) * RELEASE);
    this.#gain = to;
    if (from === 1 && to === 1 && peak <= KNEE) return block;
    for (let index = 0; index < BLOCK_SAMPLES; index++) {
      const gain = from + ((to - from) * (index + 1)) / BLOCK_SAMPLES;
      block[index] = bent((block[index] ?? 0) * gain);
    }
    return block;
  }
}

/** One to one up to the knee, then ever closer to full without reaching it. */
function bent(sample: number): number {
  const over = Math.abs(sample) - KNEE;
  if (over <= 0) return sample;
  return Math.sign(sample) * (KNEE + (HEADROOM * over) / (over + HEADROOM));
}
