// The help page: commands and keys.

import { COMMANDS } from './commands/table.ts';
import { fitLine, type Line } from './theme.ts';
import { wrapText } from './wrap.ts';

/** Every key that does something, in one table: help shows it, key-actions.ts does it. */
export const KEY_HELP: readonly (readonly [string, string])[] = [
  ['ctrl-k, ctrl-p', 'go to a person or a room by a few letters'],
  ['alt-up, alt-down', 'the conversation above or below (also ctrl-n)'],
  ['pageup, pagedown', 'read older and newer lines; esc goes to the newest'],
  ['up, down', 'what you sent before'],
  ['tab', 'completes commands, @names and #rooms; again for the next'],
  ['enter', 'sends'],
  ['alt-enter, ctrl-j', 'a new line'],
  ['ctrl-a, ctrl-e', 'start and end of the line (home, end)'],
  ['ctrl-w, ctrl-u', 'deletes the word, or to the start of the line'],
  ['ctrl-l', 'draws the screen again'],
  ['ctrl-c', 'empties the line; twice leaves'],
];

export function helpLines(width: number): Line[] {
  const rows: Line[] = [
    fitLine([{ text: 'Commands', role: 'strong' }], width, [{ text: 'esc goes back', role: 'dim' }]),
  ];
  const column = Math.min(22, Math.floor(width / 2));
  const entry = (left: string, right: string): void => {
    for (const [index, text] of wrapText(right, width - column).entries()) {
      rows.push(
        fitLine([...fitLine([{ text: index === 0 ? `  ${left}` : '', role: 'accent' }], column), { text }], width),
      );
    }
  };
  for (const { name, usage, summary, aliases } of COMMANDS) {
    const also = aliases.length === 0 ? '' : ` (also ${aliases.map((alias) => `/${alias}`).join(', ')})`;
    entry(`/${name}${usage === '' ? '' : ` ${usage}`}`, summary + also);
  }
  entry('//text', 'sends a text that starts with /');
  rows.push(fitLine([], width), fitLine([{ text: 'Keys', role: 'strong' }], width));
  for (const [keys, text] of KEY_HELP) entry(keys, text);
  rows.push(fitLine([], width), fitLine([{ text: 'Marks', role: 'strong' }], width));
  entry('● ○', 'here, away');
  entry('… · ✓ ✓✓', 'waiting, sent, stored at some, stored at all');
  entry('3  @1', 'unread; of which call you by name');
  return rows;
}
