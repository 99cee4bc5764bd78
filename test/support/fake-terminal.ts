// A terminal that is only memory: keys go in, what is on the screen comes out. Understands what our writer sends.

import { EventEmitter } from 'node:events';
import { graphemesOf, textWidth } from '../../cli/ui/display-width.ts';

/** What a terminal reads: control sequences, links, graphics, the bell, text. */
/* eslint-disable no-control-regex -- all of them are control characters */
const TOKENS =
  /\u001B\[[0-?]*[ -/]*[@-~]|\u001B\]8;[^\u0007]*\u0007|\u001B_G[^\u001B]*\u001B\\|\u0007|[^\u001B\u0007]+/gu;

export class FakeScreen extends EventEmitter {
  readonly isTTY = true;
  columns: number;
  rows: number;
  /** Everything that was written. */
  written = '';
  writes = 0;
  bells = 0;
  /** What was asked of it, without an answer yet: `CSI 5 n`, `CSI c`. */
  readonly questions: string[] = [];
  /** Sequences of kitty's graphics. */
  readonly graphics: string[] = [];
  /** Bytes are taken, but more only after `drain`. */
  isBusy = false;
  /** Where links lead; the empty one ends a link. */
  readonly links = new Set<string>();
  alternate = false;
  wrapping = true;
  cursorShown = true;
  cursor = { x: 0, y: 0 };
  destroyed = false;
  #lines: string[][] = [];
  #waiting: { test: (text: string) => boolean; resolve: () => void }[] = [];

  constructor(columns: number, rows: number) {
    super();
    this.columns = columns;
    this.rows = rows;
  }

  write(bytes: string | Uint8Array, done?: (() => void) | string): boolean {
    const text = typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8');
    this.written += text;
    this.writes++;
    this.#draw(text);
    if (typeof done === 'function') queueMicrotask(done);
    const screen = this.text;
    for (const waiter of this.#waiting.splice(0)) {
      if (waiter.test(screen)) waiter.resolve();
      else this.#waiting.push(waiter);
    }
    return !this.isBusy;
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.emit('resize');
  }

  /** The screen as people read it. */
  get text(): string {
    return Array.from({ length: this.rows }, (_, y) => (this.#lines[y] ?? []).join('').trimEnd()).join('\n');
  }

  /** Resolves once the screen shows this. */
  async shows(wanted: string | ((text: string) => boolean)): Promise<void> {
    const test = typeof wanted === 'string' ? (text: string): boolean => text.includes(wanted) : wanted;
    if (test(this.text)) return;
    await new Promise<void>((resolve) => this.#waiting.push({ test, resolve }));
  }

  #draw(text: string): void {
    for (const [token] of text.matchAll(TOKENS)) {
      if (token === '\u0007') this.bells++;
      else if (token.startsWith('\u001B_G')) this.graphics.push(token);
      else if (token.startsWith('\u001B]')) this.links.add(token.slice('\u001B]8;;'.length, -1));
      else if (token.startsWith('\u001B[')) this.#control(token.slice(2, -1), token.at(-1) ?? '');
      else this.#type(token);
    }
  }

  #control(parameters: string, final: string): void {
    const [first = 1, second = 1] = parameters.split(';').map((number) => Number(number) || 1);
    const row = this.#lines[this.cursor.y] ?? [];
    if (final === 'H') this.cursor = { x: second - 1, y: first - 1 };
    else if (final === 'J') this.#lines = [];
    else if (final === 'C') this.cursor = { x: this.cursor.x + first, y: this.cursor.y };
    else if (final === 'n' || final === 'c') this.questions.push(parameters + final);
    else if (final === 'K' && parameters === '1') for (let x = 0; x <= this.cursor.x; x++) row[x] = ' ';
    else if (final === 'K') this.#lines[this.cursor.y] = parameters === '2' ? [] : row.slice(0, this.cursor.x);
    else if (parameters === '?1049') this.alternate = final === 'h';
    else if (parameters === '?7') this.wrapping = final === 'h';
    else if (parameters === '?25') this.cursorShown = final === 'h';
  }

  #type(text: string): void {
    const row = (this.#lines[this.cursor.y] ??= []);
    for (const grapheme of graphemesOf(text)) {
      if (grapheme === '\n') throw new Error('a line feed would scroll the screen');
      const columns = textWidth(grapheme);
      if (this.cursor.x + columns > this.columns) throw new Error(`a row is wider than the screen: ${text}`);
      while (row.length < this.cursor.x) row.push(' ');
      row[this.cursor.x] = grapheme;
      for (let extra = 1; extra < columns; extra++) row[this.cursor.x + extra] = '';
      this.cursor.x += columns;
    }
  }
}

export class FakeKeyboard extends EventEmitter {
  readonly isTTY = true;
  isRaw = false;
  paused = true;

  setRawMode(raw: boolean): this {
    this.isRaw = raw;
    return this;
  }

  resume(): this {
    this.paused = false;
    return this;
  }

  pause(): this {
    this.paused = true;
    return this;
  }

  unref(): this {
    return this;
  }

  type(text: string): void {
    this.emit('data', Buffer.from(text));
  }
}
