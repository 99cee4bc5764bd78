// Pictures in a terminal: two pixels a cell by half blocks, and only what changed since the last picture.

import type { VideoFrame } from './video-frame.ts';
import { fittedSize, scaleInto } from './scale.ts';

export type TerminalColours = 'truecolor' | '256' | 'ascii';

/** Cells of the screen, from 0. */
export interface Pane {
  readonly x: number;
  readonly y: number;
  readonly columns: number;
  readonly rows: number;
}

export interface HalfBlocksOptions {
  readonly colours: TerminalColours;
  /** A cell is drawn again when one of its colours is off by more than this (0 to 255). @default 12 */
  readonly threshold?: number;
  /** Cells alone: whoever writes them makes an update of them, and puts the cursor back. */
  readonly isBare?: boolean;
}

const DEFAULT_THRESHOLD = 12;
/** More per cell and direction nobody sees. */
const MOST_SAMPLES = 2;
/** The longest that one cell can need: a jump, two colours, a half block. */
const CELL_BYTES = 64;
const FRAME_BYTES = 64;
/** From dark to bright. */
const SHADES = Buffer.from(' .:-=+*#%@');
const SYNCHRONIZED = '\u001B[?2026h\u001B7';
const DONE = '\u001B[0m\u001B8\u001B[?2026l';
const PLAIN = '\u001B[0m';
const HALF_BLOCK = [0xe2, 0x96, 0x80] as const;
const CUBE = [0, 95, 135, 175, 215, 255] as const;

/** One picture after the other in one pane. Knows what the terminal shows: `reset` it when somebody else drew there. */
export class HalfBlocks {
  readonly #colours: TerminalColours;
  readonly #threshold: number;
  readonly #isBare: boolean;
  #pane: Pane = { x: 0, y: 0, columns: 0, rows: 0 };
  #picture = '';
  /** What the terminal shows: two pixels a cell, above each other. */
  #shown = new Uint8Array(0);
  #wanted = new Uint8Array(0);
  #isKnown = false;
  #out = Buffer.alloc(0);
  #length = 0;
  /** Colours that the terminal draws with; -1: not set. */
  #foreground = -1;
  #background = -1;

  constructor({ colours, threshold = DEFAULT_THRESHOLD, isBare = false }: HalfBlocksOptions) {
    this.#colours = colours;
    this.#threshold = threshold;
    this.#isBare = isBare;
  }

  /** The next picture is drawn as a whole. */
  reset(): void {
    this.#isKnown = false;
  }

