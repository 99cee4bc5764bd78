// Keys while a message is selected, and while one reacts to it.

import type { Message, NodeState } from '../../src/index.ts';
import type { InputEvent } from './keys.ts';
import { QUICK_REACTIONS, type MessageActions } from './message-actions.ts';
import type { TransferActions } from './transfer-actions.ts';
import type { UiState } from './ui-state.ts';
import type { VoiceActions } from './voice-actions.ts';

interface MessageKeyTarget {
  readonly state: NodeState;
  readonly transfers: TransferActions;
  readonly voices: VoiceActions;
  readonly ui: UiState;
  readonly actions: MessageActions;
}

const STEPS: Readonly<Record<string, number>> = {
  up: -1,
  down: 1,
  'shift-up': -1,
  'shift-down': 1,
  k: -1,
  j: 1,
  pageup: -10,
  pagedown: 10,
};

/** False when the key means nothing for it. */
function actOnFile({ state, transfers, voices }: MessageKeyTarget, { id, file }: Message, key: string): boolean {
  const transfer = state.transfers.get(id);
  if (transfer === undefined) return false;
  const isHere = transfer.phase === 'done' || transfer.direction === 'outgoing';
  if (key === 'p' && file?.kind === 'voice' && isHere) {
    voices.toggle(id);
    return true;
  }
  return transfers.act(transfer, key);
}

/** Whether letters act on the selected message, instead of being typed. */
export function isSelecting({ selection, input, overlay, composing }: UiState): boolean {
  return selection !== undefined && input.text === '' && overlay === undefined && composing === undefined;
}

/** False when the key means what it always means. `name` as key-actions.ts calls it. */
export function actOnMessage(target: MessageKeyTarget, event: InputEvent, name: string): boolean {
  const { ui, actions } = target;
  if (ui.composing?.kind === 'react' && ui.input.text === '' && event.kind === 'text') {
    const emoji = QUICK_REACTIONS[Number(event.text) - 1];
    if (emoji === undefined) return false;
    actions.sendReaction(ui.composing.id, emoji);
    return true;
  }
  if (!isSelecting(ui)) return false;
  const { selected } = actions;
  if (selected === undefined) {
    actions.leaveSelection();
    return false;
  }
  if (ui.selection?.deleting === true) {
    if (name === 'enter') actions.delete(selected);
    else actions.select(0);
    return true;
  }
  const key = event.kind === 'text' ? event.text : name;
  const step = STEPS[key];
  if (step !== undefined) {
    actions.select(step);
    return true;
  }
  if (selected.file !== undefined && actOnFile(target, selected, key)) return true;
  switch (key) {
    case 'r':
    case 'enter':
      actions.answer(selected);
      return true;
    case '+':
      actions.react(selected);
      return true;
    case 'e':
    case 'd':
      if (!selected.own || (key === 'e' && selected.kind !== 'text')) break;
      if (key === 'e') actions.change(selected);
      else actions.askToDelete(selected);
      return true;
    case 'escape':
    case 'ctrl-c':
    case 'ctrl-s':
      actions.leaveSelection();
      return true;
  }
  // A command may act on the selected message; any other text is just typed.
  if (event.kind !== 'key' && !event.text.startsWith('/')) actions.leaveSelection();
  return false;
}
