// A small value in a file of JSON, replaced whole and durably.

import { readFile, rename, stat } from 'node:fs/promises';
import type { Clock } from '../base/clock.ts';
import { MmchatError } from '../base/errors.ts';
import type { ValueStore } from '../contracts/stores.ts';
import { replaceFile } from './durable-file.ts';
import { errorCodeOf, reasonOf } from './file-errors.ts';

const VERSION = 1;
export const VALUE_LIMIT_BYTES = 4 * 1024 * 1024;

/** A kind of value: where it starts, and how it is told from other JSON. */
export interface ValueForm<Value> {
  /** What it is, for sentences: `profile`. */
  readonly what: string;
  readonly initial: Value;
  /** The value that this JSON is. Throws whatever it likes when it is none. */
  parse(json: unknown): Value;
}

export interface JsonValueStoreParts<Value> {
  readonly path: string;
  readonly form: ValueForm<Value>;
  readonly clock: Clock;
  /** Takes a sentence for people when a file could not be used. */
  readonly warn: (sentence: string) => void;
}

/** One store for each file, in one process at a time. */
export class JsonValueStore<Value> implements ValueStore<Value> {
  readonly #parts: JsonValueStoreParts<Value>;
  #saving: Promise<void> | undefined;
  #waiting: { value: Value; saved: Promise<void> } | undefined;

  constructor(parts: JsonValueStoreParts<Value>) {
    this.#parts = parts;
  }

  async load(): Promise<Value> {
    const { path, form } = this.#parts;
    let text: string;
    try {
      if ((await stat(path)).size > VALUE_LIMIT_BYTES) return await this.#setAside();
      text = await readFile(path, 'utf8');
    } catch (error) {
      if (errorCodeOf(error) === 'ENOENT') return form.initial;
      throw new MmchatError('data-dir', `The file ${path} can't be read: ${reasonOf(error)}.`, { cause: error });
    }
    try {
      const { version, value } = JSON.parse(text) as { version?: unknown; value?: unknown };
      if (version !== VERSION) throw new TypeError('another version');
      return form.parse(value);
    } catch {
      return await this.#setAside();
    }
  }

  save(value: Value): Promise<void> {
    if (this.#waiting !== undefined) {
      this.#waiting.value = value;
      return this.#waiting.saved;
    }
    if (this.#saving === undefined) {
      this.#saving = this.#write(value).finally(() => (this.#saving = undefined));
      return this.#saving;
    }
    const waiting = { value, saved: Promise.resolve() };
    const next = (): Promise<void> => {
      this.#waiting = undefined;
      return this.save(waiting.value);
    };
    // Whether the one that runs fails is told to those who wait for that one.
    waiting.saved = this.#saving.then(next, next);
    this.#waiting = waiting;
    return waiting.saved;
  }

  async #write(value: Value): Promise<void> {
    const { path, form } = this.#parts;
    const text = JSON.stringify({ version: VERSION, value });
    if (Buffer.byteLength(text) > VALUE_LIMIT_BYTES)
      throw new MmchatError('too-large', `The ${form.what} is too large to be kept.`);
    try {
      await replaceFile(path, text);
    } catch (error) {
      throw new MmchatError('data-dir', `The file ${path} can't be written: ${reasonOf(error)}.`, { cause: error });
    }
  }

  // Kept for whoever wants to look what was in it; the program goes on without.
  async #setAside(): Promise<Value> {
    const { path, form, clock, warn } = this.#parts;
    const aside = `${path}.broken-${new Date(clock.now()).toISOString().replace(/[-:]|\.\d+/g, '')}`;
    try {
      await rename(path, aside);
    } catch (error) {
      throw new MmchatError('data-dir', `The broken file ${path} can't be moved away: ${reasonOf(error)}.`, {
        cause: error,
      });
    }
    warn(`The ${form.what} in ${path} could not be read and starts anew; the broken file is kept as ${aside}.`);
    return form.initial;
  }
}
