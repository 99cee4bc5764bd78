// The output `file:PATH.wav`: a WAV that can be read at any moment while it grows, several recordings one after another.

import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { concatBytes } from '../base/bytes.ts';
import { MmchatError } from '../base/errors.ts';
import { BLOCK_MS, BLOCK_SAMPLES } from '../media/audio-format.ts';
import { MAX_WAV_DATA_BYTES, WAV_HEADER_BYTES, wavHeader, wavSamples } from '../media/wav-writer.ts';
import type { SoundDrain } from './paced-output.ts';
import { codeOf, shown } from './sound-files.ts';

/** Written together: half a second. */
const FLUSH_BLOCKS = 500 / BLOCK_MS;
/** A disk that is slower than this is none. */
const MAX_WAITING_BLOCKS = 30_000 / BLOCK_MS;
const BLOCK_BYTES = BLOCK_SAMPLES * 2;

export class WavRecording implements SoundDrain {
  readonly #path: string;
  /** Files that are being written: two at once would spoil each other. */
  readonly #inUse: Set<string>;
  #handle: FileHandle | undefined;
  #dataBytes = 0;
  #waiting: Uint8Array[] = [];
  #writing: Promise<void> | undefined;
  #onFailed: (sentence: string) => void = () => undefined;
  #failed = false;
  #claimed = false;

  constructor(path: string, inUse: Set<string>) {
    this.#path = path;
    this.#inUse = inUse;
  }

  async open(onFailed: (sentence: string) => void): Promise<void> {
    if (this.#inUse.has(this.#path)) throw unavailable(`${shown(this.#path)} is being recorded to already.`);
    this.#inUse.add(this.#path);
    this.#claimed = true;
    this.#onFailed = onFailed;
    try {
      const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK;
      const handle = await open(this.#path, flags, 0o666);
      this.#handle = handle;
      this.#dataBytes = await presentBytes(handle, this.#path);
      await handle.write(wavHeader(this.#dataBytes), 0, WAV_HEADER_BYTES, 0);
    } catch (error) {
      await this.close();
      if (error instanceof MmchatError) throw error;
      throw unavailable(`Nothing can be recorded to ${shown(this.#path)} (${codeOf(error)}).`, error);
    }
  }

  take(block: Float32Array): void {
    if (this.#handle === undefined || this.#failed) return;
    this.#waiting.push(wavSamples(block));
    if (this.#dataBytes + this.#waiting.length * BLOCK_BYTES > MAX_WAV_DATA_BYTES)
      this.#fail(`${shown(this.#path)} is full: a WAV holds 12 hours.`);
    else if (this.#waiting.length > MAX_WAITING_BLOCKS)
      this.#fail(`The disk is too slow to record to ${shown(this.#path)}.`);
    else if (this.#waiting.length >= FLUSH_BLOCKS) this.#writing ??= this.#flush();
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    await this.#writing;
    await this.#flush();
    this.#handle = undefined;
    await handle?.close().catch(() => undefined);
    if (this.#claimed) this.#inUse.delete(this.#path);
    this.#claimed = false;
  }

  async #flush(): Promise<void> {
    const handle = this.#handle;
    if (handle === undefined || this.#failed || this.#waiting.length === 0) return;
    const bytes = concatBytes(...this.#waiting);
    this.#waiting = [];
    try {
      await handle.write(bytes, 0, bytes.length, WAV_HEADER_BYTES + this.#dataBytes);
      this.#dataBytes += bytes.length;
      // Afterwards: the header never promises what is not there.
      await handle.write(wavHeader(this.#dataBytes), 0, WAV_HEADER_BYTES, 0);
    } catch (error) {
      this.#fail(`Nothing more can be recorded to ${shown(this.#path)} (${codeOf(error)}).`);
    } finally {
      this.#writing = undefined;
    }
  }

  #fail(sentence: string): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#waiting = [];
    this.#onFailed(sentence);
  }
}

/** The sound that is there from earlier. Only files of exactly this form are continued: nobody's music is spoiled. */
async function presentBytes(handle: FileHandle, path: string): Promise<number> {
  const stats = await handle.stat();
  if (stats.isFile() && stats.size === 0) return 0;
  const header = new Uint8Array(WAV_HEADER_BYTES);
  const { bytesRead } = stats.isFile() ? await handle.read(header, 0, header.length, 0) : { bytesRead: 0 };
  const claimed = new DataView(header.buffer).getUint32(WAV_HEADER_BYTES - 4, true);
  const isOurs = bytesRead === WAV_HEADER_BYTES && wavHeader(claimed).every((byte, index) => byte === header[index]);
  if (!isOurs || claimed > stats.size - WAV_HEADER_BYTES)
    throw unavailable(`${shown(path)} is there already and no recording of this program: choose another name.`);
  return claimed;
}

function unavailable(sentence: string, cause?: unknown): MmchatError {
  return new MmchatError('device-unavailable', sentence, { cause });
}
