// Tab: commands, then names of people and rooms where a command or `@` and `#` ask for them.

import { shortcodesStarting, type NodeState } from '../../src/index.ts';
import { COMMANDS, commandNamed } from './commands/table.ts';
import { quoteName } from './commands/names.ts';
import { blockedNames, fold, peopleEntries, roomEntries } from './conversations.ts';
import type { InputState } from './input-line.ts';
import type { Completion, UiState } from './ui-state.ts';

/** What Tab offers at the cursor, best first; undefined when there is nothing. */
export function completionsFor(state: NodeState, ui: UiState, input: InputState): Completion | undefined {
  const before = input.text.slice(0, input.cursor);
  const command = /^\/(\S*)$/u.exec(before);
  if (command !== null && !before.startsWith('//')) {
    const names = COMMANDS.flatMap(({ name, aliases }) => [name, ...aliases]);
    return offer(
      filterByStart(names, command[1] ?? '').map((name) => `/${name} `),
      0,
      input.cursor,
    );
  }
  const argument = /^\/(\S+)\s+(.*)$/su.exec(before);
  if (argument !== null && !before.startsWith('//')) {
    const [, name = '', written = ''] = argument;
    const kind = commandNamed(name)?.completes;
    if (kind !== undefined) {
      const names = { person: peopleNames, blocked: blockedNames, room: roomNames }[kind](state, ui);
      const bare = written.replace(/^["#@]/, '');
      return offer(
        filterByStart(names, bare).map((found) => `${quoteName(found)} `),
        before.length - written.length,
        input.cursor,
      );
    }
  }
  const word = /(?:^|\s)([@#])(\S*)$/u.exec(before);
  if (word === null) return undefined;
  const [, sign = '', start = ''] = word;
  const names = sign === '@' ? peopleNames(state, ui) : roomNames(state, ui);
  const from = before.length - start.length - 1;
  return offer(
    filterByStart(names, start).map((name) => `${sign}${name} `),
    from,
    input.cursor,
  );
}

function peopleNames(state: NodeState, ui: UiState): string[] {
  return peopleEntries(state, ui).map(({ name }) => name);
}

function roomNames(state: NodeState, ui: UiState): string[] {
  return roomEntries(state, ui).map(({ name }) => name);
}

function filterByStart(names: readonly string[], start: string): string[] {
  const wanted = fold(start);
  return names.filter((name) => fold(name).startsWith(wanted));
}

function offer(candidates: readonly string[], from: number, until: number): Completion | undefined {
  return candidates.length === 0 ? undefined : { candidates, index: 0, from, until };
}

/** The emoji whose shortcode begins with `start`, which stands right before the cursor. */
export async function emojiCompletion(input: InputState, start: string): Promise<Completion | undefined> {
  const found = await shortcodesStarting(start);
  if (found.length === 0) return undefined;
  return {
    candidates: found.map(({ emoji }) => `${emoji} `),
    labels: found.map(({ emoji, name }) => `${emoji} ${name}`),
    index: 0,
    from: input.cursor - start.length,
    until: input.cursor,
  };
}

/** The input with the chosen candidate in it. */
export function applyCompletion(input: InputState, { candidates, index, from, until }: Completion): InputState {
  const chosen = candidates[index] ?? '';
  const text = input.text.slice(0, from) + chosen + input.text.slice(until);
  return { text, cursor: from + chosen.length, history: input.history };
}

/** The next candidate, for the input that holds the present one. */
export function nextCompletion(completion: Completion): Completion {
  const shown = completion.candidates[completion.index] ?? '';
  const index = (completion.index + 1) % completion.candidates.length;
  return { ...completion, index, until: completion.from + shown.length };
}
