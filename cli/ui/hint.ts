// The line under the input: explains what is being typed, or names the keys that are most useful now.

import type { NodeState, Transfer } from '../../src/index.ts';
import { COMMANDS, commandNamed } from './commands/table.ts';
import { personOf } from './conversations.ts';
import { displayLine } from './display-width.ts';
import { isSummarised, lineCount } from './input-view.ts';
import { QUICK_REACTIONS } from './message-actions.ts';
import { isSelecting } from './message-keys.ts';
import { messagesInView } from './reading.ts';
import { shortcodeBefore } from './shortcodes.ts';
import { fitLine, type Line } from './theme.ts';
import { chosenTransfer, listedTransfers, transferKeys } from './transfer-lines.ts';
import { viewOf, type Composing, type UiState } from './ui-state.ts';

/** `withBelow`: also says what lies below while scrolled. `isTooLow`: there are pictures and no place for them. */
export function hintLine(state: NodeState, ui: UiState, width: number, withBelow: boolean, isTooLow = false): Line {
  const right: Line = !withBelow || ui.scroll === undefined ? [] : [{ text: belowText(ui), role: 'warn' }];
  if (ui.recording !== undefined)
    return fitLine([{ text: '  any key stops and sends   esc throws it away', role: 'warn' }], width, right);
  if (ui.hint !== undefined) {
    const sign = ui.hint.kind === 'error' ? '✗ ' : '';
    return fitLine(
      [{ text: `  ${sign}${displayLine(ui.hint.text)}`, role: ui.hint.kind === 'error' ? 'bad' : 'warn' }],
      width,
      right,
    );
  }
  if (isSelecting(ui) && ui.selection?.deleting === true)
    return fitLine([{ text: '  enter deletes it for everybody   any other key keeps it', role: 'warn' }], width, right);
  const note = isTooLow && ui.input.text === '' ? 'the window is too low for pictures' : hintText(state, ui);
  return fitLine([{ text: `  ${note}`, role: 'dim' }], width, right);
}

/** What lies below while scrolled. */
export function belowText(ui: UiState): string {
  const { unread } = viewOf(ui, ui.current);
  return unread > 0 ? `${unread} new ↓` : 'more ↓';
}

function hintText(state: NodeState, ui: UiState): string {
  const { text, cursor } = ui.input;
  if (ui.overlay?.kind === 'picker') return 'type a few letters   up, down   enter opens   esc goes back';
  if (ui.overlay?.kind === 'help') return 'pageup, pagedown   esc goes back';
  if (ui.overlay?.kind === 'transfers' && text === '') return transfersHint(state, ui.overlay.id);
  if (ui.overlay?.kind === 'call' && text === '') return 'esc goes back   /volume NAME 150 makes somebody louder';
  if (ui.overlay?.kind === 'share' && text === '') return 'up, down   enter shows it   esc goes back';
  if (ui.overlay?.kind === 'search') return 'up, down   enter opens the conversation there   esc goes back';
  if (ui.completion !== undefined && ui.completion.candidates.length > 1) {
    const { candidates, labels = candidates, index } = ui.completion;
    return `tab: next   ${[...labels.slice(index), ...labels.slice(0, index)].slice(0, 12).join('  ')}`;
  }
  if (ui.composing !== undefined && ui.overlay?.kind !== 'words') return composingHint(ui.composing, text);
  if (isSelecting(ui)) return selectionHint(state, ui);
  if (isSummarised(text)) return 'enter sends it all   ctrl-c empties the line';
  if (text.includes('\n')) return `${lineCount(text)} lines   enter sends them as one message   alt-enter new line`;
  if (text.startsWith('//')) return 'sends a text that starts with /';
  if (text.startsWith('/')) return commandHint(text);
  if (shortcodeBefore(text.slice(0, cursor)) !== undefined) return 'tab completes the emoji';
  const other = personOf(state, ui.current);
  if (text !== '' && other?.blocked === true) return 'you have blocked them: /unblock';
  if (text !== '' && other?.online === false) return `waiting: kept for ${displayLine(other.name)}, who is away`;
  if (text !== '') return 'enter sends   tab completes @names   alt-enter new line';
  if (ui.overlay?.kind === 'words') return 'esc goes back';
  if (ui.scroll !== undefined) return 'pagedown   esc goes to the newest';
  return 'ctrl-k go to   / commands   ctrl-s select   F1 help';
}

function composingHint({ kind }: Composing, text: string): string {
  switch (kind) {
    case 'reply':
      return 'enter answers   alt-enter new line   esc cancels';
    case 'edit':
      return 'enter saves the change   up: the message before   esc cancels';
    case 'react':
      return text === ''
        ? `${QUICK_REACTIONS.map((emoji, index) => `${index + 1} ${emoji}`).join('  ')}   or type :name:, tab completes`
        : 'enter reacts   tab completes   esc cancels';
  }
}

function selectionHint(state: NodeState, { current, reading, selection }: UiState): string {
  const selected = messagesInView(state, current, reading).find(({ id }) => id === selection?.id);
  const own = selected?.own !== true ? '' : selected.kind === 'file' ? 'd delete   ' : 'e change   d delete   ';
  const transfer = selected === undefined ? undefined : state.transfers.get(selected.id);
  const keys = transfer === undefined ? '' : fileKeys(transfer);
  return `up, down   ${keys}r answer   ${own}+ react   / command   esc`;
}

function transfersHint(state: NodeState, id: string | undefined): string {
  const chosen = chosenTransfer(listedTransfers(state), id);
  const keys = chosen === undefined ? '' : transferKeys(chosen);
  return `up, down   ${keys === '' ? '' : `${keys}   `}esc goes back`;
}

function fileKeys(transfer: Transfer): string {
  const keys = transferKeys(transfer);
  const isHere = transfer.phase === 'done' || transfer.direction === 'outgoing';
  const all = transfer.kind === 'voice' && isHere ? 'p play' : keys;
  return all === '' ? '' : `${all}   `;
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
