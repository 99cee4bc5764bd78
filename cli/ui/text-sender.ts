// Texts on their way to the node: shown at once, sent in order, given back when they can't be sent.

import { messageOf, type ConversationKey, type MmchatNode, type NodeState } from '../../src/index.ts';
import { placeOf } from './conversations.ts';
import { reduceInput } from './input-line.ts';
import { shortcodeNames, withEmoji } from './shortcodes.ts';
import {
  PENDING_PREFIX,
  withComposing,
  withInput,
  withoutNewLine,
  withScroll,
  type Notice,
  type UiState,
} from './ui-state.ts';

/** Texts that wait for the node or for its answer. */
const PENDING_LIMIT = 200;

export interface SenderHost {
  readonly ui: UiState;
  readonly state: NodeState;
  update(change: (ui: UiState) => UiState): void;
  changed(): void;
  notice(kind: Notice['kind'], text: string, key?: ConversationKey): void;
  /** The node, once it runs. */
  node(): Promise<MmchatNode>;
  now(): number;
}

export class TextSender {
  readonly #host: SenderHost;
  #lastId = 0;
  #unfinished = 0;
  /** Settles when the text before has its emoji: texts don't overtake each other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(host: SenderHost) {
    this.#host = host;
  }

  send(key: ConversationKey, text: string, replyTo?: string): void {
    const host = this.#host;
    if (host.ui.pending.length >= PENDING_LIMIT) {
      host.notice('error', `${PENDING_LIMIT} texts wait already. Send this one again when they are out.`);
      return;
    }
    const pending = { id: `${PENDING_PREFIX}${++this.#lastId}`, at: host.now(), conversation: key, text, replyTo };
    host.update((ui) => withScroll(withoutNewLine({ ...ui, pending: [...ui.pending, pending] }, key), undefined));
    const finished = this.#finished(text);
    const sent =
      typeof finished === 'string'
        ? host.node().then((node) => this.#deliver(node, key, finished, replyTo))
        : Promise.all([host.node(), finished]).then(([node, ready]) => this.#deliver(node, key, ready, replyTo));
    sent
      .catch((error: unknown) => {
        host.notice('error', messageOf(error), key);
        this.#giveBack(key, text, replyTo);
      })
      .finally(() => {
        host.update((ui) => ({ ...ui, pending: ui.pending.filter(({ id }) => id !== pending.id) }));
        host.changed();
      });
  }

  /** With its emoji. At once where there are none, so that commands typed later don't overtake it. */
  #finished(text: string): string | Promise<string> {
    if (this.#unfinished === 0 && shortcodeNames(text).size === 0) return text;
    this.#unfinished++;
    const finished = Promise.all([withEmoji(text), this.#last]).then(([ready]) => ready);
    this.#last = finished.then(
      () => this.#unfinished--,
      () => this.#unfinished--,
    );
    return finished;
  }

  async #deliver(node: MmchatNode, key: ConversationKey, text: string, replyTo: string | undefined): Promise<void> {
    const { with: to, room } = placeOf(node.state, key);
    await node.chat.send({
      text,
      ...(to === undefined ? {} : { to }),
      ...(room === undefined ? {} : { room }),
      ...(replyTo === undefined ? {} : { replyTo }),
    });
  }

  /** What could not be sent is on the input line again, unless something else is being typed. */
  #giveBack(key: ConversationKey, text: string, replyTo: string | undefined): void {
    const { ui } = this.#host;
    if (ui.current !== key || ui.input.text !== '' || ui.composing !== undefined) return;
    const typed = text.startsWith('/') ? `/${text}` : text;
    this.#host.update((now) => {
      const given = withInput(now, reduceInput(now.input, { type: 'replace', text: typed, cursor: typed.length }));
      return replyTo === undefined ? given : withComposing(given, { kind: 'reply', id: replyTo });
    });
  }
}
