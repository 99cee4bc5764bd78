// How a command tells what goes on: one line that is written over on a terminal, plain lines anywhere else.

import stringWidth from 'string-width';
import { cleanLine } from '../../src/index.ts';
import type { CliIo } from '../io.ts';

const UNKNOWN_COLUMNS = 80;
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

export class ProgressOutput {
  readonly #stream: CliIo['stdout'] | CliIo['stderr'];
  #shown = '';

  constructor(stream: CliIo['stdout'] | CliIo['stderr']) {
    this.#stream = stream;
  }

  get isTerminal(): boolean {
    return this.#stream.isTTY === true;
  }

  get columns(): number {
    return ('columns' in this.#stream ? this.#stream.columns : undefined) ?? UNKNOWN_COLUMNS;
  }

  /** A whole line that stays. */
  line(text: string): void {
    this.clear();
    this.#stream.write(`${cleanLine(text)}\n`);
  }

  /** What goes on now: only on a terminal. */
  show(text: string): void {
    if (!this.isTerminal) return;
    const row = cutText(cleanLine(text), this.columns - 1);
    if (row === this.#shown) return;
    this.#stream.write(`\r${row}\u001B[K`);
    this.#shown = row;
  }

  clear(): void {
    if (this.#shown === '') return;
    this.#stream.write('\r\u001B[K');
    this.#shown = '';
  }
}

/** In at most so many columns, with `…` where something is missing. */
function cutText(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  let kept = '';
  for (const { segment } of graphemes.segment(text.slice(0, columns * 4))) {
    if (stringWidth(kept + segment) > columns - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}
