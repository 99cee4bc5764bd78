// Frames on their way from the network to the decoder, by their position in the sender's time. Decides nothing about time:
// it knows what is there, what was there already, and what a stranger's jump of time is worth.

/** A position counts frames of 10 ms since the stream began; it never wraps. */
export interface BufferedFrame {
  readonly position: number;
  readonly payload: Uint8Array;
  /** Of the packet whose own frame it is; never wraps. */
  readonly sequence: number;
  /** First after a silence. */
  readonly marker: boolean;
  /** It came as a copy in a later packet. */
  readonly isCopy: boolean;
  readonly arrivalMs: number;
}

/** One second: more can't be waiting by any honest cause. */
export const BUFFER_CAPACITY_FRAMES = 100;
const REMEMBERED_FRAMES = 256;

export type FrameFate = 'waiting' | 'played' | 'given-up' | 'unknown';

export class JitterBuffer {
  readonly #frames = new Map<number, BufferedFrame>();
  /** Positions that are behind us, each in the place of its last bits. */
  readonly #played = new Float64Array(REMEMBERED_FRAMES).fill(-1);
  #earliest = Infinity;
  #latest = -Infinity;

  get size(): number {
    return this.#frames.size;
  }

  get earliest(): BufferedFrame | undefined {
    return this.#frames.get(this.#earliest);
  }

  get latestPosition(): number {
    return this.#latest;
  }

  get(position: number): BufferedFrame | undefined {
    return this.#frames.get(position);
  }

  /** What became of a frame, seen from the position that is to be played next. */
  fateOf(position: number, nextPosition: number): FrameFate {
    if (this.#frames.has(position)) return 'waiting';
    if (position >= nextPosition) return 'unknown';
    return this.#played[place(position)] === position ? 'played' : 'given-up';
  }

  /** The caller has made sure that it is not there yet. The payload is copied. @returns how many of the oldest had to go for it */
  put(frame: BufferedFrame): number {
    this.#frames.set(frame.position, { ...frame, payload: new Uint8Array(frame.payload) });
    this.#earliest = Math.min(this.#earliest, frame.position);
    this.#latest = Math.max(this.#latest, frame.position);
    return this.dropBefore(this.#latest - BUFFER_CAPACITY_FRAMES + 1);
  }

  take(position: number): BufferedFrame | undefined {
    const frame = this.#frames.get(position);
    if (frame === undefined) return undefined;
    this.#frames.delete(position);
    this.#played[place(position)] = position;
    if (position === this.#earliest) this.#findEarliest();
    return frame;
  }

  /** A frame's own packet came after a copy of it. */
  confirm({ position, payload: _, ...own }: BufferedFrame): boolean {
    const copy = this.#frames.get(position);
    if (copy?.isCopy !== true) return false;
    this.#frames.set(position, { ...copy, ...own });
    return true;
  }

  /** Nothing more is expected of a frame that came too late. */
  settle(position: number): void {
    this.#played[place(position)] = position;
  }

  /** @returns how many */
  dropBefore(position: number): number {
    if (this.#earliest >= position) return 0;
    let dropped = 0;
    for (const each of this.#frames.keys()) {
      if (each >= position) continue;
      this.#frames.delete(each);
      dropped++;
    }
    this.#findEarliest();
    return dropped;
  }

  clear(): void {
    this.#frames.clear();
    this.#played.fill(-1);
    this.#earliest = Infinity;
    this.#latest = -Infinity;
  }

  #findEarliest(): void {
    this.#earliest = Infinity;
    for (const position of this.#frames.keys()) this.#earliest = Math.min(this.#earliest, position);
    if (this.#frames.size === 0) this.#latest = -Infinity;
  }
}

function place(position: number): number {
  return ((position % REMEMBERED_FRAMES) + REMEMBERED_FRAMES) % REMEMBERED_FRAMES;
}
