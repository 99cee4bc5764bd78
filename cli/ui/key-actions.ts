// Which key does what. Pastes and typed text go into the line (or the query of the picker).

import type { ConversationKey, Message, NodeState } from '../../src/index.ts';
import { holdsSecret } from './commands/table.ts';
import type { CallActions } from './call-actions.ts';
import { applyCompletion, completionsFor, emojiCompletion, nextCompletion } from './completion.ts';
import { EMPTY_INPUT, reduceInput, type InputAction, type InputState } from './input-line.ts';
import type { InputEvent, Key } from './keys.ts';
import type { MessageActions } from './message-actions.ts';
import { actOnMessage, isSelecting } from './message-keys.ts';
import { pickerEntries } from './picker.ts';
import { shortcodeBefore } from './shortcodes.ts';
import type { TransferActions } from './transfer-actions.ts';
import { pathBefore, pathCompletion } from './typed-path.ts';
import { withInput, withoutComposing, withOverlay, withScroll, type Completion, type UiState } from './ui-state.ts';
import { actInShare } from './video/share-keys.ts';
import type { VoiceActions } from './voice-actions.ts';

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
  readonly actions: MessageActions;
  readonly transfers: TransferActions;
  readonly voices: VoiceActions;
  readonly calls: CallActions;
  /** Opens the conversation of a message, at that message. */
  jumpTo(message: Message): void;
  /** Offers this for what was typed, unless something else was typed meanwhile. */
  complete(input: InputState, offered: Promise<Completion | undefined>): void;
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
  'ctrl-t': toggleTransfers,
  'ctrl-y': (controller) => controller.calls.answerByKey(),
  'ctrl-x': (controller) => controller.calls.endByKey(),
  'ctrl-o': (controller) => controller.calls.muteByKey(),
  'ctrl-v': (controller) => controller.calls.videoByKey(),
  'ctrl-r': (controller) => controller.calls.shareByKey(),
  'ctrl-g': toggleCallPage,
  f2: (controller) => controller.calls.showPictures(controller.ui.picturesHidden === true),
  f1: toggleHelp,
};

const LINE_KEYS: Readonly<Record<string, (controller: KeyTarget) => void>> = {
  enter: (controller) => controller.submit(),
  'alt-enter': (controller) => edit(controller, { type: 'insert', text: '\n' }),
  'shift-enter': (controller) => edit(controller, { type: 'insert', text: '\n' }),
  'ctrl-j': (controller) => edit(controller, { type: 'insert', text: '\n' }),
  up: (controller) => {
    if (!controller.actions.changeNext(-1)) edit(controller, { type: 'up' });
  },
  down: (controller) => {
    if (!controller.actions.changeNext(1)) edit(controller, { type: 'down' });
  },
  'ctrl-up': (controller) => edit(controller, { type: 'up' }),
  'ctrl-down': (controller) => edit(controller, { type: 'down' }),
  'shift-up': (controller) => controller.actions.select(-1),
  'ctrl-s': (controller) => controller.actions.select(-1),
  pageup: (controller) => controller.scroll(-1),
  pagedown: (controller) => controller.scroll(1),
  tab: complete,
  escape: leaveSomething,
  'ctrl-c': clearOrLeave,
};

export function actOnKeys(controller: KeyTarget, event: InputEvent): void {
  const pressed = event.kind === 'key' ? nameOfKey(event) : event.text;
  if (controller.voices.actOnKey(pressed)) return;
  // Typed fast, a key for the selected message comes together with what is typed after it.
  const [first] =
    event.kind === 'text' && isSelecting(controller.ui)
      ? (/^(?:[re+](?=.)|[jk](?=[jk]+$))/su.exec(event.text) ?? [])
      : [];
  if (event.kind === 'text' && first !== undefined) {
    actOnKeys(controller, { kind: 'text', text: first });
    actOnKeys(controller, { kind: 'text', text: event.text.slice(first.length) });
    return;
  }
  const name = event.kind === 'key' ? pressed : '';
  if (ANYWHERE[name] === undefined && controller.transfers.actInPage(pressed)) return;
  if (ANYWHERE[name] === undefined && actOnMessage(controller, event, name)) return;
  if (event.kind !== 'key') {
    const text = event.kind === 'paste' ? event.text.replace(/(?:\r\n?|\n)$/, '') : event.text;
    edit(controller, { type: 'insert', text });
    if (event.kind === 'paste') controller.transfers.offerPath(text);
    return;
  }
  const { overlay } = controller.ui;
  const anywhere = ANYWHERE[name];
  if (anywhere !== undefined) {
    anywhere(controller);
    return;
  }
  if (overlay?.kind === 'picker' && actInPicker(controller, name)) return;
  if (overlay?.kind === 'share' && actInShare(controller, overlay, name)) return;
  if (overlay?.kind === 'help' && actInHelp(controller, name)) return;
  if (overlay?.kind === 'search' && actInSearch(controller, name)) return;
  if ((overlay?.kind === 'words' || overlay?.kind === 'call') && (name === 'escape' || name === 'ctrl-c')) {
    controller.update((ui) => withOverlay(ui, undefined));
    return;
  }
  if (name === 'ctrl-d' && controller.ui.input.text === '') {
    controller.leaveOrAsk();
    return;
  }
  const action = EDITING[name];
  if (action !== undefined) edit(controller, action);
  else LINE_KEYS[name]?.(controller);
}

