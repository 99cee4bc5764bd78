// As much of a terminal as pictures need: cells with colours, and a cursor.

import type { Pane } from '../../../src/media/video/half-blocks.ts';

export interface Cell {
  readonly text: string;
  readonly foreground: string;
  readonly background: string;
}

const EMPTY: Cell = { text: '', foreground: '', background: '' };
// eslint-disable-next-line no-control-regex -- what a terminal is told
const TOKEN = /\u001b\[(\??)([\d;]*)([A-Za-z])|\u001b([78])|([^\u001b])/gu;

export class ScreenOfCells {
  readonly #columns: number;
  readonly #cells: Cell[];
  #x = 0;
  #y = 0;
  #foreground = '';
  #background = '';

  constructor({ columns, rows }: { columns: number; rows: number }) {
    this.#columns = columns;
    this.#cells = Array.from({ length: columns * rows }, () => EMPTY);
  }

  cell(x: number, y: number): Cell {
    return this.#cells[y * this.#columns + x]!;
  }

  cells(pane: Pane): Cell[] {
    return this.#cells.filter((_, index) => this.#isInside(index, pane));
  }

  /** How many were drawn outside of it. */
  strayCells(pane: Pane): number {
    return this.#cells.filter((cell, index) => cell !== EMPTY && !this.#isInside(index, pane)).length;
  }

  write(bytes: Uint8Array): void {
    const text = Buffer.from(bytes).toString('utf8');
    let known = 0;
    for (const match of text.matchAll(TOKEN)) {
      const [whole, question, parameters = '', final, , character] = match;
      known += whole.length;
      if (character !== undefined) this.#put(character);
      else if (final === 'H') this.#go(parameters);
      else if (final === 'C') this.#x += Number(parameters);
      else if (final === 'm') this.#paint(parameters);
      else if (final !== undefined && question === '') throw new Error(`unknown: ${final}`);
    }
    if (known !== text.length) throw new Error('something that no terminal knows');
  }

  #isInside(index: number, { x, y, columns, rows }: Pane): boolean {
    const [column, row] = [index % this.#columns, Math.floor(index / this.#columns)];
    return column >= x && column < x + columns && row >= y && row < y + rows;
  }

  #put(character: string): void {
    this.#cells[this.#y * this.#columns + this.#x] = {
      text: character,
      foreground: this.#foreground,
      background: this.#background,
    };
    this.#x++;
  }

  #go(parameters: string): void {
    const [row = 1, column = 1] = parameters.split(';').map(Number);
    this.#y = row - 1;
    this.#x = column - 1;
  }

  #paint(parameters: string): void {
    if (parameters === '0') {
      this.#foreground = '';
      this.#background = '';
      return;
    }
    const match = /^(?:38;(2;\d+;\d+;\d+|5;\d+))?;?(?:48;(2;\d+;\d+;\d+|5;\d+))?$/u.exec(parameters);
    if (match === null) throw new Error(`unknown colours: ${parameters}`);
    this.#foreground = match[1] ?? this.#foreground;
    this.#background = match[2] ?? this.#background;
  }
}
