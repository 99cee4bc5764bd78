// Which key does what. Pastes and typed text go into the line (or the query of the picker).

import { applyCompletion, completionsFor, nextCompletion } from './completion.ts';
import type { ConversationKey, NodeState } from '../../src/index.ts';
import { EMPTY_INPUT, reduceInput, type InputAction } from './input-line.ts';
import type { InputEvent, Key } from './keys.ts';
import { pickerEntries } from './picker.ts';
import { withInput, withOverlay, withScroll, type UiState } from './ui-state.ts';

/** What keys can do. */
export interface KeyTarget {
  readonly ui: UiState;
  readonly state: NodeState;
  update(change: (ui: UiState) => UiState): void;
  /** Enter. */
  submit(): void;
  open(key: ConversationKey): void;
  /** The conversation `step` places further in the list. */
  openNext(step: number): void;
  /** By pages, negative = towards older lines. */
  scroll(pages: number): void;
  redraw(): void;
  leaveOrAsk(): void;
}

/** Editing keys, by `ctrl-`, `alt-` and the name. */
const EDITING: Readonly<Record<string, InputAction>> = {
  left: { type: 'move', to: 'left' },
  right: { type: 'move', to: 'right' },
  'ctrl-b': { type: 'move', to: 'left' },
  'ctrl-f': { type: 'move', to: 'right' },
  'ctrl-left': { type: 'move', to: 'word-left' },
  'ctrl-right': { type: 'move', to: 'word-right' },
  'alt-left': { type: 'move', to: 'word-left' },
  'alt-right': { type: 'move', to: 'word-right' },
  'alt-b': { type: 'move', to: 'word-left' },
  'alt-f': { type: 'move', to: 'word-right' },
  home: { type: 'move', to: 'home' },
  end: { type: 'move', to: 'end' },
  'ctrl-a': { type: 'move', to: 'home' },
  'ctrl-e': { type: 'move', to: 'end' },
  backspace: { type: 'delete', to: 'left' },
  delete: { type: 'delete', to: 'right' },
  'ctrl-d': { type: 'delete', to: 'right' },
  'ctrl-w': { type: 'delete', to: 'word-left' },
  'alt-backspace': { type: 'delete', to: 'word-left' },
  'alt-d': { type: 'delete', to: 'word-right' },
  'ctrl-u': { type: 'delete', to: 'home' },
};

const ANYWHERE: Readonly<Record<string, (controller: KeyTarget) => void>> = {
  'ctrl-k': openPicker,
  'ctrl-p': openPicker,
  'alt-up': (controller) => controller.openNext(-1),
  'alt-down': (controller) => controller.openNext(1),
  'ctrl-n': (controller) => controller.openNext(1),
  'ctrl-l': (controller) => controller.redraw(),
  f1: toggleHelp,
};

const LINE_KEYS: Readonly<Record<string, (controller: KeyTarget) => void>> = {
  enter: (controller) => controller.submit(),
  'alt-enter': (controller) => edit(controller, { type: 'insert', text: '\n' }),
  'shift-enter': (controller) => edit(controller, { type: 'insert', text: '\n' }),
  'ctrl-j': (controller) => edit(controller, { type: 'insert', text: '\n' }),
  up: (controller) => edit(controller, { type: 'up' }),
  down: (controller) => edit(controller, { type: 'down' }),
  pageup: (controller) => controller.scroll(-1),
  pagedown: (controller) => controller.scroll(1),
  tab: complete,
  escape: (controller) => controller.update((ui) => withScroll(withInput(ui, ui.input), undefined)),
  'ctrl-c': clearOrLeave,
};

