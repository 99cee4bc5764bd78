// What the camera should give: as much as the best way to anybody carries. Cameras stop for a moment when their size
// changes, so it is changed seldom.

import type { Clock } from '../../base/clock.ts';
import type { VideoSize } from '../../contracts/video.ts';
import { WANTED } from './picture-source.ts';

export interface WantedSizeOptions {
  readonly clock: Clock;
  readonly change: (size: VideoSize) => void;
}

/** So long another size must have been the better one. */
const PATIENCE_MS = { larger: 5_000, smaller: 30_000 } as const;

export class WantedSize {
  readonly #options: WantedSizeOptions;
  #size: VideoSize = WANTED.camera;
  #sinceMs: number | undefined;
  #wasLarger = false;

  constructor(options: WantedSizeOptions) {
    this.#options = options;
  }

  /** @param rooms what suits each way at the moment */
  want(rooms: readonly VideoSize[]): void {
    const [best] = [...rooms].sort((a, b) => pixelsOf(b) - pixelsOf(a));
    if (best === undefined) return;
    const nowMs = this.#options.clock.monotonicMs();
    const difference = pixelsOf(best) - pixelsOf(this.#size);
    const isLarger = difference > 0;
    if (difference === 0 || (this.#sinceMs !== undefined && isLarger !== this.#wasLarger)) this.#sinceMs = undefined;
    if (difference === 0) return;
    this.#wasLarger = isLarger;
    this.#sinceMs ??= nowMs;
    if (nowMs - this.#sinceMs < (isLarger ? PATIENCE_MS.larger : PATIENCE_MS.smaller)) return;
    this.#sinceMs = undefined;
    // How often is for those who encode: a camera that gives fewer pictures gains nothing.
    this.#size = { width: best.width, height: best.height, framesPerSecond: WANTED.camera.framesPerSecond };
    this.#options.change(this.#size);
  }
}

function pixelsOf({ width, height }: VideoSize): number {
  return width * height;
}
