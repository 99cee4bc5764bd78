// Pages that stand in the conversation's place: what a search found, words to compare, a password.

import type { Message, NodeState } from '../../src/index.ts';
import { keyOfMessage, nameOf, titleOf } from './conversations.ts';
import { cutText, displayLine, displayText, textWidth } from './display-width.ts';
import { parseMarkup } from './markup.ts';
import { timeText } from './message-lines.ts';
import { cutLine, fitLine, personRole, type Line, type Span } from './theme.ts';
import type { SearchOverlay, WordsPage } from './ui-state.ts';
import { wrapText } from './wrap.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const ESC_HINT: Span = { text: 'esc goes back', role: 'dim' };
/** Messages that a search asks for. */
export const HITS_LIMIT = 100;
/** Shown before the first word that was found. */
const LEAD = 24;
const SNIPPET_LENGTH = 400;
/** Words of a query that are made to stand out. */
const HIGHLIGHT_LIMIT = 16;

export function wordsLines({ title, before, words, after }: WordsPage, width: number, height: number): Line[] {
  const inner = Math.max(...words.map(textWidth), 1) + 4;
  const paragraph = (text: string): Line[] =>
    wrapText(text, width - 2).map((row) => fitLine([{ text: ` ${row}` }], width));
  const edge = (left: string, right: string): Line =>
    fitLine([{ text: `  ${left}${'─'.repeat(inner)}${right}`, role: 'dim' }], width);
  const rows = [
    fitLine([{ text: ` ${displayLine(title)}`, role: 'strong' }], width, [ESC_HINT]),
    EMPTY,
    ...paragraph(displayText(before)),
    EMPTY,
    edge('┌', '┐'),
    ...words.map((row) => fitLine(boxed(row, inner), width)),
    edge('└', '┘'),
    EMPTY,
    ...after.flatMap((text) => paragraph(displayText(text))),
  ];
  // In a low window the air goes first: what to do next stands at the end.
  const tight = rows.length > height ? rows.filter((row) => row !== EMPTY) : rows;
  return tight.length <= height ? tight : [...tight.slice(0, 1), ...tight.slice(tight.length - height + 1)];
}

const EMPTY: Line = [];

function boxed(text: string, inner: number): Line {
  const side: Span = { text: '│', role: 'dim' };
  const gap = ' '.repeat(Math.max(0, inner - 2 - textWidth(text)));
  return [{ text: '  ' }, side, { text: '  ' }, { text, role: 'strong' }, { text: gap }, side];
}

/** Twelve words in four rows of three, numbered, so that they can be read out. */
export function wordGrid(words: readonly string[]): string[] {
  const cell = Math.max(...words.map((word) => word.length), 0) + 2;
  const rows: string[] = [];
  for (let from = 0; from < words.length; from += 3) {
    const row = words.slice(from, from + 3);
    rows.push(
      row
        .map((word, index) => `${String(from + index + 1).padStart(2)} ${word.padEnd(cell)}`)
        .join(' ')
        .trimEnd(),
    );
  }
  return rows;
}

export function searchLines(overlay: SearchOverlay, state: NodeState, width: number, height: number): Line[] {
  const { query, hits, index } = overlay;
  const count =
    hits === undefined ? 'searching …' : `${hits.length === HITS_LIMIT ? 'the newest ' : ''}${hits.length} found`;
  const title = fitLine([{ text: `Search: ${displayLine(query)}`, role: 'strong' }], width, [
    { text: hits === undefined || hits.length > 0 ? count : 'nothing found', role: 'dim' },
  ]);
  if (hits === undefined || hits.length === 0) return [title];
  const shown = Math.max(1, Math.floor((height - 1) / 2));
  const first = Math.max(0, Math.min(index - Math.floor(shown / 2), hits.length - shown));
  const wanted = wordsPattern(query);
  return [
    title,
    ...hits
      .slice(first, first + shown)
      .flatMap((hit, offset) => hitLines(hit, state, wanted, width, first + offset === index)),
  ].slice(0, height);
}

function hitLines(
  hit: Message,
  state: NodeState,
  wanted: RegExp | undefined,
  width: number,
  selected: boolean,
): Line[] {
  const author: Span = hit.own
    ? { text: 'you', role: 'accent' }
    : { text: nameOf(state, hit.author), role: personRole(hit.author) };
  const place: Span = { text: titleOf(state, keyOfMessage(state, hit)), role: selected ? 'strong' : 'dim' };
  const bar: Span = { text: selected ? '▌' : ' ', role: 'accent' };
  const head = cutLine([bar, author, { text: ' in ', role: 'dim' }, place], Math.max(1, width - 19));
  return [
    fitLine(head, width, [{ text: dateText(hit.at), role: 'dim' }]),
    fitLine([bar, { text: '  ' }, ...snippetOf(hit.text, wanted)], width),
  ];
}

export function dateText(at: number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return timeText(at);
  return `${date.getDate()} ${MONTHS[date.getMonth()] ?? ''} ${date.getFullYear()} ${timeText(at)}`;
}

function wordsPattern(query: string): RegExp | undefined {
  const words = displayLine(query).split(/\s+/).filter(Boolean).slice(0, HIGHLIGHT_LIMIT);
  // Longer ones first: of two that begin alike the whole one is marked.
  words.sort((left, right) => right.length - left.length);
  const escaped = words.map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  return escaped.length === 0 ? undefined : new RegExp(escaped.join('|'), 'giu');
}

/** One line of the text around the first word that was looked for, with all of them marked. */
function snippetOf(text: string, wanted: RegExp | undefined): Span[] {
  const visible = parseMarkup(displayText(text))
    .filter(({ marker }) => !marker)
    .map((piece) => piece.text)
    .join('');
  const at = wanted === undefined ? -1 : visible.search(wanted);
  let from = Math.max(0, at - LEAD);
  if (/[\uDC00-\uDFFF]/.test(visible.charAt(from))) from++;
  const line = displayLine(visible.slice(from, from + SNIPPET_LENGTH).replace(/[\uD800-\uDBFF]$/, ''));
  const spans: Span[] = from > 0 ? [{ text: '…', role: 'dim' }] : [];
  let done = 0;
  for (const { index, 0: word } of wanted === undefined ? [] : line.matchAll(wanted)) {
    spans.push({ text: line.slice(done, index) }, { text: word, role: 'hit' });
    done = index + word.length;
  }
  return [...spans, { text: cutText(line.slice(done), SNIPPET_LENGTH) }].filter((span) => span.text !== '');
}
