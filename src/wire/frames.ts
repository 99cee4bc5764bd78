// Frames on a stream: a varint length, then that many bytes. A frame of length 0 is the heartbeat: one byte, no content.

import { WireError } from '../base/errors.ts';
import { VARINT_MAX_BYTES, varintLength, writeVarint } from './varint.ts';

/** The largest frame on /mmchat/1: a text of 64 KiB with its header fits well. */
export const MAX_FRAME_BYTES = 96 * 1024;

export const HEARTBEAT: Uint8Array = new Uint8Array([0]);

/**
 * `payload` with its length in front.
 *
 * @throws WireError when it is empty (that would be a heartbeat) or too large
 */
export function encodeFrame(payload: Uint8Array, maxBytes: number = MAX_FRAME_BYTES): Uint8Array {
  if (payload.length === 0 || payload.length > maxBytes)
    throw new WireError(`A frame has 1 to ${maxBytes} bytes, not ${payload.length}.`);
  const frame = new Uint8Array(varintLength(payload.length) + payload.length);
  frame.set(payload, writeVarint(frame, payload.length, 0));
  return frame;
}

/**
 * Cuts a byte stream into frames, however it was split. Holds at most one unfinished frame, whose memory grows only with
 * the bytes that really came.
 */
export class FrameDecoder {
  readonly #maxBytes: number;
  #length = 0;
  #lengthBytes = 0;
  #inPayload = false;
  #held: Uint8Array = new Uint8Array(0);
  #heldBytes = 0;

  constructor(maxBytes: number = MAX_FRAME_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes held of a frame that is not complete. */
  get pendingBytes(): number {
    return this.#heldBytes;
  }

  /**
   * The frames that `chunk` completes, without heartbeats. They may share memory with `chunk`.
   *
   * @throws WireError when a length is malformed or above the limit; the stream can't be read on after that
   */
  push(chunk: Uint8Array): Uint8Array[] {
    const frames: Uint8Array[] = [];
    let offset = 0;
    while (offset < chunk.length) {
      if (!this.#inPayload) {
        offset = this.#readLength(chunk, offset);
        continue;
      }
      const part = chunk.subarray(offset, offset + this.#length - this.#heldBytes);
      offset += part.length;
      if (this.#heldBytes + part.length < this.#length) this.#hold(part);
      else frames.push(this.#complete(part));
    }
    return frames;
  }

  #readLength(chunk: Uint8Array, offset: number): number {
    const byte = chunk[offset] ?? 0;
    this.#length += (byte & 0x7f) * 2 ** (7 * this.#lengthBytes);
    this.#lengthBytes++;
    if (this.#length > this.#maxBytes)
      throw new WireError(`A frame of ${this.#length} bytes was announced; ${this.#maxBytes} are allowed.`);
    if (byte < 0x80) {
      this.#lengthBytes = 0;
      this.#inPayload = this.#length > 0;
    } else if (this.#lengthBytes >= VARINT_MAX_BYTES) {
      throw new WireError('The length of a frame does not end.');
    }
    return offset + 1;
  }

  // Grows by doubling, so that a stream that comes byte by byte costs no more than one that comes whole.
  #hold(part: Uint8Array): void {
    const needed = this.#heldBytes + part.length;
    if (needed > this.#held.length) {
      const grown = new Uint8Array(Math.min(this.#length, Math.max(needed, 2 * this.#held.length)));
      grown.set(this.#held.subarray(0, this.#heldBytes));
      this.#held = grown;
    }
    this.#held.set(part, this.#heldBytes);
    this.#heldBytes = needed;
  }

  #complete(lastPart: Uint8Array): Uint8Array {
    let frame = lastPart;
    if (this.#heldBytes > 0) {
      this.#hold(lastPart);
      frame = this.#held.subarray(0, this.#length);
      this.#held = new Uint8Array(0);
      this.#heldBytes = 0;
    }
    this.#length = 0;
    this.#inPayload = false;
    return frame;
  }
}
