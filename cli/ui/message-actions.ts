// What can be done with a message: select it, answer, change, delete, react. Keys and commands come here.

import type { Message, MmchatNode, NodeState } from '../../src/index.ts';
import { EMPTY_INPUT, reduceInput, type InputState } from './input-line.ts';
import { messagesInView } from './reading.ts';
import { withEmoji } from './shortcodes.ts';
import {
  withComposing,
  withHint,
  withInput,
  withoutComposing,
  withOverlay,
  withScroll,
  type Composing,
  type ScrollAnchor,
  type UiState,
} from './ui-state.ts';

/** Chosen by one key. */
export const QUICK_REACTIONS: readonly string[] = ['👍', '❤️', '😂', '🎉', '👀', '✅'];

export interface ActionHost {
  readonly ui: UiState;
  readonly state: NodeState;
  update(change: (ui: UiState) => UiState): void;
  /** Calls verbs of the node; what they throw is told in the open conversation. */
  work(what: (node: MmchatNode) => Promise<void>): void;
  /** Where the view stands so that this message can be seen. */
  viewOn(id: string): ScrollAnchor | undefined;
}

export class MessageActions {
  readonly #host: ActionHost;

  constructor(host: ActionHost) {
    this.#host = host;
  }

  /** What can be acted on in the open conversation, oldest first. */
  get messages(): readonly Message[] {
    const { state, ui } = this.#host;
    return messagesInView(state, ui.current, ui.reading).filter(isActedOn);
  }

  /** The newest ones, wherever one reads: what is the last is the same for everybody. */
  get newest(): readonly Message[] {
    const { state, ui } = this.#host;
    return ui.reading?.attached === false
      ? messagesInView(state, ui.current, undefined).filter(isActedOn)
      : this.messages;
  }

  get selected(): Message | undefined {
    const { selection } = this.#host.ui;
    return selection === undefined ? undefined : this.messages.find(({ id }) => id === selection.id);
  }

  /** The selected message, else the last one of somebody else. */
  get answered(): Message | undefined {
    return this.selected ?? this.newest.findLast(({ own }) => !own);
  }

  /** The selected message if it is one's own, else one's last. */
  get changed(): Message | undefined {
    const { selected } = this;
    return selected?.own === true ? selected : this.newest.findLast(({ own }) => own);
  }

  /** As `changed`, of those that can be written anew. */
  get rewritten(): Message | undefined {
    const { selected } = this;
    if (selected?.own === true && selected.kind === 'text') return selected;
    return this.newest.findLast(({ own, kind }) => own && kind === 'text');
  }

  /** `step` messages further (negative = older); the first time it is the newest. */
  select(step: number): void {
    const { messages } = this;
    const at = messages.findIndex(({ id }) => id === this.#host.ui.selection?.id);
    const index = at === -1 ? messages.length - 1 : Math.max(0, Math.min(messages.length - 1, at + step));
    const message = messages[index];
    if (message === undefined) {
      this.#host.update((ui) => withHint(ui, { kind: 'info', text: 'there is no message to select yet' }));
      return;
    }
    this.#host.update((ui) => ({ ...withOverlay(withoutComposing(ui), undefined), selection: { id: message.id } }));
    const anchor = this.#host.viewOn(message.id);
    this.#host.update((ui) => withScroll(ui, anchor));
  }

  leaveSelection(): void {
    this.#host.update((ui) => ({ ...ui, selection: undefined }));
  }

  answer(message: Message): void {
    this.#compose({ kind: 'reply', id: message.id });
  }

  react(message: Message): void {
    this.#compose({ kind: 'react', id: message.id, draft: this.#draft() }, EMPTY_INPUT);
  }

  change(message: Message): void {
    const { text } = message;
    const composing: Composing = { kind: 'edit', id: message.id, original: text, draft: this.#draft() };
    this.#compose(composing, { text, cursor: text.length, history: [] });
    if (this.#host.ui.scroll === undefined) return;
    const isInView = this.messages.some(({ id }) => id === message.id);
    const anchor = isInView ? this.#host.viewOn(message.id) : undefined;
    this.#host.update((ui) => withScroll(ui, anchor));
  }

  /** The next older (or newer) one of one's own while nothing has been changed; false when the key means something else. */
  changeNext(step: -1 | 1): boolean {
    const { composing, input } = this.#host.ui;
    const own = (composing === undefined ? this.newest : this.messages).filter(
      ({ own: isOwn, kind }) => isOwn && kind === 'text',
    );
    if (composing === undefined) {
      const last = own.at(-1);
      if (step === 1 || input.text !== '' || last === undefined) return false;
      this.change(last);
      return true;
    }
    if (composing.kind !== 'edit' || input.text !== composing.original) return false;
    const within = step === -1 ? input.text.slice(0, input.cursor) : input.text.slice(input.cursor);
    if (within.includes('\n')) return false;
    const next = own[own.findIndex(({ id }) => id === composing.id) + step];
    if (next !== undefined) this.change(next);
    else if (step === 1) this.#host.update(withoutComposing);
    return true;
  }

  askToDelete(message: Message): void {
    this.#host.update((ui) => ({ ...ui, selection: { id: message.id, deleting: true } }));
  }

  delete(message: Message): void {
    this.leaveSelection();
    this.#host.work((node) => node.chat.delete(message.id));
  }

  /** Enter while changing or reacting: false when the text is to be sent as usual. */
  submit(): boolean {
    const { composing, input } = this.#host.ui;
    if (composing === undefined || composing.kind === 'reply') return false;
    const { text } = input;
    if (text.trim() === '') {
      const remedy =
        composing.kind === 'edit'
          ? 'an empty text changes nothing: /delete takes a message back'
          : 'an emoji, or its name as :tada:';
      this.#host.update((ui) => withHint(ui, { kind: 'info', text: remedy }));
      return true;
    }
    this.#finish();
    if (composing.kind === 'react') this.sendReaction(composing.id, text);
    else if (text !== composing.original) this.sendChange(composing.id, text);
    return true;
  }

  sendReaction(id: string, typed: string): void {
    this.#finish();
    this.#host.work((node) => node.chat.react(id, typed.trim()));
  }

  sendChange(id: string, text: string): void {
    this.#host.work(async (node) => node.chat.edit(id, await withEmoji(text)));
  }

  #finish(): void {
    this.#host.update((ui) => ({ ...withoutComposing(ui), selection: undefined }));
  }

  /** What was being typed, to come back to: that of the first of several messages that were looked at. */
  #draft(): InputState {
    const { composing, input } = this.#host.ui;
    return composing === undefined || composing.kind === 'reply' ? input : composing.draft;
  }

  #compose(composing: Composing, input?: InputState): void {
    this.#host.update((ui) => {
      const composed = withOverlay(withComposing({ ...ui, selection: undefined }, composing), undefined);
      if (input === undefined) return withInput(composed, composed.input);
      const typed = reduceInput(EMPTY_INPUT, { type: 'replace', text: input.text, cursor: input.cursor });
      return withInput(composed, { ...typed, history: ui.input.history });
    });
  }
}

function isActedOn({ kind, deleted, missing }: Message): boolean {
  return (kind === 'text' || kind === 'file') && deleted !== true && missing !== true;
}
