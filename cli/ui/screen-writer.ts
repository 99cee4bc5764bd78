// Rows to a terminal: only those that changed, each at its absolute place, in one synchronized update. ink's own writer
// moves relative to the last line, clears at full height and writes nothing at all where CI is set.

import stringWidth from 'string-width';
import type { PicturePlaces } from './video/places.ts';

const BEGIN_UPDATE = '\u001B[?2026h';
const END_UPDATE = '\u001B[?2026l';
const HIDE_CURSOR = '\u001B[?25l';
const SHOW_CURSOR = '\u001B[?25h';
// Alternate screen, bracketed paste; no wrapping at the right edge, so that a terminal that measures some emoji wider
// than we do can't push the rows below down.
const ENTER = '\u001B[?1049h\u001B[?7l\u001B[?2004h\u001B[2J\u001B[H';
const LEAVE = '\u001B[0m\u001B[?2004l\u001B[?7h\u001B[?25h\u001B[?1049l';
/** Characters on whose width all terminals agree. */
// eslint-disable-next-line no-control-regex -- ESC of our own SGR codes
const PLAIN_ROW = /^[\u001B\x20-\x7E\u00A0-\u00FF─│┴›…●○✓·]*$/;

export interface CursorPlace {
  readonly x: number;
  readonly y: number;
}

export interface TerminalOutput {
  readonly columns?: number;
  readonly rows?: number;
  /** False when the terminal doesn't keep up: then `drained` tells when it does. */
  write(text: string | Uint8Array, done?: () => void): boolean;
}

/** Whoever draws into the place that frames leave free. */
export interface PictureLayer {
  /** Nothing of it is on the screen any more. */
  reset(): void;
  /** What has to be written for what is to be seen now; may be nothing. */
  paint(places: PicturePlaces | undefined): Uint8Array;
}

interface Frame {
  readonly rows: readonly string[];
  readonly cursor: CursorPlace | undefined;
  /** Where pictures are: nothing is written there with the rows. */
  readonly pictures: PicturePlaces | undefined;
}

export class ScreenWriter {
  readonly #output: TerminalOutput;
  readonly #layer: PictureLayer | undefined;
  #shown: (string | undefined)[] = [];
  #pictures: PicturePlaces | undefined;
  #cursor: CursorPlace | undefined;
  #waiting: Frame | undefined;
  #blocked = false;
  #entered = false;

  constructor(output: TerminalOutput, layer?: PictureLayer) {
    this.#output = output;
    this.#layer = layer;
  }