export function actOnKeys(controller: KeyTarget, event: InputEvent): void {
  if (event.kind !== 'key') {
    const text = event.kind === 'paste' ? event.text.replace(/(?:\r\n?|\n)$/, '') : event.text;
    edit(controller, { type: 'insert', text });
    return;
  }
  const name = nameOfKey(event);
  const { overlay } = controller.ui;
  const anywhere = ANYWHERE[name];
  if (anywhere !== undefined) {
    anywhere(controller);
    return;
  }
  if (overlay?.kind === 'picker' && actInPicker(controller, name)) return;
  if (overlay?.kind === 'help' && actInHelp(controller, name)) return;
  if (name === 'ctrl-d' && controller.ui.input.text === '') {
    controller.leaveOrAsk();
    return;
  }
  const action = EDITING[name];
  if (action !== undefined) edit(controller, action);
  else LINE_KEYS[name]?.(controller);
}

function nameOfKey({ name, ctrl, alt, shift }: Key): string {
  const modifier = ctrl ? 'ctrl-' : alt ? 'alt-' : shift && name === 'enter' ? 'shift-' : '';
  return modifier + name;
}

function edit(controller: KeyTarget, action: InputAction): void {
  controller.update((ui) => {
    if (ui.overlay?.kind === 'picker') {
      const flat = action.type === 'insert' ? { ...action, text: action.text.replace(/\s+/g, ' ') } : action;
      return withOverlay(ui, { kind: 'picker', query: reduceInput(ui.overlay.query, flat), index: 0 });
    }
    return withInput(withOverlay(ui, undefined), reduceInput(ui.input, action));
  });
}

function complete(controller: KeyTarget): void {
  controller.update((ui) => {
    const completion =
      ui.completion === undefined ? completionsFor(controller.state, ui, ui.input) : nextCompletion(ui.completion);
    if (completion === undefined) return ui;
    const input = applyCompletion(ui.input, completion);
    return completion.candidates.length === 1 ? withInput(ui, input) : withInput(ui, input, completion);
  });
}

function clearOrLeave(controller: KeyTarget): void {
  if (controller.ui.input.text === '') {
    controller.leaveOrAsk();
    return;
  }
  // It goes to the history: nothing typed is lost by a slip.
  controller.update((ui) => withInput(ui, reduceInput(ui.input, { type: 'take' })));
}

function openPicker(controller: KeyTarget): void {
  controller.update((ui) =>
    withOverlay(ui, ui.overlay?.kind === 'picker' ? undefined : { kind: 'picker', query: EMPTY_INPUT, index: 0 }),
  );
}

function toggleHelp(controller: KeyTarget): void {
  controller.update((ui) => withOverlay(ui, ui.overlay?.kind === 'help' ? undefined : { kind: 'help', top: 0 }));
}

/** False when the key is for the query. */
function actInPicker(controller: KeyTarget, name: string): boolean {
  const { overlay } = controller.ui;
  if (overlay?.kind !== 'picker') return false;
  const entries = pickerEntries(controller.state, controller.ui, overlay.query.text);
  const select = (step: number): void => {
    const index = Math.max(0, Math.min(entries.length - 1, overlay.index + step));
    controller.update((ui) => withOverlay(ui, { ...overlay, index }));
  };
  switch (name) {
    case 'up':
      select(-1);
      return true;
    case 'down':
    case 'tab':
      select(1);
      return true;
    case 'pageup':
      select(-10);
      return true;
    case 'pagedown':
      select(10);
      return true;
    case 'enter': {
      const entry = entries[Math.min(overlay.index, entries.length - 1)];
      if (entry !== undefined) controller.open(entry.key);
      return true;
    }
    case 'escape':
    case 'ctrl-c':
      controller.update((ui) => withOverlay(ui, undefined));
      return true;
    default:
      return false;
  }
}

function actInHelp(controller: KeyTarget, name: string): boolean {
  const step = { up: -1, down: 1, pageup: -10, pagedown: 10 }[name];
  if (step !== undefined) {
    controller.update((ui) =>
      ui.overlay?.kind === 'help' ? withOverlay(ui, { kind: 'help', top: Math.max(0, ui.overlay.top + step) }) : ui,
    );
    return true;
  }
  controller.update((ui) => withOverlay(ui, undefined));
  return name === 'escape' || name === 'enter' || name === 'ctrl-c';
}
