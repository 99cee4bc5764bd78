// The pane at the left: people and rooms with presence and what is unread.

import type { NodeState } from '../../src/index.ts';
import { peopleEntries, roomEntries, roomSign, type Entry } from './conversations.ts';
import { cutText, textWidth } from './display-width.ts';
import { fitLine, lineWidth, type Line, type Role, type Span } from './theme.ts';
import type { UiState } from './ui-state.ts';

export function sidePaneLines(state: NodeState, ui: UiState, width: number, height: number): Line[] {
  const people = peopleEntries(state, ui);
  const rooms = roomEntries(state, ui);
  // Two headings and an empty line between.
  const room = Math.max(0, height - 3);
  const roomRows = Math.min(rooms.length, Math.max(Math.floor(room / 2), room - Math.max(1, people.length)));
  const peopleRows = Math.max(0, room - roomRows);
  const lines: Line[] = [
    heading('PEOPLE', width),
    ...(people.length === 0
      ? [fitLine([{ text: '  nobody else yet', role: 'dim' }], width)]
      : section(people, peopleRows, width)),
    fitLine([], width),
    heading('ROOMS', width),
    ...section(rooms, roomRows, width),
  ];
  const shown = lines.slice(0, height);
  while (shown.length < height) shown.push(fitLine([], width));
  return shown;
}

function heading(text: string, width: number): Line {
  return fitLine([{ text: ` ${text}`, role: 'dim' }], width);
}

function section(entries: readonly Entry[], rows: number, width: number): Line[] {
  if (entries.length <= rows) return entries.map((entry) => entryLine(entry, width));
  const shown = mostWanted(entries, Math.max(0, rows - 1));
  const more = fitLine([{ text: `  … ${entries.length - shown.length} more (ctrl-k)`, role: 'dim' }], width);
  return [...shown.map((entry) => entryLine(entry, width)), more];
}

/** Too many for the pane: the open one and those with something unread stay, in the usual order. */
function mostWanted(entries: readonly Entry[], count: number): Entry[] {
  const rank = (entry: Entry): number => (entry.current ? 0 : entry.unread > 0 ? 1 : 2);
  const wanted = new Set([...entries].sort((left, right) => rank(left) - rank(right)).slice(0, count));
  return entries.filter((entry) => wanted.has(entry));
}

export function entryLine(entry: Entry, width: number): Line {
  const person = entry.kind === 'person';
  const sign: Span = person
    ? { text: entry.online ? '●' : '○', role: entry.online ? 'good' : 'dim' }
    : { text: roomSign(entry.closed), role: 'dim' };
  const role: Role = entry.current ? 'accent' : entry.online && entry.joined ? 'text' : 'dim';
  const counts = unreadSpans(entry);
  const right: Span[] = [];
  const room = width - 4 - textWidth(entry.name) - lineWidth(counts) - 2 - (entry.talking ? 2 : 0);
  if (entry.talking) right.push({ text: '☎', role: 'accent' });
  if (entry.talking && (entry.alarm || entry.marks !== '')) right.push({ text: ' ' });
  if (entry.alarm) right.push({ text: room >= 9 ? '! new key' : '!', role: 'alarm' });
  else if (entry.marks !== '' && room >= 3)
    right.push({ text: cutText(entry.marks, Math.min(room, 12)), role: entry.marks.startsWith('✓') ? 'good' : 'dim' });
  if (right.length > 0 && counts.length > 0) right.push({ text: ' ' });
  right.push(...counts);
  const left: Line = [
    { text: entry.current ? '›' : ' ', role: 'accent' },
    sign,
    { text: ' ' },
    { text: entry.name, role },
  ];
  return fitLine(left, width - 1, right).concat({ text: ' ' });
}

/** `@1` = how often one is called by name, then how many are unread. */
export function unreadSpans({ unread, mentions }: Pick<Entry, 'unread' | 'mentions'>): Span[] {
  const spans: Span[] = [];
  if (mentions > 0) spans.push({ text: `@${upTo99(mentions)}`, role: 'mention' }, { text: ' ' });
  if (unread > 0) spans.push({ text: upTo99(unread), role: 'strong' });
  return spans;
}

function upTo99(count: number): string {
  return count > 99 ? '99+' : String(count);
}