  enter(): void {
    if (this.#entered) return;
    this.#entered = true;
    this.#output.write(ENTER);
  }

  /** The terminal as it was. */
  leave(): void {
    if (!this.#entered) return;
    this.#entered = false;
    this.#waiting = undefined;
    const pictures = this.#layer?.paint(undefined);
    if (pictures !== undefined && pictures.length > 0) this.#output.write(pictures);
    this.#output.write(LEAVE);
  }

  /** Forgets what is shown: the next frame is drawn whole. */
  forget(): void {
    this.#shown = [];
  }

  present(rows: readonly string[], cursor: CursorPlace | undefined, done?: () => void, pictures?: PicturePlaces): void {
    if (!this.#entered) return;
    if (this.#blocked) {
      this.#waiting = { rows, cursor, pictures };
      return;
    }
    this.#blocked = !this.#output.write(this.#difference({ rows, cursor, pictures }), done);
  }

  /**
   * What changed in the pictures since they were drawn last.
   *
   * @param request asked of the terminal behind them
   * @returns how many bytes; undefined when the terminal doesn't keep up
   */
  presentPictures(request = ''): number | undefined {
    if (!this.#entered || this.#layer === undefined || this.#pictures === undefined) return 0;
    if (this.#blocked) return undefined;
    const bytes = this.#layer.paint(this.#pictures);
    if (bytes.length === 0) return 0;
    const end = cursorText(this.#cursor) + END_UPDATE + request;
    const all = Buffer.concat([Buffer.from(BEGIN_UPDATE + HIDE_CURSOR), bytes, Buffer.from(end)]);
    this.#blocked = !this.#output.write(all);
    return all.length;
  }

  /**
   * One row of the frame that is shown, without the others being looked at. Left out when the terminal doesn't keep up. The
   * row is as wide as the screen, so it is written over what stands there, and nothing flickers.
   */
  presentRow(y: number, row: string): void {
    if (!this.#entered || this.#blocked || y >= this.#shown.length || this.#shown[y] === row) return;
    this.#shown[y] = row;
    const text = `${BEGIN_UPDATE}${HIDE_CURSOR}\u001B[${y + 1};1H${row}${cursorText(this.#cursor)}${END_UPDATE}`;
    this.#blocked = !this.#output.write(text);
  }

  /** Something that the terminal answers, and doesn't show. False: not now, as it doesn't keep up. */
  ask(question: string): boolean {
    if (!this.#entered || this.#blocked) return false;
    this.#blocked = !this.#output.write(question);
    return true;
  }

  /** Calls for attention; nothing on the screen changes. */
  bell(): void {
    if (this.#entered && !this.#blocked) this.#output.write('\u0007');
  }

  /** The terminal has taken everything: the newest frame that waited goes out. */
  drained(): void {
    this.#blocked = false;
    const frame = this.#waiting;
    this.#waiting = undefined;
    if (frame !== undefined) this.present(frame.rows, frame.cursor, undefined, frame.pictures);
  }

  #difference({ rows, cursor, pictures }: Frame): string | Uint8Array {
    let text = BEGIN_UPDATE + HIDE_CURSOR;
    const isWhole = this.#shown.length === 0;
    const before = this.#pictures?.pane;
    const pane = pictures?.pane;
    const isMoved = !isSamePane(before, pane);
    if (isWhole) text += '\u001B[2J';
    // What stands in the place from before, pictures or text, has to go.
    if (isMoved) for (const one of [before, pane]) this.#forgetRows(one);
    for (let y = 0; y < Math.max(rows.length, this.#shown.length); y++) {
      const row = rows[y] ?? '';
      if (row === this.#shown[y]) continue;
      const isInPane = !isWhole && !isMoved && pane !== undefined && y >= pane.y && y < pane.y + pane.rows;
      text += isInPane ? besidePictures(y, row, pane.x) : this.#wholeRow(y, row);
    }
    this.#shown = [...rows];
    this.#cursor = cursor;
    this.#pictures = pictures;
    const end = cursorText(cursor) + END_UPDATE;
    if (isWhole || isMoved) this.#layer?.reset();
    const drawn = this.#layer?.paint(pictures);
    return drawn === undefined || drawn.length === 0
      ? text + end
      : Buffer.concat([Buffer.from(text), drawn, Buffer.from(end)]);
  }

  #wholeRow(y: number, row: string): string {
    const columns = this.#output.columns ?? 80;
    const go = `\u001B[${y + 1};1H`;
    if (!PLAIN_ROW.test(row)) return `${go}\u001B[2K${row}`;
    return go + (stringWidth(row) < columns ? `${row}\u001B[K` : row);
  }

  #forgetRows(pane: PicturePlaces['pane'] | undefined): void {
    if (pane === undefined) return;
    for (let y = pane.y; y < Math.min(pane.y + pane.rows, this.#shown.length); y++) this.#shown[y] = undefined;
  }
}

/** Only what is left of the pictures; they reach to the right edge. */
function besidePictures(y: number, row: string, columns: number): string {
  if (columns === 0) return '';
  return `\u001B[${y + 1};${columns}H\u001B[1K\u001B[${y + 1};1H${row}`;
}

function isSamePane(left: PicturePlaces['pane'] | undefined, right: PicturePlaces['pane'] | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return left.x === right.x && left.y === right.y && left.columns === right.columns && left.rows === right.rows;
}

function cursorText(cursor: CursorPlace | undefined): string {
  return cursor === undefined ? '' : `\u001B[${cursor.y + 1};${cursor.x + 1}H${SHOW_CURSOR}`;
}
