// The first frame of a GIF becomes pixels (https://www.w3.org/Graphics/GIF/spec-gif89a.txt).

import { damaged, IMAGE_LIMITS, type Pixels } from './image-header.ts';

/** Codes of LZW have at most 12 bits. */
const CODES = 4096;
/** First row and step of the four passes of an interlaced frame. */
const PASSES = [
  [0, 8],
  [4, 8],
  [2, 4],
  [1, 2],
] as const;

/** `bytes` has a header that was measured. @throws MmchatError `corrupt` */
export function decodeGif(bytes: Uint8Array): Pixels {
  const reader = new Reader(bytes);
  reader.at = 6;
  const width = reader.uint16();
  const height = reader.uint16();
  const flags = reader.byte();
  reader.at += 2;
  let palette = (flags & 0x80) === 0 ? new Uint8Array(0) : reader.take(3 << ((flags & 7) + 1));
  let transparent = -1;
  for (;;) {
    const block = reader.byte();
    if (block === 0x21) {
      const label = reader.byte();
      const body = reader.blocks();
      if (label === 0xf9 && ((body[0] ?? 0) & 1) === 1) transparent = body[3] ?? -1;
      continue;
    }
    if (block !== 0x2c) throw damaged();
    const left = reader.uint16();
    const top = reader.uint16();
    const columns = reader.uint16();
    const rows = reader.uint16();
    const frameFlags = reader.byte();
    if (columns * rows > IMAGE_LIMITS.pixels) throw damaged();
    if ((frameFlags & 0x80) !== 0) palette = reader.take(3 << ((frameFlags & 7) + 1));
    const leastBits = reader.byte();
    const indexes = unpack(reader.blocks(), leastBits, columns * rows);
    const rgb = new Uint8Array(width * height * 3);
    const order = rowOrder(rows, (frameFlags & 0x40) !== 0);
    for (const [row, y] of order.entries()) {
      for (let column = 0; column < columns; column++) {
        const index = indexes[row * columns + column] ?? 0;
        const [x, line] = [left + column, top + y];
        if (index === transparent || x >= width || line >= height) continue;
        rgb.set(palette.subarray(index * 3, index * 3 + 3), (line * width + x) * 3);
      }
    }
    return { width, height, rgb };
  }
}

function rowOrder(rows: number, interlaced: boolean): number[] {
  const order: number[] = [];
  for (const [first, step] of interlaced ? PASSES : ([[0, 1]] as const))
    for (let row = first; row < rows; row += step) order.push(row);
  return order;
}

/** LZW; never more than `length`. */
function unpack(packed: Uint8Array, leastBits: number, length: number): Uint8Array {
  if (leastBits < 1 || leastBits > 8) throw damaged();
  const indexes = new Uint8Array(length);
  const before = new Uint16Array(CODES);
  const last = new Uint8Array(CODES);
  const stack = new Uint8Array(CODES + 1);
  const clear = 1 << leastBits;
  let bits = leastBits + 1;
  let next = clear + 2;
  let previous = -1;
  let first = 0;
  let written = 0;
  let buffer = 0;
  let held = 0;
  for (let code = 0; code < clear; code++) last[code] = code;
  for (let at = 0; written < length;) {
    while (held < bits && at < packed.length) {
      buffer |= (packed[at++] ?? 0) << held;
      held += 8;
    }
    if (held < bits) break;
    const code = buffer & ((1 << bits) - 1);
    buffer >>= bits;
    held -= bits;
    if (code === clear) {
      bits = leastBits + 1;
      next = clear + 2;
      previous = -1;
      continue;
    }
    if (code === clear + 1) break;
    if (code > next || (code === next && previous === -1)) throw damaged();
    let size = 0;
    let from = code;
    // The code that is being made ends as it begins.
    if (code === next) {
      stack[size++] = first;
      from = previous;
    }
    while (from >= clear && size < CODES) {
      stack[size++] = last[from] ?? 0;
      from = before[from] ?? 0;
    }
    first = last[from] ?? 0;
    stack[size++] = first;
    while (size > 0 && written < length) indexes[written++] = stack[--size] ?? 0;
    if (previous !== -1 && next < CODES) {
      before[next] = previous;
      last[next] = first;
      next += 1;
      if (next === 1 << bits && bits < 12) bits += 1;
    }
    previous = code;
  }
  return indexes;
}

class Reader {
  readonly #bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  byte(): number {
    const value = this.#bytes[this.at++];
    if (value === undefined) throw damaged();
    return value;
  }

  uint16(): number {
    return this.byte() + this.byte() * 0x100;
  }

  take(length: number): Uint8Array<ArrayBuffer> {
    const taken = new Uint8Array(this.#bytes.slice(this.at, this.at + length));
    this.at += length;
    return taken;
  }

  /** Sub-blocks up to the empty one; of a file that was cut off what is there. */
  blocks(): Uint8Array {
    const parts: Uint8Array[] = [];
    for (;;) {
      const length = this.#bytes[this.at++] ?? 0;
      if (length === 0) return Buffer.concat(parts);
      parts.push(this.#bytes.subarray(this.at, this.at + length));
      this.at += length;
    }
  }
}
