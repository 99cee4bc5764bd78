// One message as rows: time, name, what it answers, its text with simple formatting, its marks and reactions.

import type { Message, NodeState, PeerId } from '../../src/index.ts';
import { fold } from './conversations.ts';
import { cutText, displayLine, displayText, fitText, textWidth } from './display-width.ts';
import { parseMarkup, type Piece } from './markup.ts';
import { blockedIds } from './reading.ts';
import { cutLine, fitLine, lineWidth, personRole, type Line, type Role, type Span } from './theme.ts';
import { wrapSpans } from './wrap.ts';

export const TIME_COLUMNS = 6;
const MARK_COLUMNS = 3;
const BLOCK_BAR: Span = { text: '│ ', role: 'dim' };
const REACTION_COLUMNS = 8;
/** People named in a message whose names are looked for in its text. */
const NAMES_LIMIT = 50;

/** Spans that follow each other: running text, or the lines of a block of code. */
export interface TextPart {
  readonly block: boolean;
  readonly spans: readonly Span[];
}

export interface Body {
  readonly at: number;
  readonly author: 'self' | { readonly peerId: PeerId };
  readonly name: string;
  readonly showName: boolean;
  /** What is said, or what stands in its place. */
  readonly text: readonly TextPart[];
  /** What it answers. */
  readonly quote: string;
  /** Behind the text. */
  readonly tags: readonly Span[];
  /** At the right end of the last row. */
  readonly mark: string;
  /** Rows that stand below the text. */
  readonly below?: readonly Line[];
  readonly reactions: Line;
  readonly selected: boolean;
}

/** Names stand in a column of fixed width, so that no new name makes the others move. */
export function nameColumns(width: number): number {
  return width >= 64 ? 10 : 7;
}

export function timeText(at: number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return '--:--';
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
}

/** What a text may take of the width of a conversation. */
export function textColumns(width: number): number {
  return Math.max(1, width - TIME_COLUMNS - nameColumns(width) - 1 - MARK_COLUMNS);
}

export function bodyLines(body: Body, width: number): Line[] {
  const columns = nameColumns(width);
  const room = textColumns(width);
  const nameRole: Role = body.author === 'self' ? 'accent' : personRole(body.author.peerId);
  const text = withTags(textLines(body.text, room), body.tags, room);
  const quote: Line[] = body.quote === '' ? [] : [[{ text: cutText(`▏${body.quote}`, room), role: 'dim' }]];
  const reactions = body.reactions.length === 0 ? [] : [cutLine(body.reactions, room)];
  const rows = [...quote, ...text, ...(body.below ?? []), ...reactions];
  const markedRow = quote.length + text.length - 1;
  return rows.map((row, index) => {
    const first = index === 0;
    const mark: Span[] = index === markedRow && body.mark !== '' ? [{ text: body.mark, role: 'dim' }] : [];
    const head: Line = [
      { text: fitText(first ? timeText(body.at) : '', TIME_COLUMNS), role: 'dim' },
      { text: fitText(first && body.showName ? body.name : '', columns), role: nameRole },
      body.selected ? { text: '▌', role: 'accent' } : { text: ' ' },
    ];
    return fitLine([...head, ...row], width, mark);
  });
}

/** Blocks of code have a bar at their left. */
function textLines(parts: readonly TextPart[], width: number): Line[] {
  const lines = parts.flatMap(({ block, spans }, index): Line[] => {
    if (block) return wrapSpans(spans, Math.max(1, width - 2)).map((line) => [BLOCK_BAR, ...line]);
    // The line breaks beside a block are those of its fences.
    const kept = withoutBreaks(spans, { after: index > 0, before: index < parts.length - 1 });
    return kept.length === 0 ? [] : wrapSpans(kept, width);
  });
  return lines.length === 0 ? [[]] : lines;
}

function withoutBreaks(spans: readonly Span[], { after, before }: { after: boolean; before: boolean }): Span[] {
  const kept = [...spans];
  const [first] = kept;
  if (after && first !== undefined) kept[0] = { ...first, text: first.text.replace(/^\n/, '') };
  const last = kept.at(-1);
  if (before && last !== undefined) kept[kept.length - 1] = { ...last, text: last.text.replace(/\n$/, '') };
  return kept.filter(({ text }) => text !== '');
}

