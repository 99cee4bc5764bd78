// Memory of pictures, used again: a camera's would otherwise be 27 MB of new memory a second, and the garbage collector would stop
// everything several times a second to find it.

import type { VideoFrame } from './video-frame.ts';

/** A dozen at 640x480: so many wait when the sound that they belong to is late. */
const MOST_FREE_BYTES = 12 << 20;
/** However large they are. */
const LEAST_FREE = 2;

export class PicturePool {
  readonly #free: Uint8Array[] = [];
  #freeBytes = 0;

  /** Whatever was in it before is still there. */
  take(bytes: number): Uint8Array {
    const at = this.#free.findIndex(({ length }) => length === bytes);
    const [room] = at === -1 ? [] : this.#free.splice(at, 1);
    this.#freeBytes -= room?.length ?? 0;
    return room ?? new Uint8Array(bytes);
  }

  give(room: Uint8Array): void {
    this.#free.push(room);
    this.#freeBytes += room.length;
    // The oldest ones are of another size, most likely.
    while (this.#freeBytes > MOST_FREE_BYTES && this.#free.length > LEAST_FREE)
      this.#freeBytes -= this.#free.shift()?.length ?? 0;
  }

  /** A frame in memory of this pool, which comes back when it is released. */
  frame(picture: Omit<VideoFrame, 'release'>): VideoFrame {
    let isOut = true;
    return {
      ...picture,
      release: () => {
        if (isOut) this.give(picture.rgb);
        isOut = false;
      },
    };
  }
}

/**
 * The same picture for several holders, each of whom may release it once; the last one really does.
 *
 * @param holders none: it is released at once
 */
export function sharedFrame(frame: VideoFrame, holders: number): VideoFrame {
  const { release } = frame;
  if (holders === 0) release?.();
  if (release === undefined || holders <= 1) return frame;
  let left = holders;
  return {
    ...frame,
    release: () => {
      left--;
      if (left === 0) release();
    },
  };
}
