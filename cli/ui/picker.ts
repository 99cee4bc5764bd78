// Go to: people and rooms by a few letters of their name.

import type { NodeState } from '../../src/index.ts';
import { fold, peopleEntries, roomEntries, type Entry } from './conversations.ts';
import { graphemesOf } from './display-width.ts';
import { entryLine } from './side-pane.ts';
import { fitLine, plainText, type Line } from './theme.ts';
import type { UiState } from './ui-state.ts';

/**
 * How well `query` fits `name`, lower is better, undefined = not at all: the letters in order, best at the start, best
 * together.
 */
export function rankOf(query: string, name: string): number | undefined {
  const letters = graphemesOf(fold(query).replace(/\s+/g, ''));
  const folded = fold(name);
  let rank = 0;
  let at = 0;
  for (const [index, letter] of letters.entries()) {
    const found = folded.indexOf(letter, at);
    if (found === -1) return undefined;
    rank += index === 0 ? found * 2 : (found - at) * 3;
    at = found + letter.length;
  }
  return letters.length === 0 ? 0 : rank + (folded.length - at) / 100;
}

/** Those with something unread first, then by rank. */
export function pickerEntries(state: NodeState, ui: UiState, query: string): Entry[] {
  const wanted = query.replace(/^\s*[#@]/, '').trim();
  return [...peopleEntries(state, ui), ...roomEntries(state, ui)]
    .map((entry, index) => ({ entry, index, rank: rankOf(wanted, entry.name) }))
    .filter((candidate): candidate is typeof candidate & { rank: number } => candidate.rank !== undefined)
    .sort((left, right) => {
      const unread = wanted === '' ? Number(right.entry.unread > 0) - Number(left.entry.unread > 0) : 0;
      return unread || left.rank - right.rank || left.index - right.index;
    })
    .map(({ entry }) => entry);
}

export function pickerLines(entries: readonly Entry[], index: number, width: number, height: number): Line[] {
  const title = fitLine([{ text: 'Go to', role: 'strong' }], width, [
    { text: 'enter opens, esc goes back', role: 'dim' },
  ]);
  if (entries.length === 0)
    return [title, fitLine([{ text: '  nobody and no room by that name', role: 'dim' }], width)];
  const rows = Math.max(1, height - 1);
  const first = Math.max(0, Math.min(index - Math.floor(rows / 2), entries.length - rows));
  return [
    title,
    ...entries.slice(first, first + rows).map((entry, offset) => {
      const line = entryLine(entry, Math.min(width, 48));
      if (first + offset !== index) return fitLine(line, width);
      return fitLine([{ text: plainText(line), role: 'selected' }], width);
    }),
  ];
}
