// What would be seen, as files: one JPEG a frame shown, PEER-000001.jpg and so on, after those that are there already.

import { createHash } from 'node:crypto';
import { mkdir, opendir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { MmchatError } from '../../base/errors.ts';
import type { VideoCodecs, VideoEncoder, VideoFrame, VideoOutput } from '../../contracts/video.ts';
import { codeOf, shown } from '../sound-files.ts';

/** Frames that wait for the disk; newer ones are left out. */
const MOST_WAITING = 8;
/** More people than are in any call. */
const MOST_PEOPLE = 64;
const NAME_LIMIT = 60;
const BITS_PER_SECOND = 50_000_000;
/** So far the next free number is looked for when somebody else writes to the same folder. */
const MOST_TRIES = 100;
/** As written here; more digits than that are nobody's count. */
const WRITTEN = /^(.+)-(\d{6,12})\.jpg$/u;

export class FolderOutput implements VideoOutput {
  readonly #folder: string;
  readonly #encoder: VideoEncoder;
  /** The highest ones that are there, by names of files. */
  readonly #numbers: Map<string, number>;
  readonly #people = new Set<string>();
  #waiting = 0;
  #writing: Promise<void> = Promise.resolve();
  #isStopped = false;
  #dropped = 0;

  private constructor(folder: string, numbers: Map<string, number>, encoder: VideoEncoder) {
    this.#folder = folder;
    this.#numbers = numbers;
    this.#encoder = encoder;
  }

  /** @throws MmchatError `device-unavailable` */
  static async open(folder: string, codecs: VideoCodecs): Promise<FolderOutput> {
    let numbers: Map<string, number>;
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      numbers = await numbersIn(folder);
    } catch (error) {
      const sentence = `Pictures can't be written to ${shown(folder)} (${codeOf(error)}).`;
      throw new MmchatError('device-unavailable', sentence, { cause: error });
    }
    const encoder = await codecs.encoder('jpeg');
    encoder.configure({ bitsPerSecond: BITS_PER_SECOND, framesPerSecond: 30 });
    return new FolderOutput(folder, numbers, encoder);
  }

  /** Frames that were not written: the disk was too slow, or full. */
  get droppedFrames(): number {
    return this.#dropped;
  }

  show(who: string, _name: string, frame: VideoFrame): void {
    if (this.#isStopped) return;
    if (this.#waiting >= MOST_WAITING || (!this.#people.has(who) && this.#people.size >= MOST_PEOPLE)) {
      this.#dropped++;
      frame.release?.();
      return;
    }
    this.#people.add(who);
    this.#waiting++;
    this.#writing = this.#writing.then(() => this.#write(fileNameOf(who), frame));
  }

  hide(): void {
    // Numbers go on where they were when somebody is seen again.
  }

  /** Resolves when what was shown is on disk. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#writing;
    this.#encoder.close();
  }

  async #write(name: string, frame: VideoFrame): Promise<void> {
    try {
      const picture = await this.#encoder.encode(frame);
      if (picture === undefined) this.#dropped++;
      else await this.#save(name, picture.bytes);
    } catch {
      this.#dropped++;
    } finally {
      this.#waiting--;
      frame.release?.();
    }
  }

  /** Nothing is written over: pictures of the call before may still be on their way to the same folder. */
  async #save(name: string, bytes: Uint8Array): Promise<void> {
    for (let tries = 1; ; tries++) {
      const number = (this.#numbers.get(name) ?? 0) + 1;
      this.#numbers.set(name, number);
      const file = path.join(this.#folder, `${name}-${String(number).padStart(6, '0')}.jpg`);
      try {
        await writeFile(file, bytes, { mode: 0o600, flag: 'wx' });
        return;
      } catch (error) {
        if (codeOf(error) !== 'EEXIST' || tries >= MOST_TRIES) throw error;
      }
    }
  }
}

/** The highest number of each name. */
async function numbersIn(folder: string): Promise<Map<string, number>> {
  const numbers = new Map<string, number>();
  for await (const { name } of await opendir(folder)) {
    const [, who, digits] = WRITTEN.exec(name) ?? [];
    if (who !== undefined) numbers.set(who, Math.max(numbers.get(who) ?? 0, Number(digits)));
  }
  return numbers;
}

/** Letters and digits only; two ids that look the same then still have two names. */
function fileNameOf(who: string): string {
  const clean = who.replace(/[^A-Za-z0-9_]+/gu, '_').slice(0, NAME_LIMIT);
  if (clean === who && clean !== '') return clean;
  return `${clean}_${createHash('sha256').update(who).digest('hex').slice(0, 8)}`;
}
