// Between keys, the node and the screen: holds what is shown, calls the node's verbs, tells when a new frame is due.

import { messageOf, type ConversationKey, type MmchatNode, type NodeState } from '../../src/index.ts';
import type { CommandContext } from './commands/command.ts';
import { parseTyped, runCommand } from './commands/table.ts';
import { NO_STATE, openConversations, roomOf } from './conversations.ts';
import { reduceInput } from './input-line.ts';
import { nobodyText } from './intro.ts';
import { actOnKeys, type KeyTarget } from './key-actions.ts';
import type { InputEvent } from './keys.ts';
import { ScreenLayout, type ScreenSize, type Snapshot } from './layout.ts';
import { noticeIn, uiAfterEvent } from './node-events.ts';
import {
  INITIAL_UI,
  opened,
  PENDING_PREFIX,
  withHint,
  withInput,
  withoutNewLine,
  withScroll,
  type Notice,
  type UiState,
} from './ui-state.ts';

export interface ControllerParts {
  readonly size: ScreenSize;
  readonly fallbackName: string;
  /** Whether the node looks for people by itself. */
  readonly discovery: boolean;
  readonly quit: () => void;
  /** Draws every row anew. */
  readonly redraw: () => void;
  readonly now: () => number;
  /** Calls back once; gives what cancels it. */
  readonly after: (delayMs: number, callback: () => void) => () => void;
}

/** Changes of the node are shown at most this often; keys are shown at once. */
const FRAME_MS = 33;
const NOBODY_AFTER_MS = 5000;
const LEAVE_WITHIN_MS = 3000;
/** Texts that wait for the node or for its answer. */
const PENDING_LIMIT = 200;

export class ChatController implements KeyTarget {
  readonly layout = new ScreenLayout();
  readonly #parts: ControllerParts;
  readonly #listeners = new Set<() => void>();
  readonly #running = Promise.withResolvers<MmchatNode>();
  readonly #offs: (() => void)[] = [];
  #node: MmchatNode | undefined;
  #ui: UiState = INITIAL_UI;
  #size: ScreenSize;
  #snapshot: Snapshot;
  #frameDue: (() => void) | undefined;
  #publishedAt = 0;
  #leaveArmed: (() => void) | undefined;
  #lastId = 0;
  #stopped = false;
  readonly #maker = { id: (): string => `own:${++this.#lastId}`, now: (): number => this.#parts.now() };

