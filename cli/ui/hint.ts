// The line under the input: explains what is being typed, or names the keys that are most useful now.

import { COMMANDS, commandNamed } from './commands/table.ts';
import { displayLine } from './display-width.ts';
import { isSummarised, lineCount } from './input-view.ts';
import { fitLine, type Line } from './theme.ts';
import { viewOf, type UiState } from './ui-state.ts';

/** `withBelow`: also says what lies below while scrolled. */
export function hintLine(ui: UiState, width: number, withBelow: boolean): Line {
  const right: Line = !withBelow || ui.scroll === undefined ? [] : [{ text: belowText(ui), role: 'warn' }];
  if (ui.hint !== undefined) {
    const sign = ui.hint.kind === 'error' ? '✗ ' : '';
    return fitLine(
      [{ text: `  ${sign}${displayLine(ui.hint.text)}`, role: ui.hint.kind === 'error' ? 'bad' : 'warn' }],
      width,
      right,
    );
  }
  return fitLine([{ text: `  ${hintText(ui)}`, role: 'dim' }], width, right);
}

/** What lies below while scrolled. */
export function belowText(ui: UiState): string {
  const { unread } = viewOf(ui, ui.current);
  return unread > 0 ? `${unread} new ↓` : 'more ↓';
}

function hintText(ui: UiState): string {
  const { text } = ui.input;
  if (ui.overlay?.kind === 'picker') return 'type a few letters   up, down   enter opens   esc goes back';
  if (ui.overlay?.kind === 'help') return 'pageup, pagedown   esc goes back';
  if (ui.completion !== undefined && ui.completion.candidates.length > 1) {
    const { candidates, index } = ui.completion;
    return [...candidates.slice(index), ...candidates.slice(0, index)].slice(0, 12).join(' ') + '  tab: next';
  }
  if (isSummarised(text)) return 'enter sends it all   ctrl-c empties the line';
  if (text.includes('\n')) return `${lineCount(text)} lines   enter sends them as one message   alt-enter new line`;
  if (text.startsWith('//')) return 'sends a text that starts with /';
  if (text.startsWith('/')) return commandHint(text);
  if (text !== '') return 'enter sends   tab completes @names   alt-enter new line';
  if (ui.scroll !== undefined) return 'pagedown   esc goes to the newest';
  return 'ctrl-k go to   / commands   F1 help';
}

function commandHint(text: string): string {
  const written = /^\/(\S*)/u.exec(text)?.[1] ?? '';
  const command = commandNamed(written);
  if (command !== undefined)
    return `/${command.name}${command.usage === '' ? '' : ` ${command.usage}`}   ${command.summary}`;
  const fitting = COMMANDS.filter(({ name }) => name.startsWith(written.toLowerCase()));
  if (fitting.length === 0) return 'no such command: /help lists them all';
  const [only] = fitting;
  if (fitting.length === 1 && only !== undefined)
    return `/${only.name} ${only.usage}   ${only.summary}   tab completes`;
  return `${fitting.map(({ name }) => `/${name}`).join(' ')}   tab completes`;
}