const SHIFTED = new Set(['enter', 'up', 'down']);

function nameOfKey({ name, ctrl, alt, shift }: Key): string {
  const modifier = ctrl ? 'ctrl-' : alt ? 'alt-' : shift && SHIFTED.has(name) ? 'shift-' : '';
  return modifier + name;
}

function edit(controller: KeyTarget, action: InputAction): void {
  controller.update((ui) => {
    if (ui.overlay?.kind === 'picker') {
      const flat = action.type === 'insert' ? { ...action, text: action.text.replace(/\s+/g, ' ') } : action;
      return withOverlay(ui, { kind: 'picker', query: reduceInput(ui.overlay.query, flat), index: 0 });
    }
    // Words to be looked at stay while one types the command that they are for.
    const page = ui.overlay?.kind === 'words' ? ui : withOverlay(ui, undefined);
    return withInput(page, reduceInput(ui.input, action));
  });
}

function complete(controller: KeyTarget): void {
  const { input, completion: offered } = controller.ui;
  const path = offered === undefined ? pathBefore(input.text.slice(0, input.cursor)) : undefined;
  if (path !== undefined) {
    controller.complete(input, pathCompletion(input, path));
    return;
  }
  const start = offered === undefined ? shortcodeBefore(input.text.slice(0, input.cursor)) : undefined;
  if (start !== undefined) {
    controller.complete(input, emojiCompletion(input, start));
    return;
  }
  controller.update((ui) => {
    const completion =
      ui.completion === undefined ? completionsFor(controller.state, ui, ui.input) : nextCompletion(ui.completion);
    if (completion === undefined) return ui;
    const input = applyCompletion(ui.input, completion);
    return completion.candidates.length === 1 ? withInput(ui, input) : withInput(ui, input, completion);
  });
}

/** Esc: out of what one is in, the innermost first. */
function leaveSomething(controller: KeyTarget): void {
  const { composing, selection } = controller.ui;
  if (composing !== undefined) controller.update(withoutComposing);
  else if (selection !== undefined) controller.actions.leaveSelection();
  else controller.update((ui) => withScroll(withInput(ui, ui.input), undefined));
}

function clearOrLeave(controller: KeyTarget): void {
  const { composing, input } = controller.ui;
  if (composing !== undefined && composing.kind !== 'reply') {
    controller.update(withoutComposing);
    return;
  }
  if (input.text === '') {
    if (composing === undefined) controller.leaveOrAsk();
    else controller.update(withoutComposing);
    return;
  }
  // It goes to the history: nothing typed is lost by a slip. But a password is no business of the history.
  const type = holdsSecret(input.text) ? 'forget' : 'take';
  controller.update((ui) => withInput(ui, reduceInput(ui.input, { type })));
}

function openPicker(controller: KeyTarget): void {
  controller.update((ui) =>
    withOverlay(ui, ui.overlay?.kind === 'picker' ? undefined : { kind: 'picker', query: EMPTY_INPUT, index: 0 }),
  );
}

function toggleTransfers(controller: KeyTarget): void {
  controller.update((ui) => withOverlay(ui, ui.overlay?.kind === 'transfers' ? undefined : { kind: 'transfers' }));
}

function toggleCallPage(controller: KeyTarget): void {
  controller.update((ui) => withOverlay(ui, ui.overlay?.kind === 'call' ? undefined : { kind: 'call' }));
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

/** False when the key is for the line. */
function actInSearch(controller: KeyTarget, name: string): boolean {
  const { overlay } = controller.ui;
  if (overlay?.kind !== 'search') return false;
  const { hits = [] } = overlay;
  const step = { up: -1, down: 1, pageup: -5, pagedown: 5 }[name];
  if (step !== undefined) {
    const index = Math.max(0, Math.min(hits.length - 1, overlay.index + step));
    controller.update((ui) => withOverlay(ui, { ...overlay, index }));
    return true;
  }
  if (name === 'enter' && controller.ui.input.text === '') {
    const hit = hits[overlay.index];
    if (hit !== undefined) controller.jumpTo(hit);
    return true;
  }
  if (name !== 'escape' && name !== 'ctrl-c') return false;
  controller.update((ui) => withOverlay(ui, undefined));
  return true;
}
