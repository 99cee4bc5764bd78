// The help page: commands and keys.

import { COMMANDS } from './commands/table.ts';
import { fitLine, type Line } from './theme.ts';
import { wrapText } from './wrap.ts';

/** Every key that does something, in one table: help shows it, key-actions.ts does it. */
export const KEY_HELP: readonly (readonly [string, string])[] = [
  ['ctrl-k, ctrl-p', 'go to a person or a room by a few letters'],
  ['alt-up, alt-down', 'the conversation above or below (also ctrl-n)'],
  ['pageup, pagedown', 'read older and newer lines; esc goes to the newest'],
  ['up', 'changes your last message, up again the one before; esc leaves it as it was'],
  ['ctrl-up, ctrl-down', 'what you typed before (also up and down when the line is not empty)'],
  ['ctrl-s, shift-up', 'selects a message; then up and down, and one of the next keys'],
  ['r, enter', 'answers the selected message'],
  ['e', 'changes it (your own)'],
  ['d', 'deletes it for everybody (your own)'],
  ['+', 'reacts to it; once more with the same emoji takes it back'],
  ['/', 'a command for it, as /react :tada:'],
  ['a, x', 'takes the file that it offers; rejects or cancels it'],
  ['p', 'plays the voice note that it is, or lets its transfer rest and go on'],
  ['ctrl-t', 'everything that is sent and received, with the same keys'],
  ['ctrl-y', 'answers the call that rings'],
  ['ctrl-x', 'hangs up; refuses the call that rings'],
  ['ctrl-o', 'mutes you in the call, and back'],
  ['ctrl-v', 'shows you in the call, or no more'],
  ['ctrl-r', 'shows a screen or a window in the call, or no more'],
  ['F2', 'hides the pictures of a call, and back'],
  ['ctrl-g', 'the numbers of the call: round trip, loss, buffer'],
  ['tab', 'completes commands, @names, #rooms, :emoji and paths of /file; again for the next'],
  ['enter', 'sends'],
  ['alt-enter, ctrl-j', 'a new line'],
  ['ctrl-a, ctrl-e', 'start and end of the line (home, end)'],
  ['ctrl-w, ctrl-u', 'deletes the word, or to the start of the line'],
  ['ctrl-l', 'draws the screen again'],
  ['ctrl-c', 'empties the line; twice leaves'],
];

/** How a text gets its look, in the same table form. */
const WRITING_HELP: readonly (readonly [string, string])[] = [
  ['*bold* **bold**', 'stands out'],
  ['_italic_', 'slanted, where the terminal can'],
  ['`code`', 'as it is: nothing in it is changed'],
  ['```', 'on a line of its own before and after: a block of code'],
  [':tada:', 'becomes the emoji when you send it'],
  ['@name', 'calls somebody: it rings there, and counts as @1'],
];

const MARK_HELP: readonly (readonly [string, string])[] = [
  ['● ○', 'here, away'],
  ['✓ beside a name', 'verified: you compared the words of /verify'],
  ['! beside a name', 'a new key uses a known name: find out who it is with /verify'],
  ['⚿', 'a closed room, or a closed network'],
  ['3  @1', 'unread; of which call you by name'],
  ['2 waiting', 'your messages that are kept for them until you both are here'],
  ['…  ·', 'behind your message: waiting, nobody is there to take it; on its way'],
  ['✓  ✓✓', 'delivered: stored at some, stored at all'],
  ['⇅', 'something is being sent or received'],
  ['☎', 'a call; beside a name: you talk with them, or their room has one'],
  ['›bob ▅', 'in the call bar: bob speaks, and how loud'],
  ['▣  ▤', 'behind a name: pictures come from there; it is a screen'],
  ['✗  …  ?', 'there, behind a name: muted; not there yet; nothing is heard of them'],
  ['(edited)', 'its author changed it later'],
  ['(two histories)', 'its author has two at this place: a copied data folder, or a lie'],
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
  for (const [heading, table] of [
    ['Keys', KEY_HELP],
    ['Writing', WRITING_HELP],
    ['Marks', MARK_HELP],
  ] as const) {
    rows.push(fitLine([], width), fitLine([{ text: heading, role: 'strong' }], width));
    for (const [left, right] of table) entry(left, right);
  }
  return rows;
}
