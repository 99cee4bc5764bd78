// Buffers of one size, used again and again: what passes through here would else be garbage by the gigabyte.

/** Of the data in one buffer. */
const CHUNK_BYTES = 512 * 1024;

/** Before the data there is room for heads of frames; so much of it that the data begins with a page. */
export const HEADROOM_BYTES = 4096;
const SLAB_BUFFERS = 16;
const FEW_OUTSIDE = 24;
const MANY_OUTSIDE = 48;
const WASM_PAGE_BYTES = 65_536;

export interface PooledBuffer {
  /** Headroom and data. */
  readonly whole: Uint8Array;
  /** Begins on a page of memory, where the system gives such memory: files can then be written past the system's cache. */
  readonly data: Uint8Array;
}

export class BufferPool {
  readonly #free: PooledBuffer[] = [];
  #made = 0;

  /**
   * How many one channel may have now. Three keep disk, processor and socket busy at once; where many share, that need not
   * be each one's own business, and memory stays small.
   */
  get allowance(): number {
    if (this.outside < FEW_OUTSIDE) return 3;
    return this.outside < MANY_OUTSIDE ? 2 : 1;
  }

  /** Never waits: whoever takes them keeps to the allowance. */
  take(): PooledBuffer {
    const buffer = this.#free.pop();
    if (buffer !== undefined) return buffer;
    const slab = pageAlignedMemory(SLAB_BUFFERS * (HEADROOM_BYTES + CHUNK_BYTES));
    for (let index = 0; index < SLAB_BUFFERS; index++) {
      const start = index * (HEADROOM_BYTES + CHUNK_BYTES);
      const whole = slab.subarray(start, start + HEADROOM_BYTES + CHUNK_BYTES);
      this.#free.push({ whole, data: whole.subarray(HEADROOM_BYTES) });
    }
    this.#made += SLAB_BUFFERS;
    return this.take();
  }

  give(buffer: PooledBuffer): void {
    this.#free.push(buffer);
  }

  /** How many are out. */
  get outside(): number {
    return this.#made - this.#free.length;
  }

  /** Gives the memory back to the system when nothing is out. */
  clear(): void {
    if (this.outside > 0) return;
    this.#free.length = 0;
    this.#made = 0;
  }
}

interface WasmMemory {
  readonly Memory?: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
}

// Only memory of WebAssembly is sure to begin on a page: Node has no other way to ask for that.
function pageAlignedMemory(bytes: number): Uint8Array {
  const { Memory } = (globalThis as unknown as { WebAssembly?: WasmMemory }).WebAssembly ?? {};
  try {
    if (Memory !== undefined) {
      const { buffer } = new Memory({ initial: Math.ceil(bytes / WASM_PAGE_BYTES) });
      return new Uint8Array(buffer, 0, bytes);
    }
  } catch {
    // No address space for it: ordinary memory does as well, only without writing past the cache.
  }
  return new Uint8Array(bytes);
}