  /**
   * Bytes to write to the terminal, empty if nothing changed enough. The picture fills the pane as far as its proportions
   * allow; the rest is black. Position, cursor and colours of others stay as they are. The bytes are valid until the next call.
   */
  draw(frame: VideoFrame, pane: Pane): Uint8Array {
    this.#prepare(frame, pane);
    const { columns, rows } = pane;
    this.#length = 0;
    this.#foreground = -1;
    this.#background = -1;
    for (let row = 0; row < rows; row++) {
      // The column that the cursor stands at.
      let cursor = -1;
      for (let column = 0; column < columns; column++) {
        const above = (row * 2 * columns + column) * 3;
        const below = above + columns * 3;
        if (this.#isKnown && !this.#hasChanged(above) && !this.#hasChanged(below)) continue;
        if (this.#length === 0) this.#text(this.#isBare ? PLAIN : SYNCHRONIZED);
        if (cursor !== column) this.#move(pane.x + column, pane.y + row, cursor < 0 ? 0 : column - cursor);
        this.#cell(above, below);
        cursor = column + 1;
      }
    }
    this.#isKnown = true;
    if (this.#length > 0) this.#text(this.#isBare ? PLAIN : DONE);
    return this.#out.subarray(0, this.#length);
  }

  #prepare(frame: VideoFrame, pane: Pane): void {
    const { columns, rows } = pane;
    const size = fittedSize(frame, { width: columns, height: rows * 2 }, true);
    const isSamePane = (['x', 'y', 'columns', 'rows'] as const).every((key) => pane[key] === this.#pane[key]);
    const picture = `${size.width}x${size.height}`;
    if (!isSamePane) {
      this.#pane = { ...pane };
      this.#shown = new Uint8Array(columns * rows * 6);
      this.#wanted = new Uint8Array(columns * rows * 6);
      this.#out = Buffer.allocUnsafe(columns * rows * CELL_BYTES + FRAME_BYTES);
      this.#isKnown = false;
    }
    if (picture !== this.#picture) this.#wanted.fill(0);
    this.#picture = picture;
    const [left, top] = [(columns - size.width) >> 1, (rows * 2 - size.height) >> 1];
    scaleInto(frame, this.#wanted, { left, top, ...size, stride: columns * 3 }, MOST_SAMPLES);
  }

  #hasChanged(at: number): boolean {
    const [wanted, shown, threshold] = [this.#wanted, this.#shown, this.#threshold];
    return (
      Math.abs((wanted[at] ?? 0) - (shown[at] ?? 0)) > threshold ||
      Math.abs((wanted[at + 1] ?? 0) - (shown[at + 1] ?? 0)) > threshold ||
      Math.abs((wanted[at + 2] ?? 0) - (shown[at + 2] ?? 0)) > threshold
    );
  }

  #cell(above: number, below: number): void {
    if (this.#colours === 'ascii') {
      const [upper, lower] = [this.#take(above), this.#take(below)];
      const brightness = (brightnessOf(upper) + brightnessOf(lower)) / 2;
      this.#byte(SHADES[Math.min(SHADES.length - 1, Math.floor((brightness * SHADES.length) / 256))] ?? 0x20);
      return;
    }
    const upper = this.#colour(above, this.#foreground);
    const lower = this.#colour(below, this.#background);
    if (upper !== this.#foreground || lower !== this.#background) {
      this.#text('\u001B[');
      if (upper !== this.#foreground) this.#parameter(38, upper);
      if (lower !== this.#background) {
        if (upper !== this.#foreground) this.#byte(0x3b);
        this.#parameter(48, lower);
      }
      this.#byte(0x6d);
      this.#foreground = upper;
      this.#background = lower;
    }
    for (const byte of HALF_BLOCK) this.#byte(byte);
  }

  /** The colour to show, which is remembered; the one that is set already if that is near enough. */
  #colour(at: number, current: number): number {
    if (this.#colours === '256') return paletteIndex(this.#take(at));
    if (current >= 0) {
      const [red, green, blue] = [current >> 16, (current >> 8) & 0xff, current & 0xff];
      const near = this.#threshold >> 1;
      const isNear =
        Math.abs((this.#wanted[at] ?? 0) - red) <= near &&
        Math.abs((this.#wanted[at + 1] ?? 0) - green) <= near &&
        Math.abs((this.#wanted[at + 2] ?? 0) - blue) <= near;
      if (isNear) {
        this.#shown[at] = red;
        this.#shown[at + 1] = green;
        this.#shown[at + 2] = blue;
        return current;
      }
    }
    return this.#take(at);
  }

  #take(at: number): number {
    const red = (this.#shown[at] = this.#wanted[at] ?? 0);
    const green = (this.#shown[at + 1] = this.#wanted[at + 1] ?? 0);
    const blue = (this.#shown[at + 2] = this.#wanted[at + 2] ?? 0);
    return (red << 16) | (green << 8) | blue;
  }

  /** @param right how many columns farther on the same row the cursor has to go; 0: it is elsewhere */
  #move(x: number, y: number, right: number): void {
    this.#text('\u001B[');
    if (right > 0) {
      this.#number(right);
      this.#byte(0x43);
      return;
    }
    this.#number(y + 1);
    this.#byte(0x3b);
    this.#number(x + 1);
    this.#byte(0x48);
  }

  #parameter(kind: 38 | 48, colour: number): void {
    this.#number(kind);
    this.#byte(0x3b);
    if (this.#colours === '256') {
      this.#text('5;');
      this.#number(colour);
      return;
    }
    this.#text('2;');
    this.#number(colour >> 16);
    this.#byte(0x3b);
    this.#number((colour >> 8) & 0xff);
    this.#byte(0x3b);
    this.#number(colour & 0xff);
  }

  #number(value: number): void {
    if (value >= 1000) {
      this.#text(String(value));
      return;
    }
    if (value >= 100) this.#byte(0x30 + Math.floor(value / 100));
    if (value >= 10) this.#byte(0x30 + (Math.floor(value / 10) % 10));
    this.#byte(0x30 + (value % 10));
  }

  #text(text: string): void {
    for (let index = 0; index < text.length; index++) this.#byte(text.charCodeAt(index));
  }

  #byte(byte: number): void {
    this.#out[this.#length++] = byte;
  }
}

function brightnessOf(colour: number): number {
  return ((colour >> 16) * 77 + ((colour >> 8) & 0xff) * 150 + (colour & 0xff) * 29) >> 8;
}

/** Of the 240 colours that are the same everywhere: a cube of 6 x 6 x 6, and greys. */
function paletteIndex(colour: number): number {
  const [red, green, blue] = [colour >> 16, (colour >> 8) & 0xff, colour & 0xff];
  const [r, g, b] = [step(red), step(green), step(blue)];
  const grey = Math.max(0, Math.min(23, Math.round(((red + green + blue) / 3 - 8) / 10)));
  const level = 8 + grey * 10;
  const cubeError = distance(red - (CUBE[r] ?? 0), green - (CUBE[g] ?? 0), blue - (CUBE[b] ?? 0));
  return distance(red - level, green - level, blue - level) < cubeError ? 232 + grey : 16 + 36 * r + 6 * g + b;
}

function step(value: number): number {
  return value < 48 ? 0 : value < 115 ? 1 : Math.min(5, Math.floor((value - 35) / 40));
}

function distance(red: number, green: number, blue: number): number {
  return red * red + green * green + blue * blue;
}
