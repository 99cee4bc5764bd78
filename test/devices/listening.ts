// What was heard, as one run of samples.

import type { AudioInput } from '../../src/contracts/audio.ts';
import { FRAME_SAMPLES } from '../../src/media/audio-format.ts';
import { WavFrames } from '../../src/media/wav-frames.ts';

export function joined(frames: readonly Float32Array[]): Float32Array {
  const samples = new Float32Array(frames.length * FRAME_SAMPLES);
  frames.forEach((frame, index) => samples.set(frame, index * FRAME_SAMPLES));
  return samples;
}

/** Of a WAV file. */
export function samplesOf(wav: Uint8Array): Float32Array {
  const frames = WavFrames.parse(wav);
  return joined(Array.from({ length: frames.frameCount }, (_, index) => frames.frame(index)));
}

/** Starts an input, hears so many frames, stops it. */
export async function listen(input: AudioInput, frameCount: number): Promise<Float32Array> {
  const frames: Float32Array[] = [];
  const enough = Promise.withResolvers<undefined>();
  await input.start({
    onFrame: (frame) => {
      frames.push(frame);
      if (frames.length === frameCount) enough.resolve(undefined);
    },
    onLost: (sentence) => enough.reject(new Error(sentence)),
  });
  await enough.promise;
  await input.stop();
  return joined(frames.slice(0, frameCount));
}
