// A camera and a place to see pictures whose times are known, each picture with its number on it.

import type { VideoDevices, VideoInput, VideoInputStart, VideoOutput } from '../../src/contracts/video.ts';
import { readPatternCounter } from '../../src/media/video/pattern.ts';
import { nowMicros } from '../support/stamp.ts';
import { PICTURE, sampleFrames } from './picture-path.ts';

/** Numbers begin again after as many: longer than any picture is on its way. */
const NUMBERS = 2 * PICTURE.framesPerSecond;
const MOST_DELAY_MICROS = 1e6;

export interface PictureTimes {
  readonly sent: readonly (readonly [number: number, micros: number])[];
  readonly seen: readonly (readonly [number: number, micros: number])[];
}

export class BenchPicture {
  readonly #frames = sampleFrames(NUMBERS);
  #sent: [number, number][] = [];
  #seen: [number, number][] = [];

  collect(): PictureTimes {
    const times = { sent: this.#sent, seen: this.#seen };
    this.#sent = [];
    this.#seen = [];
    return times;
  }

  get devices(): VideoDevices {
    return {
      list: () => Promise.resolve({ cameras: [], screens: [], missing: [] }),
      openInput: () => Promise.resolve(this.#camera()),
      openOutput: () => Promise.resolve(this.#screen()),
    };
  }

  #camera(): VideoInput {
    let timer: NodeJS.Timeout | undefined;
    let index = 0;
    const run = (onFrame: VideoInputStart['onFrame']): void => {
      let dueMs = performance.now();
      const tick = (): void => {
        const number = index++ % NUMBERS;
        const frame = this.#frames[number];
        this.#sent.push([number, nowMicros()]);
        if (frame !== undefined) onFrame({ ...frame, atMs: performance.now() });
        dueMs += 1_000 / PICTURE.framesPerSecond;
        timer = setTimeout(tick, Math.max(0, dueMs - performance.now()));
      };
      tick();
    };
    return {
      device: { id: 'bench', name: 'bench', kind: 'pattern' },
      start: async ({ onFrame }) => run(onFrame),
      change: () => undefined,
      stop: async () => clearTimeout(timer),
    };
  }

  #screen(): VideoOutput {
    return {
      show: (_who, _name, frame) => {
        const number = readPatternCounter(frame);
        if (number !== undefined) this.#seen.push([number, nowMicros()]);
        frame.release?.();
      },
      hide: () => undefined,
      stop: () => Promise.resolve(),
    };
  }
}

/** Of each picture that was sent, when it was seen; those that were not are left out. */
export function delaysOfPictures(sent: PictureTimes['sent'], seen: PictureTimes['seen']): number[] {
  const delays: number[] = [];
  for (const [number, atMicros] of sent) {
    const found = seen.find(
      ([one, micros]) => one === number && micros >= atMicros && micros - atMicros < MOST_DELAY_MICROS,
    );
    if (found !== undefined) delays.push((found[1] - atMicros) / 1e3);
  }
  return delays;
}
