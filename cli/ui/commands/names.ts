// Names inside what is typed: they may have spaces, so the longest known one counts, or the one in quotes.

import { fold } from '../conversations.ts';

export interface NameAndRest {
  readonly name: string;
  readonly rest: string;
}

/** Takes a name from the start of `text`; `sign` may stand before it. */
export function takeName(text: string, known: Iterable<string>, sign: '@' | '#'): NameAndRest {
  const trimmed = text.trimStart();
  const quoted = /^[@#]?"([^"]*)"\s*(.*)$/su.exec(trimmed);
  if (quoted !== null) return { name: quoted[1] ?? '', rest: quoted[2] ?? '' };
  const bare = trimmed.startsWith(sign) ? trimmed.slice(1) : trimmed;
  let longest = '';
  for (const name of known) {
    if (name.length <= longest.length || fold(bare.slice(0, name.length)) !== fold(name)) continue;
    if (bare.length === name.length || /^\s/u.test(bare.slice(name.length))) longest = name;
  }
  if (longest !== '') return { name: bare.slice(0, longest.length), rest: bare.slice(longest.length).trimStart() };
  const [, name = '', rest = ''] = /^(\S*)\s*(.*)$/su.exec(bare) ?? [];
  return { name, rest };
}

/** As it must be typed, so that `takeName` finds it even when it is not known. */
export function quoteName(name: string): string {
  return /\s/u.test(name) ? `"${name}"` : name;
}
