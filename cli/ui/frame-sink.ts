// The stream that ink renders into: it keeps the newest frame, which the screen writer then brings to the terminal.

import { EventEmitter } from 'node:events';
import type { ScreenSize } from './layout.ts';

/** As much of a terminal's stream as ink asks for in its debug mode, which writes every frame whole. */
export class FrameSink extends EventEmitter {
  readonly isTTY = false;
  readonly #size: () => ScreenSize;
  frame = '';

  constructor(size: () => ScreenSize) {
    super();
    this.#size = size;
  }

  get columns(): number {
    return this.#size().columns;
  }

  get rows(): number {
    return this.#size().rows;
  }

  write(text: string, ...rest: unknown[]): boolean {
    if (text !== '') this.frame = text;
    const done = rest.find((argument) => typeof argument === 'function') as (() => void) | undefined;
    if (done !== undefined) queueMicrotask(done);
    return true;
  }
}
