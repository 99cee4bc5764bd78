// Rows to a terminal: only those that changed, each at its absolute place, in one synchronized update. ink's own writer
// moves relative to the last line, clears at full height and writes nothing at all where CI is set.

import stringWidth from 'string-width';

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
  write(text: string, done?: () => void): boolean;
}

interface Frame {
  readonly rows: readonly string[];
  readonly cursor: CursorPlace | undefined;
}

export class ScreenWriter {
  readonly #output: TerminalOutput;
  #shown: string[] = [];
  #waiting: Frame | undefined;
  #blocked = false;
  #entered = false;

  constructor(output: TerminalOutput) {
    this.#output = output;
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
    this.#output.write(LEAVE);
  }

  /** Forgets what is shown: the next frame is drawn whole. */
  forget(): void {
    this.#shown = [];
  }

  present(rows: readonly string[], cursor: CursorPlace | undefined, done?: () => void): void {
    if (!this.#entered) return;
    if (this.#blocked) {
      this.#waiting = { rows, cursor };
      return;
    }
    this.#blocked = !this.#output.write(this.#difference(rows, cursor), done);
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
    if (frame !== undefined) this.present(frame.rows, frame.cursor);
  }

  #difference(rows: readonly string[], cursor: CursorPlace | undefined): string {
    const columns = this.#output.columns ?? 80;
    let text = BEGIN_UPDATE + HIDE_CURSOR;
    if (this.#shown.length === 0) text += '\u001B[2J';
    for (let y = 0; y < Math.max(rows.length, this.#shown.length); y++) {
      const row = rows[y] ?? '';
      if (row === this.#shown[y]) continue;
      text += `\u001B[${y + 1};1H`;
      if (!PLAIN_ROW.test(row)) text += `\u001B[2K${row}`;
      else text += stringWidth(row) < columns ? `${row}\u001B[K` : row;
    }
    this.#shown = [...rows];
    if (cursor !== undefined) text += `\u001B[${cursor.y + 1};${cursor.x + 1}H${SHOW_CURSOR}`;
    return text + END_UPDATE;
  }
}
