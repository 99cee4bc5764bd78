// Text as a terminal shows it: made safe, measured in columns, cut and padded by grapheme.

import stringWidth from 'string-width';
import { cleanLine, cleanText } from '../../src/index.ts';

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
// Zero columns on some terminals, one on others, and nobody misses them on a screen: soft hyphen, zero width space,
// direction marks, word joiners, byte order mark, language tags.
const INVISIBLE = /[\u00AD\u061C\u180E\u200B\u200E\u200F\u2060-\u2065\uFEFF\u{E0000}-\u{E007F}]/gu;
// These would melt into whatever the program draws before them.
const LEADING_EXTENDERS = /^[\p{M}\u200C\u200D\uFE0F\u20E3\u{1F3FB}-\u{1F3FF}]+/u;
const MAY_BE_LONG_CLUSTER = /[\p{M}\u200D\u1100-\u11FF\uA960-\uA97C\uD7B0-\uD7FB]/u;
/** The longest emoji sequences in use have 23 code units; longer clusters only bring terminals down. */
const LONGEST_CLUSTER = 28;
const TAB_COLUMNS = 4;
/** Code units that are cut into graphemes at once. */
const PIECE = 128;

/** Characters as people see them. */
export function graphemesOf(text: string): string[] {
  if (PRINTABLE_ASCII.test(text)) return text.split('');
  const graphemes: string[] = [];
  // Node 20 takes time by the square of the length (a minute for 64 KiB), so the text goes through in short pieces.
  for (let from = 0, length = PIECE; from < text.length;) {
    const end = pieceEnd(text, from + length);
    const piece = Array.from(segmenter.segment(text.slice(from, end)), ({ segment }) => segment);
    // How the last one goes on stands in the next piece.
    const unsure = end < text.length ? piece.pop() : undefined;
    for (const grapheme of piece) graphemes.push(grapheme);
    from = end - (unsure?.length ?? 0);
    length = piece.length === 0 ? length * 4 : PIECE;
  }
  return graphemes;
}

/** Not between the two halves of a surrogate pair. */
function pieceEnd(text: string, end: number): number {
  const code = text.charCodeAt(end - 1);
  return Math.min(text.length, code >= 0xd800 && code < 0xdc00 ? end + 1 : end);
}

/** Columns that `text` takes on a terminal. */
export function textWidth(text: string): number {
  if (PRINTABLE_ASCII.test(text)) return text.length;
  let columns = 0;
  for (const grapheme of graphemesOf(text)) columns += graphemeWidth(grapheme);
  return columns;
}

// Measuring a grapheme means several Unicode expressions; people use few different ones.
const knownWidths = new Map<string, number>();
const KNOWN_WIDTHS_LIMIT = 4096;

function graphemeWidth(grapheme: string): number {
  const known = knownWidths.get(grapheme);
  if (known !== undefined) return known;
  const columns = stringWidth(grapheme);
  if (knownWidths.size >= KNOWN_WIDTHS_LIMIT) knownWidths.clear();
  if (grapheme.length <= LONGEST_CLUSTER) knownWidths.set(grapheme, columns);
  return columns;
}

/**
 * Foreign text of several lines as it may be drawn: a last line of defence behind the cleaning at the door. No control
 * character but LF is left, tabs become spaces, endless clusters are cut.
 */
export function displayText(text: string): string {
  const clean = cleanText(text);
  if (PRINTABLE_ASCII.test(clean)) return clean;
  return clean.split('\n').map(displayRow).join('\n');
}

/** As `displayText`, on one line. */
export function displayLine(text: string): string {
  const clean = cleanLine(text);
  return PRINTABLE_ASCII.test(clean) ? clean : displayRow(clean);
}

function displayRow(row: string): string {
  const visible = row.replace(INVISIBLE, '').replace(LEADING_EXTENDERS, '');
  return expandTabs(MAY_BE_LONG_CLUSTER.test(visible) ? cutClusters(visible) : visible);
}

function cutClusters(row: string): string {
  return graphemesOf(row)
    .map((grapheme) => (grapheme.length > LONGEST_CLUSTER ? (Array.from(grapheme)[0] ?? '') : grapheme))
    .join('');
}

function expandTabs(row: string): string {
  if (!row.includes('\t')) return row;
  let expanded = '';
  let column = 0;
  for (const [index, part] of row.split('\t').entries()) {
    if (index > 0) {
      const gap = TAB_COLUMNS - (column % TAB_COLUMNS);
      expanded += ' '.repeat(gap);
      column += gap;
    }
    expanded += part;
    column += textWidth(part);
  }
  return expanded;
}

/** `text` in at most `width` columns, with `…` where something is missing. */
export function cutText(text: string, width: number): string {
  if (width <= 0) return '';
  if (textWidth(text) <= width) return text;
  let kept = '';
  let column = 0;
  for (const grapheme of graphemesOf(text)) {
    const columns = textWidth(grapheme);
    if (column + columns > width - 1) break;
    kept += grapheme;
    column += columns;
  }
  return `${kept}…`;
}

/** `text` cut or padded to exactly `width` columns. */
export function fitText(text: string, width: number): string {
  const cut = cutText(text, width);
  return cut + ' '.repeat(Math.max(0, width - textWidth(cut)));
}
