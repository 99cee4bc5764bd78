// Breaks text into rows of a width: at spaces where there are some, between wide characters, else anywhere between graphemes.

import { graphemesOf, textWidth } from './display-width.ts';

/** `text` must have passed `displayText`. Gives at least one row; none is wider than `width` (which is at least 1). */
export function wrapText(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, Math.max(1, width)));
}

function wrapLine(line: string, width: number): string[] {
  if (textWidth(line) <= width) return [line];
  const rows: string[] = [];
  let row = '';
  let rowWidth = 0;
  /** Where `row` may be cut; 0 = nowhere. */
  let breakAt = 0;
  const emit = (end: number): void => {
    rows.push(row.slice(0, end).trimEnd());
    row = row.slice(end);
    rowWidth = textWidth(row);
    breakAt = 0;
  };
  for (const original of graphemesOf(line)) {
    const columns = textWidth(original);
    const tooWide = columns > width;
    const grapheme = tooWide ? '…' : original;
    const graphemeWidth = tooWide ? 1 : columns;
    if (rowWidth + graphemeWidth > width) {
      if (grapheme === ' ') {
        // The space that doesn't fit is the break.
        emit(row.length);
        continue;
      }
      if (breakAt > 0) emit(breakAt);
      if (rowWidth + graphemeWidth > width) emit(row.length);
    }
    row += grapheme;
    rowWidth += graphemeWidth;
    // Leading spaces are indentation, not a place to break at.
    if (graphemeWidth === 2 || (grapheme === ' ' && row.trimStart() !== '')) breakAt = row.length;
  }
  if (row !== '' || rows.length === 0) rows.push(row);
  return rows;
}
