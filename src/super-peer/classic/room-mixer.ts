// Sound of a room call: what all others say, added up, for each listener one stream of blocks, since the classic player
// can play only one. Blocks are 1,600 samples of float32 little-endian at 16 kHz, ten a second.

import type { Clock, Timer } from '../../base/clock.ts';

export const BLOCK_SAMPLES = 1_600;
const BLOCK_MS = 100;
const SAMPLE_BYTES = 4;
/** Of one speaker; what is older is dropped: nobody wants to hear half a second late. */
const QUEUE_SAMPLES = 4 * BLOCK_SAMPLES;
/** After so many beats without a word it stops until somebody speaks. */
const QUIET_BEATS = 20;

export interface RoomMixerParts<Member> {
  readonly clock: Clock;
  readonly send: (listener: Member, block: Buffer) => void;
}

class Voice {
  #samples = new Float32Array(QUEUE_SAMPLES);
  #length = 0;
  /** Less than a block waits since the last beat: it will not get longer soon. */
  #waited = false;

  take(bytes: Buffer, from: number): void {
    const count = Math.min((bytes.length - from) / SAMPLE_BYTES, QUEUE_SAMPLES);
    const overflow = this.#length + count - QUEUE_SAMPLES;
    if (overflow > 0) {
      this.#samples.copyWithin(0, overflow, this.#length);
      this.#length -= overflow;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset + from, count * SAMPLE_BYTES);
    for (let index = 0; index < count; index++) {
      const sample = view.getFloat32(index * SAMPLE_BYTES, true);
      this.#samples[this.#length++] = Number.isFinite(sample) ? Math.max(-1, Math.min(1, sample)) : 0;
    }
    this.#waited = false;
  }

  /** The next block, filled up with silence; undefined when there is nothing to say. */
  next(): Float32Array | undefined {
    if (this.#length === 0) return undefined;
    if (this.#length < BLOCK_SAMPLES && !this.#waited) {
      this.#waited = true;
      return undefined;
    }
    const block = new Float32Array(BLOCK_SAMPLES);
    const count = Math.min(this.#length, BLOCK_SAMPLES);
    block.set(this.#samples.subarray(0, count));
    this.#samples.copyWithin(0, count, this.#length);
    this.#length -= count;
    this.#waited = false;
    return block;
  }
}

export class RoomMixer<Member> {
  readonly #parts: RoomMixerParts<Member>;
  readonly #voices = new Map<Member, Voice>();
  readonly #listeners = new Set<Member>();
  #timer: Timer | undefined;
  #dueMs = 0;
  #quietBeats = 0;

  constructor(parts: RoomMixerParts<Member>) {
    this.#parts = parts;
  }

  add(member: Member): void {
    this.#listeners.add(member);
  }

  remove(member: Member): void {
    this.#listeners.delete(member);
    this.#voices.delete(member);
  }

  /** What `member` says: samples from `at` on. Anything that is no whole number of them is ignored, as clients do. */
  take(member: Member, datagram: Buffer, at: number): void {
    this.#listeners.add(member);
    if (datagram.length === at || (datagram.length - at) % SAMPLE_BYTES !== 0) return;
    let voice = this.#voices.get(member);
    if (voice === undefined) this.#voices.set(member, (voice = new Voice()));
    voice.take(datagram, at);
    this.#quietBeats = 0;
    if (this.#timer !== undefined) return;
    this.#dueMs = this.#parts.clock.monotonicMs() + BLOCK_MS;
    this.#schedule();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#voices.clear();
    this.#listeners.clear();
  }

  #schedule(): void {
    // By the time that it should be, not the time that it is: else each beat would come a little later.
    const delayMs = Math.max(0, this.#dueMs - this.#parts.clock.monotonicMs());
    this.#timer = this.#parts.clock.after(delayMs, () => this.#beat());
  }

  #beat(): void {
    this.#timer = undefined;
    const blocks = new Map<Member, Float32Array>();
    for (const [member, voice] of this.#voices) {
      const block = voice.next();
      if (block !== undefined) blocks.set(member, block);
    }
    for (const listener of this.#listeners) {
      const others = [...blocks].filter(([member]) => member !== listener).map(([, block]) => block);
      if (others.length > 0) this.#parts.send(listener, mixed(others));
    }
    const lateMs = this.#parts.clock.monotonicMs() - this.#dueMs;
    this.#dueMs += lateMs > 5 * BLOCK_MS ? lateMs : BLOCK_MS;
    if (++this.#quietBeats < QUIET_BEATS) this.#schedule();
  }
}

function mixed(blocks: readonly Float32Array[]): Buffer {
  const result = Buffer.alloc(BLOCK_SAMPLES * SAMPLE_BYTES);
  for (let index = 0; index < BLOCK_SAMPLES; index++) {
    let sum = 0;
    for (const block of blocks) sum += block[index] ?? 0;
    result.writeFloatLE(Math.max(-1, Math.min(1, sum)), index * SAMPLE_BYTES);
  }
  return result;
}
