// Sound devices without hardware whose times are known: a microphone that says when a tone begins, a loudspeaker that says
// when one is heard.

import { systemClock, type Clock } from '../../src/base/clock.ts';
import type { AudioDevice, AudioDevices, AudioInput, AudioOutput } from '../../src/contracts/audio.ts';
import { LocalAudioDevices } from '../../src/devices/local-audio-devices.ts';
import { PacedInput } from '../../src/devices/paced-input.ts';
import { PacedOutput } from '../../src/devices/paced-output.ts';
import { BLOCK_MS, FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE_HZ, SAMPLES_PER_MS } from '../../src/media/audio-format.ts';
import { nowMicros } from '../support/stamp.ts';

const TONE_HZ = 1_000;
const AMPLITUDE = 0.3;
/** Half way up: the swing of the codec before it does not count. */
const HEARD = AMPLITUDE / 2;
/** First a long one, by which calls are known to stand; then short ones with silence between. */
const FIRST_TONE_FRAMES = 60;
const TONE_FRAMES = 12;
/** Of silence before a tone, each time another: no late one can pass for the next. */
const PAUSE_FRAMES = { least: 45, more: 30 } as const;
/** Quiet for so long before: a beginning. */
const SILENCE_MICROS = 60_000;

export interface SoundTimes {
  /** Microseconds of the clock that all processes share. */
  readonly begun: readonly number[];
  readonly heard: readonly number[];
  /** The first sound of all. */
  readonly firstHeard: number | null;
}

/** One microphone and one loudspeaker at a time. */
export class BenchSound {
  readonly #speaks: 'always' | 'now and then';
  /** Which sample of all begins a tone. */
  #onsetSamples: number[] = [];
  /** When the first frame began, by the earliest that any was asked for. */
  #beganMicros = Infinity;
  #heard: number[] = [];
  #firstHeard: number | null = null;
  #lastLoud = -Infinity;
  #askedMicros: number | undefined;
  #standStillMicros = 0;

  constructor(speaks: 'always' | 'now and then') {
    this.#speaks = speaks;
  }

  /** What was since the last call of this; a call must be over. */
  collect(): SoundTimes {
    const begun = this.#onsetSamples.map((sample) => this.#beganMicros + (sample * 1e6) / SAMPLE_RATE_HZ);
    const times = { begun, heard: this.#heard, firstHeard: this.#firstHeard };
    this.#onsetSamples = [];
    this.#beganMicros = Infinity;
    this.#heard = [];
    this.#firstHeard = null;
    this.#lastLoud = -Infinity;
    this.#askedMicros = undefined;
    return times;
  }

  get devices(): AudioDevices {
    const local = new LocalAudioDevices({ clock: systemClock, env: {}, backends: [] });
    return {
      list: () => local.list(),
      openInput: () => Promise.resolve(this.#input(systemClock)),
      openOutput: () => Promise.resolve(this.#output(systemClock)),
    };
  }

  #input(clock: Clock): AudioInput {
    let frames = 0;
    let toneAt = FIRST_TONE_FRAMES + PAUSE_FRAMES.least;
    // Begins anywhere in a frame, each time elsewhere.
    let from = 0;
    return new PacedInput({
      clock,
      device: device('microphone'),
      load: async () => () => {
        const index = frames++;
        this.#noteStandStill();
        // It is asked for when it is over, at the earliest.
        this.#beganMicros = Math.min(this.#beganMicros, nowMicros() - (index + 1) * FRAME_MS * 1e3);
        if (this.#speaks === 'always' || index < FIRST_TONE_FRAMES) return tone(0);
        if (index === toneAt) {
          from = Math.floor(Math.random() * FRAME_SAMPLES);
          this.#onsetSamples.push(index * FRAME_SAMPLES + from);
          return tone(from);
        }
        if (index < toneAt) return new Float32Array(FRAME_SAMPLES);
        if (index === toneAt + TONE_FRAMES - 1)
          toneAt = index + PAUSE_FRAMES.least + Math.floor(Math.random() * PAUSE_FRAMES.more);
        return tone(0);
      },
    });
  }

  #output(clock: Clock): AudioOutput {
    return new PacedOutput({
      clock,
      device: device('loudspeaker'),
      drain: { open: async () => undefined, take: (block) => this.#hear(block), close: async () => undefined },
    });
  }

  /** By the longest pause between two frames of the microphone: a timer of its own would take more of the processor than a call. */
  takeStandStillMs(): number {
    const longest = this.#standStillMicros / 1e3;
    this.#standStillMicros = 0;
    return longest;
  }

  #noteStandStill(): void {
    const micros = nowMicros();
    if (this.#askedMicros !== undefined)
      this.#standStillMicros = Math.max(this.#standStillMicros, micros - this.#askedMicros - FRAME_MS * 1e3);
    this.#askedMicros = micros;
  }

  #hear(block: Float32Array): void {
    const loud = block.findIndex((sample) => Math.abs(sample) >= HEARD);
    if (loud < 0) return;
    const micros = nowMicros();
    const atMicros = micros + (loud / SAMPLES_PER_MS) * 1e3;
    this.#firstHeard ??= atMicros;
    if (atMicros - this.#lastLoud > SILENCE_MICROS && this.#lastLoud > 0) this.#heard.push(atMicros);
    this.#lastLoud = micros + BLOCK_MS * 1e3;
  }
}

/** As a cosine: loud at once. */
function tone(from: number): Float32Array {
  const frame = new Float32Array(FRAME_SAMPLES);
  for (let index = from; index < FRAME_SAMPLES; index++)
    frame[index] = AMPLITUDE * Math.cos((2 * Math.PI * TONE_HZ * index) / SAMPLE_RATE_HZ);
  return frame;
}

function device(name: string): AudioDevice {
  return { id: name, name, backend: 'tone' };
}