function withTags(lines: readonly Line[], tags: readonly Span[], width: number): readonly Line[] {
  if (tags.length === 0) return lines;
  const last = lines.at(-1) ?? [];
  const spaced = tags.flatMap((tag, index) => (index === 0 ? [tag] : [{ text: ' ' }, tag]));
  if (lineWidth(last) === 0) return [...lines.slice(0, -1), cutLine(spaced, width)];
  const together = [...last, { text: ' ' }, ...spaced];
  if (lineWidth(together) <= width) return [...lines.slice(0, -1), together];
  return [...lines, cutLine(spaced, width)];
}

/** What somebody said, with its formatting and with the names in it that are called. */
export function textParts(message: Pick<Message, 'text' | 'mentions'>, role: Role, state: NodeState): TextPart[] {
  const names = calledNames(message, state);
  const parts: { block: boolean; spans: Span[] }[] = [];
  for (const piece of parseMarkup(displayText(message.text))) {
    if (piece.marker) continue;
    const { block } = piece;
    const span = spanOf(piece, role);
    const spans = piece.code || piece.link || names.size === 0 ? [span] : withNames(span, names);
    const last = parts.at(-1);
    if (last?.block === block) last.spans.push(...spans);
    else parts.push({ block, spans });
  }
  return parts;
}

function spanOf({ text, bold, italic, code, link }: Piece, role: Role): Span {
  return {
    text,
    role: code ? 'code' : role,
    ...(bold ? { bold } : {}),
    ...(italic ? { italic } : {}),
    ...(link ? { underlined: true, link: encodedUrl(text) } : {}),
  };
}

function encodedUrl(url: string): string {
  return URL.canParse(url) ? new URL(url).href : '';
}

/** Folded names by how they look when they are called. */
function calledNames({ text, mentions = [] }: Pick<Message, 'text' | 'mentions'>, state: NodeState): Map<string, Role> {
  const names = new Map<string, Role>();
  if (!text.includes('@')) return names;
  for (const peerId of mentions.slice(0, NAMES_LIMIT)) {
    const name = state.people.get(peerId)?.name;
    if (name !== undefined && name !== '') names.set(fold(displayLine(name)), personRole(peerId));
  }
  if (state.self.name !== '') names.set(fold(displayLine(state.self.name)), 'mention');
  return names;
}

function withNames(span: Span, names: ReadonlyMap<string, Role>): Span[] {
  const spans: Span[] = [];
  const { text } = span;
  let from = 0;
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    const called = longestName(text, at, names);
    if (called === undefined) continue;
    if (at > from) spans.push({ ...span, text: text.slice(from, at) });
    spans.push({ ...span, text: text.slice(at, called.until), role: called.role });
    from = called.until;
    at = called.until - 1;
  }
  if (from < text.length) spans.push({ ...span, text: text.slice(from) });
  return spans;
}

function longestName(
  text: string,
  at: number,
  names: ReadonlyMap<string, Role>,
): { until: number; role: Role } | undefined {
  let longest: { until: number; role: Role } | undefined;
  for (const [name, role] of names) {
    const until = at + 1 + name.length;
    if (longest !== undefined && until <= longest.until) continue;
    if (fold(text.slice(at + 1, until)) !== name || /^[\p{L}\p{N}_]/u.test(text.slice(until, until + 2))) continue;
    longest = { until, role };
  }
  return longest;
}

/** Each emoji with how many chose it; one's own choice stands out. */
export function reactionSpans({ reactions = [] }: Pick<Message, 'reactions'>, state: NodeState): Line {
  const blocked = blockedIds(state.people);
  const chips: Span[] = [];
  for (const { emoji, by } of reactions) {
    const count = blocked.size === 0 ? by.length : by.filter((peerId) => !blocked.has(peerId)).length;
    if (count === 0) continue;
    const role: Role = by.includes(state.self.peerId) ? 'accent' : 'dim';
    const chip = `${cutText(displayLine(emoji), REACTION_COLUMNS)} ${count}`;
    chips.push(...(chips.length === 0 ? [] : [{ text: '   ' }]), { text: chip, role });
  }
  return chips;
}

/** Rows of a text, for the quote above an answer and the lists of messages. */
export function firstWords(text: string, width: number): string {
  const visible = parseMarkup(displayText(text.slice(0, 400)))
    .filter(({ marker }) => !marker)
    .map((piece) => piece.text)
    .join('');
  const line = displayLine(visible).trim();
  return textWidth(line) > width ? cutText(line, width) : line;
}
