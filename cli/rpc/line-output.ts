// Whole lines into a stream whose reader may be slow, gone, or never read at all.

import type { Writable } from 'node:stream';

export interface LineOutputParts {
  readonly stream: Writable;
  /** Bytes that may wait for the reader. */
  readonly limitBytes: number;
  /** Called once: more waits than allowed, or the stream broke. Nothing is written afterwards. */
  readonly onLost: (reason: 'overflow' | 'broken') => void;
}

export class LineOutput {
  readonly #parts: LineOutputParts;
  #lost = false;

  constructor(parts: LineOutputParts) {
    this.#parts = parts;
    // EPIPE and the like: the reader is gone. Without a listener it would end the process.
    parts.stream.on('error', () => this.#lose('broken'));
    parts.stream.on('close', () => this.#lose('broken'));
  }

  get isLost(): boolean {
    return this.#lost;
  }

  /** Writes `line` and its line end, at once and whole. */
  write(line: string): void {
    if (this.#lost) return;
    const { stream, limitBytes } = this.#parts;
    if (stream.writableLength + line.length > limitBytes) {
      this.#lose('overflow');
      return;
    }
    stream.write(`${line}\n`);
  }

  /** Resolves when all that was written has left the process, or the stream broke, or time is up. */
  async flush(timeoutMs: number): Promise<void> {
    const { stream } = this.#parts;
    if (this.#lost || stream.writableLength === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      const finish = (): void => {
        clearTimeout(timer);
        resolve();
      };
      stream.once('close', finish);
      stream.write('', finish);
    });
  }

  #lose(reason: 'overflow' | 'broken'): void {
    if (this.#lost) return;
    this.#lost = true;
    this.#parts.onLost(reason);
  }
}
