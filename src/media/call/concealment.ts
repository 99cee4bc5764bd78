// Frames for what is missing: the sound before goes on and fades to silence; what comes after fades in.

import { FRAME_SAMPLES, silentFrame } from '../audio-format.ts';
import type { FrameDecoder } from './frame-decoder.ts';

/** A hole of one frame is not heard; what is longer than this would be babble. */
const FRAMES_UNTIL_SILENCE = 6;
const FADE_IN_SAMPLES = 240;

export class Concealment {
  readonly #decoder: FrameDecoder;
  #run = 0;

  constructor(decoder: FrameDecoder) {
    this.#decoder = decoder;
  }

  /** Whether what was handed out last was nothing at all. */
  get isSilent(): boolean {
    return this.#run > FRAMES_UNTIL_SILENCE;
  }

  /** Nothing was heard yet: no sound to go on with. */
  beginSilent(): void {
    this.#run = FRAMES_UNTIL_SILENCE + 1;
  }

  fill(): Float32Array {
    this.#run++;
    if (this.isSilent) return silentFrame();
    const frame = this.#decoder.conceal();
    ramp(frame, loudnessAfter(this.#run - 1), loudnessAfter(this.#run), FRAME_SAMPLES);
    return frame;
  }

  /** A frame that did come. */
  joined(frame: Float32Array): Float32Array {
    if (this.#run > 0) ramp(frame, loudnessAfter(this.#run), 1, FADE_IN_SAMPLES);
    this.#run = 0;
    return frame;
  }
}

/** After so many frames of concealment: the first is as loud as what it stands for. */
function loudnessAfter(frames: number): number {
  return Math.max(0, Math.min(1, (FRAMES_UNTIL_SILENCE - frames) / (FRAMES_UNTIL_SILENCE - 1)));
}

function ramp(frame: Float32Array, from: number, to: number, samples: number): void {
  if (from === to && to === 1) return;
  for (let index = 0; index < samples; index++)
    frame[index] = (frame[index] ?? 0) * (from + ((to - from) * index) / samples);
}