  constructor(parts: ControllerParts) {
    this.#parts = parts;
    this.#size = parts.size;
    this.#snapshot = { state: NO_STATE, ui: this.#ui, size: parts.size, fallbackName: parts.fallbackName };
    // Whoever waits for the node hears of a failure; without anybody waiting it must not count as unhandled.
    this.#running.promise.catch(() => undefined);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): Snapshot => this.#snapshot;

  get ui(): UiState {
    return this.#ui;
  }

  get state(): NodeState {
    return this.#node?.state ?? NO_STATE;
  }

  /** The node is there but may not run yet. */
  attach(node: MmchatNode): void {
    this.#node = node;
    this.#offs.push(
      node.subscribe(() => this.#changed()),
      node.on((event, state, before) => {
        this.#ui = uiAfterEvent(this.#ui, event, state, before, this.#maker);
        this.#changed();
      }),
    );
    for (const { text } of node.state.warnings) this.notice('warning', text);
    this.#changed();
  }

  /** The node runs: what was typed before goes out now. */
  started(node: MmchatNode): void {
    if (this.#stopped) return;
    this.#running.resolve(node);
    this.#offs.push(
      this.#parts.after(NOBODY_AFTER_MS, () => {
        const anybody = [...this.state.people.values()].some(({ online }) => online);
        if (!anybody) this.notice('warning', nobodyText(this.state, this.#parts.discovery), 'everyone');
      }),
    );
    this.#changed();
  }

  /** No more frames and timers. */
  stop(): void {
    this.#stopped = true;
    for (const off of this.#offs.splice(0)) off();
    this.#frameDue?.();
    this.#frameDue = undefined;
    this.#disarm();
    this.#listeners.clear();
  }

  resize(size: ScreenSize): void {
    this.#size = size;
    this.publish();
  }

  handle(events: readonly InputEvent[]): void {
    for (const event of events) {
      if (event.kind !== 'key' || event.name !== 'c' || !event.ctrl) this.#disarm();
      actOnKeys(this, event);
    }
    this.publish();
  }

  update(change: (ui: UiState) => UiState): void {
    this.#ui = change(this.#ui);
  }

  scroll(pages: number): void {
    const anchor = this.layout.scrolled(this.#freshSnapshot(), pages);
    this.update((ui) => withScroll(ui, anchor));
  }

  open(key: ConversationKey): void {
    this.update((ui) => opened(ui, key));
    this.#changed();
  }

  /** The conversation `step` places further in the list. */
  openNext(step: number): void {
    const keys = openConversations(this.state, this.#ui);
    const at = keys.indexOf(this.#ui.current);
    const key = keys[(at + step + keys.length) % keys.length];
    if (key !== undefined) this.open(key);
  }

  redraw(): void {
    this.#parts.redraw();
  }

  /** A line of the program's in a conversation (the open one). */
  notice(kind: Notice['kind'], text: string, key: ConversationKey = this.#ui.current): void {
    this.update((ui) => noticeIn(ui, key, kind, text, this.state, this.#maker));
    this.#changed();
  }

  /** Ctrl-c on an empty line: says how to leave, then leaves. */
  leaveOrAsk(): void {
    if (this.#leaveArmed !== undefined) {
      this.#disarm();
      this.#parts.quit();
      return;
    }
    this.update((ui) => withHint(ui, { kind: 'info', text: 'ctrl-c again to leave' }));
    const cancel = this.#parts.after(LEAVE_WITHIN_MS, () => {
      this.#leaveArmed = undefined;
      this.update((ui) => withHint(ui, undefined));
      this.#changed();
    });
    this.#leaveArmed = cancel;
  }

  /** Enter: runs or sends what is typed. */
  submit(): void {
    const typed = parseTyped(this.#ui.input.text);
    this.update((ui) => withInput(ui, reduceInput(ui.input, { type: 'take' })));
    const key = this.#ui.current;
    switch (typed.kind) {
      case 'nothing':
        return;
      case 'text':
        this.send(key, typed.text);
        return;
      case 'command':
        runCommand(this.#commandContext(), typed.written, typed.rest).catch((error: unknown) => {
          this.notice('error', messageOf(error));
        });
    }
  }

  send(key: ConversationKey, text: string): void {
    if (this.#ui.pending.length >= PENDING_LIMIT) {
      this.notice('error', `${PENDING_LIMIT} texts wait already. Send this one again when they are out.`);
      return;
    }
    const pending = { id: `${PENDING_PREFIX}${++this.#lastId}`, at: this.#parts.now(), conversation: key, text };
    this.update((ui) => withScroll(withoutNewLine({ ...ui, pending: [...ui.pending, pending] }, key), undefined));
    this.#deliver(key, text)
      .catch((error: unknown) => {
        this.notice('error', messageOf(error), key);
        this.#giveBack(key, text);
      })
      .finally(() => {
        this.update((ui) => ({ ...ui, pending: ui.pending.filter(({ id }) => id !== pending.id) }));
        this.#changed();
      });
  }

  async #deliver(key: ConversationKey, text: string): Promise<void> {
    const node = await this.#running.promise;
    if (key === 'everyone') await node.chat.send({ text });
    else if (key.startsWith('with:')) await node.chat.send({ text, to: key.slice('with:'.length) });
    else await node.chat.send({ text, room: roomOf(node.state, key)?.name ?? key.slice('room:'.length) });
  }

  /** What could not be sent is on the input line again, unless something else is being typed. */
  #giveBack(key: ConversationKey, text: string): void {
    if (this.#ui.current !== key || this.#ui.input.text !== '') return;
    const typed = text.startsWith('/') ? `/${text}` : text;
    this.update((ui) => withInput(ui, reduceInput(ui.input, { type: 'replace', text: typed, cursor: typed.length })));
  }

  #commandContext(): CommandContext {
    return {
      node: () => this.#running.promise,
      state: () => this.state,
      current: this.#ui.current,
      open: (key) => this.open(key),
      say: (text) => this.notice('info', text),
      showHelp: () => this.update((ui) => ({ ...ui, overlay: { kind: 'help', top: 0 } })),
      send: (key, text) => {
        this.send(key, text);
        this.#changed();
      },
      quit: () => this.#parts.quit(),
    };
  }

  #disarm(): void {
    if (this.#leaveArmed !== undefined) {
      this.#leaveArmed();
      this.#leaveArmed = undefined;
    }
    if (this.#ui.hint !== undefined) this.update((ui) => withHint(ui, undefined));
  }

  /** Something is different: a frame is due soon, many changes share one. */
  #changed(): void {
    if (this.#frameDue !== undefined || this.#stopped) return;
    const wait = Math.max(0, FRAME_MS - (this.#parts.now() - this.#publishedAt));
    this.#frameDue = this.#parts.after(Math.min(wait, FRAME_MS), () => this.publish());
  }

  publish(): void {
    this.#frameDue?.();
    this.#frameDue = undefined;
    this.#publishedAt = this.#parts.now();
    this.#snapshot = this.#freshSnapshot();
    for (const listener of this.#listeners) listener();
  }

  #freshSnapshot(): Snapshot {
    return { state: this.state, ui: this.#ui, size: this.#size, fallbackName: this.#parts.fallbackName };
  }
}
