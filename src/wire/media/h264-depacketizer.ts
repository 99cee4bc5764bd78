// Joins the packets of a video to pictures, in order, with a bound on what is held of those that never become whole.

import { beginsPicture, checkH264Payload, joinH264 } from './h264-payload.ts';

export interface H264Packet {
  /** Unwrapped. */
  readonly sequence: number;
  readonly timestamp: number;
  readonly marker: boolean;
  readonly payload: Uint8Array;
}

export interface H264Frame {
  readonly timestamp: number;
  /** An access unit in Annex B format. */
  readonly bytes: Buffer;
  readonly isKeyFrame: boolean;
  /** Something before it was lost: unless it is a key frame, the decoder lacks what it builds upon. */
  readonly afterLoss: boolean;
}

export interface H264Losses {
  readonly packets: number;
  /** Pictures of which something came, but not all, or not what fits together. */
  readonly frames: number;
  /** Packets that came after they had been given up, or twice. */
  readonly late: number;
}

export const MAX_H264_HELD_BYTES = 2 * 1024 * 1024;
export const MAX_H264_HELD_PACKETS = 4_096;

interface HeldPacket {
  readonly timestamp: number;
  readonly marker: boolean;
  readonly payload: Uint8Array;
}

/**
 *     #next            #gap                  #highest
 *       v               v                       v
 *       A A A A A A A A . . A A m B B B . B B B B          A, B: pictures, m: marker, dots: not there (yet)
 *
 * Whoever knows the time calls `giveUp` when what is missing can't be awaited any longer.
 */
export class H264Depacketizer {
  readonly #held = new Map<number, HeldPacket>();
  #heldBytes = 0;
  /** The first packet of the next picture. */
  #next: number | undefined;
  /** The first packet behind `#next` that is not there. */
  #gap = 0;
  #highest = 0;
  /** What is before `#next` is unknown: it may be the middle of a picture. */
  #isUncertain = true;
  #afterLoss = false;
  #lostPackets = 0;
  #lostFrames = 0;
  #latePackets = 0;

  get losses(): H264Losses {
    return { packets: this.#lostPackets, frames: this.#lostFrames, late: this.#latePackets };
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Whether packets came that are behind a missing one. */
  get isWaiting(): boolean {
    return this.#next !== undefined && this.#highest > this.#gap;
  }

  /** The sequence numbers (16 bits) of what is waited for, for a NACK. */
  missing(limit: number): number[] {
    const sequences: number[] = [];
    for (let sequence = this.#gap; this.isWaiting && sequence < this.#highest && sequences.length < limit; sequence++)
      if (!this.#held.has(sequence)) sequences.push(sequence & 0xffff);
    return sequences;
  }

  /**
   * The pictures that are whole now.
   *
   * @throws WireError at a payload that is no H.264; nothing is changed by it
   */
  push({ sequence, timestamp, marker, payload }: H264Packet): H264Frame[] {
    checkH264Payload(payload);
    if (this.#next === undefined || Math.abs(sequence - this.#next) > MAX_H264_HELD_PACKETS) this.#restart(sequence);
    else if (sequence < this.#next || this.#held.has(sequence)) {
      this.#latePackets++;
      return [];
    }
    // A copy (`slice` of a Buffer is none): the view would keep the whole packet, or a pool of them, in memory.
    this.#held.set(sequence, { timestamp, marker, payload: new Uint8Array(payload) });
    this.#heldBytes += payload.length;
    this.#highest = Math.max(this.#highest, sequence);
    const frames: H264Frame[] = [];
    this.#takeWhole(frames);
    while (this.#heldBytes > MAX_H264_HELD_BYTES || this.#held.size > MAX_H264_HELD_PACKETS) this.#skip(frames);
    return frames;
  }

  /** Gives up the picture that lacks something; the pictures behind it that are whole. Nothing if nothing is waited for. */
  giveUp(): H264Frame[] {
    const frames: H264Frame[] = [];
    if (this.isWaiting) this.#skip(frames);
    return frames;
  }

  /** The stream went on somewhere else, or begins. */
  #restart(sequence: number): void {
    if (this.#next !== undefined) {
      this.#afterLoss = true;
      if (this.#held.size > 0) this.#lostFrames++;
      if (sequence > this.#highest) this.#lostPackets += sequence - this.#highest - 1;
    }
    this.#held.clear();
    this.#heldBytes = 0;
    this.#highest = sequence;
    this.#beginAt(sequence, true);
  }

  #beginAt(sequence: number, isUncertain: boolean): void {
    this.#next = sequence;
    this.#gap = sequence;
    this.#isUncertain = isUncertain;
  }

  #takeWhole(frames: H264Frame[]): void {
    for (;;) {
      const start = this.#next ?? 0;
      const first = this.#held.get(start);
      if (first === undefined) return;
      let end = -1;
      for (; end < 0; this.#gap++) {
        const packet = this.#held.get(this.#gap);
        if (packet === undefined) return;
        if (packet.timestamp !== first.timestamp) end = this.#gap;
        else if (packet.marker) end = this.#gap + 1;
      }
      this.#take(start, end, first.timestamp, frames);
      this.#beginAt(end, false);
    }
  }

  #take(start: number, end: number, timestamp: number, frames: H264Frame[]): void {
    const payloads: Uint8Array[] = [];
    for (let sequence = start; sequence < end; sequence++) {
      const packet = this.#remove(sequence);
      if (packet !== undefined) payloads.push(packet.payload);
    }
    const [first] = payloads;
    const isWhole = first !== undefined && (!this.#isUncertain || beginsPicture(first));
    const joined = isWhole ? joinH264(payloads) : undefined;
    if (joined === undefined) {
      this.#lostFrames++;
      this.#afterLoss = true;
      return;
    }
    frames.push({ timestamp, ...joined, afterLoss: this.#afterLoss });
    this.#afterLoss = false;
  }

  /** Leaves behind what is at `#next`: the rest of its picture, if anything of it is known, and what is missing behind that. */
  #skip(frames: H264Frame[]): void {
    this.#afterLoss = true;
    let sequence = this.#next ?? 0;
    const timestamp = this.#held.get(sequence)?.timestamp;
    if (timestamp !== undefined) this.#lostFrames++;
    let isUncertain = true;
    for (; sequence <= this.#highest; sequence++) {
      const packet = this.#held.get(sequence);
      if (packet === undefined) {
        this.#lostPackets++;
        isUncertain = true;
      } else if (packet.timestamp === timestamp) {
        this.#remove(sequence);
        isUncertain = false;
      } else break;
    }
    // Nothing is behind it: the rest of this picture may still come.
    this.#beginAt(sequence, isUncertain || sequence > this.#highest);
    this.#takeWhole(frames);
  }

  #remove(sequence: number): HeldPacket | undefined {
    const packet = this.#held.get(sequence);
    if (packet === undefined) return undefined;
    this.#held.delete(sequence);
    this.#heldBytes -= packet.payload.length;
    return packet;
  }
}
