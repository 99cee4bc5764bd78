// Breaks text into rows of a width: at spaces where there are some, between wide characters, else anywhere between graphemes.

import { graphemesOf, textWidth } from './display-width.ts';
import type { Line, Span } from './theme.ts';

/** `text` must have passed `displayText`. Gives at least one row; none is wider than `width` (which is at least 1). */
export function wrapText(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => {
    if (textWidth(line) <= width) return [line];
    const graphemes = narrowed(graphemesOf(line), width);
    return rowsOf(graphemes, Math.max(1, width)).map(([from, until]) => graphemes.slice(from, until).join(''));
  });
}

/** As `wrapText` for spans that follow each other: every row has the looks of what stands in it. */
export function wrapSpans(spans: readonly Span[], width: number): Line[] {
  return linesOf(spans).flatMap((line) => {
    const text = line.map((span) => span.text).join('');
    if (textWidth(text) <= width && line.length <= 1) return [line];
    // A grapheme looks like its first code unit: no look begins inside one.
    const graphemes = narrowed(graphemesOf(text), width);
    const owners = ownersOf(graphemesOf(text), line);
    return rowsOf(graphemes, Math.max(1, width)).map(([from, until]) => joined(graphemes, owners, from, until));
  });
}

/** The spans of each line of text. */
function linesOf(spans: readonly Span[]): Span[][] {
  const lines: Span[][] = [[]];
  for (const span of spans) {
    for (const [index, text] of span.text.split('\n').entries()) {
      if (index > 0) lines.push([]);
      if (text !== '') lines.at(-1)?.push({ ...span, text });
    }
  }
  return lines;
}

/** For each grapheme the span that it begins in. */
function ownersOf(graphemes: readonly string[], spans: readonly Span[]): Span[] {
  const owners: Span[] = [];
  let index = 0;
  let end = spans[0]?.text.length ?? 0;
  let at = 0;
  for (const grapheme of graphemes) {
    while (at >= end && index < spans.length - 1) end += spans[++index]?.text.length ?? 0;
    owners.push(spans[index] ?? { text: '' });
    at += grapheme.length;
  }
  return owners;
}

function joined(graphemes: readonly string[], owners: readonly Span[], from: number, until: number): Line {
  const row: Span[] = [];
  for (let at = from; at < until; at++) {
    const owner = owners[at];
    const last = row.at(-1);
    const grapheme = graphemes[at] ?? '';
    if (last !== undefined && at > from && owner === owners[at - 1]) {
      row[row.length - 1] = { ...last, text: last.text + grapheme };
    } else row.push({ ...owner, text: grapheme });
  }
  return row;
}

/** What is wider than a whole row becomes `…`. */
function narrowed(graphemes: readonly string[], width: number): string[] {
  return graphemes.map((grapheme) => (textWidth(grapheme) > Math.max(1, width) ? '…' : grapheme));
}

/** First and behind-the-last grapheme of each row; white space where a row was broken is in none. */
function rowsOf(graphemes: readonly string[], width: number): [number, number][] {
  const rows: [number, number][] = [];
  let start = 0;
  let rowWidth = 0;
  /** Where the row may be broken; `start` = nowhere. */
  let breakAt = 0;
  let indented = true;
  const emit = (end: number, next: number): void => {
    let until = end;
    while (until > start && graphemes[until - 1]?.trim() === '') until--;
    rows.push([start, until]);
    start = breakAt = next;
    indented = true;
  };
  for (const [at, grapheme] of graphemes.entries()) {
    const columns = textWidth(grapheme);
    if (rowWidth + columns > width) {
      if (grapheme === ' ') {
        // The space that doesn't fit is the break.
        emit(at, at + 1);
        rowWidth = 0;
        continue;
      }
      if (breakAt > start) emit(breakAt, breakAt);
      else emit(at, at);
      rowWidth = widthOf(graphemes, start, at);
      indented = graphemes.slice(start, at).every((one) => one.trim() === '');
      if (rowWidth + columns > width) {
        emit(at, at);
        rowWidth = 0;
      }
    }
    rowWidth += columns;
    if (grapheme.trim() !== '') indented = false;
    // Leading spaces are indentation, not a place to break at.
    if (columns === 2 || (grapheme === ' ' && !indented)) breakAt = at + 1;
  }
  if (start < graphemes.length || rows.length === 0) rows.push([start, graphemes.length]);
  return rows;
}

function widthOf(graphemes: readonly string[], from: number, until: number): number {
  let columns = 0;
  for (let at = from; at < until; at++) columns += textWidth(graphemes[at] ?? '');
  return columns;
}
