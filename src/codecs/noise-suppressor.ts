// Takes noise out of a voice: RNNoise, its WebAssembly without the loader that comes with it.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { NoiseSuppressor } from '../contracts/codecs.ts';
import { FRAME_SAMPLES } from '../media/audio-format.ts';

/** As much of WebAssembly as is needed: its types come with browsers' only. */
interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

type Imports = Record<string, Record<string, (...values: number[]) => unknown>>;

interface WebAssemblyEngine {
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(module: object, imports: Imports): Promise<{ readonly exports: unknown }>;
}

/** The short names are those of exactly the version in package.json. */
interface RnnoiseExports {
  readonly c: Memory;
  /** To be called once, before anything else; then: make a state, get memory, process. */
  readonly d: () => void;
  readonly e: (bytes: number) => number;
  readonly h: (model: number) => number;
  /** Processes a frame and returns how likely it is a voice. */
  readonly j: (state: number, output: number, input: number) => number;
}

const EMBEDDED_WASM = /"data:application\/octet-stream;base64,([^"]+)"/;
const FULL_SCALE = 32_768;
const PAGE_BYTES = 65_536;
const MOST_BYTES = 64 * 1024 * 1024;

const { WebAssembly: engine } = globalThis as unknown as { readonly WebAssembly: WebAssemblyEngine };

let compiled: Promise<object> | undefined;

export async function openNoiseSuppressor(): Promise<NoiseSuppressor> {
  compiled ??= compile();
  return new Rnnoise(await instantiate(await compiled));
}

async function compile(): Promise<object> {
  const require = createRequire(import.meta.url);
  // The newer of the two models in the package; the other leaves most of a hiss.
  const loader = await readFile(require.resolve('@jitsi/rnnoise-wasm/dist/rnnoise-sync.js'), 'latin1');
  const embedded = EMBEDDED_WASM.exec(loader)?.[1];
  if (embedded === undefined) throw new Error('its file holds no WebAssembly');
  return engine.compile(Buffer.from(embedded, 'base64'));
}

/** A memory of its own for each: it goes when the suppressor goes. */
async function instantiate(module: object): Promise<RnnoiseExports> {
  const heap = (): Memory => exports.c;
  const instance = await engine.instantiate(module, {
    a: {
      a: (bytes = 0) => {
        const wanted = bytes >>> 0;
        if (wanted > MOST_BYTES) return false;
        heap().grow(Math.ceil((wanted - heap().buffer.byteLength) / PAGE_BYTES));
        return true;
      },
      b: (to = 0, from = 0, bytes = 0) => new Uint8Array(heap().buffer).copyWithin(to, from, from + bytes),
    },
  });
  const exports = instance.exports as RnnoiseExports;
  exports.d();
  return exports;
}

class Rnnoise implements NoiseSuppressor {
  #exports: RnnoiseExports | undefined;
  readonly #state: number;
  readonly #frame: number;

  constructor(exports: RnnoiseExports) {
    this.#exports = exports;
    this.#state = exports.h(0);
    this.#frame = exports.e(FRAME_SAMPLES * Float32Array.BYTES_PER_ELEMENT);
  }

  process(frame: Float32Array): Float32Array {
    if (this.#exports === undefined) return frame;
    const { c: memory, j: processFrame } = this.#exports;
    const samples = new Float32Array(memory.buffer, this.#frame, FRAME_SAMPLES);
    for (let index = 0; index < FRAME_SAMPLES; index++) {
      const sample = frame[index] ?? 0;
      // What is no number would stay in its memory for ever.
      samples[index] = Number.isFinite(sample) ? sample * FULL_SCALE : 0;
    }
    processFrame(this.#state, this.#frame, this.#frame);
    const heard = new Float32Array(memory.buffer, this.#frame, FRAME_SAMPLES);
    return heard.map((sample) => sample / FULL_SCALE);
  }

  close(): void {
    this.#exports = undefined;
  }
}
