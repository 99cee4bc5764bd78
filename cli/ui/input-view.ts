// The input line as rows of the screen, with the place of the cursor.

import { displayLine, displayText, graphemesOf, textWidth } from './display-width.ts';
import type { InputState } from './input-line.ts';
import type { Line } from './theme.ts';

export interface InputView {
  readonly rows: readonly Line[];
  readonly cursor: { readonly x: number; readonly y: number };
}

export const INPUT_ROWS = 5;
/** Longer texts are summed up: laying them out at every key would cost, and nobody edits them here. */
const SUMMARY_CHARACTERS = 4000;
const SUMMARY_LINES = 40;

export function isSummarised(text: string): boolean {
  return text.length > SUMMARY_CHARACTERS || lineCount(text) > SUMMARY_LINES;
}

export function lineCount(text: string): number {
  let count = 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** `prompt` has passed `displayLine` and is narrower than `width`. */
export function viewInput(input: InputState, prompt: Line, promptWidth: number, width: number): InputView {
  if (isSummarised(input.text)) {
    const lines = lineCount(input.text).toLocaleString('en');
    const summary = `[${lines} ${lines === '1' ? 'line' : 'lines'}, ${input.text.length.toLocaleString('en')} characters]`;
    return place(prompt, promptWidth, width, summary, summary.length);
  }
  return place(prompt, promptWidth, width, input.text, input.cursor);
}

function place(prompt: Line, promptWidth: number, width: number, text: string, cursor: number): InputView {
  const rows: string[] = [''];
  let x = promptWidth;
  let place = { x, y: 0 };
  let offset = 0;
  const breakRow = (): void => {
    rows.push('');
    x = promptWidth;
  };
  for (const grapheme of graphemesOf(text)) {
    const shown = grapheme === '\n' ? '' : visible(grapheme, width - promptWidth);
    const columns = textWidth(shown);
    // One column stays free: the cursor may stand behind the last character.
    if (x + columns > width - 1) breakRow();
    if (offset === cursor) place = { x, y: rows.length - 1 };
    offset += grapheme.length;
    if (grapheme === '\n') {
      breakRow();
      continue;
    }
    rows.push(`${rows.pop() ?? ''}${shown}`);
    x += columns;
  }
  if (offset <= cursor) place = { x, y: rows.length - 1 };
  const first = Math.max(0, Math.min(place.y - Math.floor(INPUT_ROWS / 2), rows.length - INPUT_ROWS));
  const indent = { text: ' '.repeat(promptWidth) };
  return {
    rows: rows
      .slice(first, first + INPUT_ROWS)
      .map((row, index) => [...(first + index === 0 ? prompt : [indent]), { text: row }]),
    cursor: { x: place.x, y: place.y - first },
  };
}

function visible(grapheme: string, width: number): string {
  if (grapheme === '\t') return '    ';
  const shown = displayLine(displayText(grapheme));
  return textWidth(shown) > Math.max(1, width - 1) ? '…' : shown;
}
