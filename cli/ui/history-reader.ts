// Fetches what the state doesn't hold: older and newer pages where somebody reads, a message to jump to, what is quoted.

import {
  messageOf,
  type ConversationKey,
  type HistoryPage,
  type Message,
  type MmchatNode,
  type NodeState,
} from '../../src/index.ts';
import { keyOfMessage, placeOf } from './conversations.ts';
import {
  messagesInView,
  messagesOf,
  readingAround,
  readingFrom,
  withNewerPage,
  withOlderPage,
  type Reading,
} from './reading.ts';
import { withQuotes, withScroll, type ScrollAnchor, type UiState } from './ui-state.ts';

const PAGE_MESSAGES = 200;
/** A wait that is longer is said on the screen. */
const SLOW_MS = 200;
/** Quoted messages that are fetched at a time. */
const QUOTES_AT_ONCE = 8;

export interface ReaderHost {
  readonly ui: UiState;
  readonly state: NodeState;
  /** Undefined until it runs. */
  readonly running: MmchatNode | undefined;
  update(change: (ui: UiState) => UiState): void;
  changed(): void;
  after(delayMs: number, callback: () => void): () => void;
  open(key: ConversationKey): void;
  nearEnds(): { first: boolean; last: boolean };
  /** Where the view stands with this message in its middle. */
  viewAround(id: string): ScrollAnchor | undefined;
}

export class HistoryReader {
  readonly #host: ReaderHost;
  readonly #asked = new Set<string>();

  constructor(host: ReaderHost) {
    this.#host = host;
  }

  /** After each frame: begins to fetch what will be looked at next. */
  look(wanted: readonly string[]): void {
    const { running, ui } = this.#host;
    if (running === undefined || ui.overlay !== undefined) return;
    this.#fetchQuotes(running, wanted);
    const reading = ui.reading ?? readingFrom(ui.current);
    if (reading.loading !== undefined || reading.failure !== undefined) return;
    if (reading.older === 'end' && reading.attached) return;
    const { first, last } = this.#host.nearEnds();
    if (first && reading.older === 'more') this.#load(running, reading, 'older');
    else if (last && !reading.attached) this.#load(running, reading, 'newer');
  }

  /** What failed before is tried again. */
  retry(): void {
    this.#host.update((ui) =>
      ui.reading?.failure === undefined ? ui : { ...ui, reading: { ...ui.reading, failure: undefined } },
    );
  }

  /** Opens the conversation of a message at that message, with what stands around it. */
  jumpTo(message: Message): void {
    const { host } = { host: this.#host };
    const key = keyOfMessage(host.state, message);
    host.open(key);
    if (!messagesInView(host.state, key, host.ui.reading).some(({ id }) => id === message.id))
      host.update((ui) => ({ ...ui, reading: readingAround(key, message) }));
    host.update((ui) => ({ ...ui, selection: { id: message.id } }));
    const anchor = host.viewAround(message.id);
    host.update((ui) => withScroll(ui, anchor));
    const { running } = host;
    const { reading } = host.ui;
    if (running === undefined || reading === undefined || reading.attached) return;
    // Both sides at once; the view is put right when they are there.
    const { current } = host.ui;
    const place = { ...placeOf(host.state, current), limit: PAGE_MESSAGES };
    this.#show({ ...reading, loading: 'older' });
    Promise.all([
      running.chat.history({ ...place, before: message.id }),
      running.chat.history({ ...place, after: message.id }),
    ])
      .then(([older, newer]) => {
        if (host.ui.current !== current || host.ui.reading?.messages[0]?.id !== message.id) return;
        const held = messagesOf(host.state, current);
        this.#show(withNewerPage(withOlderPage(host.ui.reading, older), newer, held));
        const around = host.viewAround(message.id);
        host.update((ui) => withScroll(ui, around));
        host.changed();
      })
      .catch((error: unknown) => this.#failed(current, error));
  }

  #load(node: MmchatNode, reading: Reading, direction: 'older' | 'newer'): void {
    const host = this.#host;
    const key = reading.conversation;
    const oldest = reading.messages[0] ?? messagesOf(host.state, key)[0];
    const from = direction === 'older' ? oldest?.id : reading.messages.at(-1)?.id;
    this.#show({ ...reading, loading: direction, slow: undefined });
    const cancelSlow = host.after(SLOW_MS, () => {
      if (host.ui.reading?.conversation !== key || host.ui.reading.loading !== direction) return;
      this.#show({ ...host.ui.reading, slow: true });
      host.changed();
    });
    this.#page(node, key, direction, from)
      .then((page) => {
        const now = host.ui.reading;
        // Meanwhile something else may be open, or these pages may have been let go.
        if (now?.conversation !== key || now.loading !== direction) return;
        const held = messagesOf(host.state, key);
        this.#show(direction === 'older' ? withOlderPage(now, page) : withNewerPage(now, page, held));
        host.changed();
      })
      .catch((error: unknown) => this.#failed(key, error))
      .finally(cancelSlow);
  }

  async #page(
    node: MmchatNode,
    key: ConversationKey,
    direction: 'older' | 'newer',
    from: string | undefined,
  ): Promise<HistoryPage> {
    const query = { ...placeOf(this.#host.state, key), limit: PAGE_MESSAGES };
    if (from === undefined) return node.chat.history(query);
    return node.chat.history(direction === 'older' ? { ...query, before: from } : { ...query, after: from });
  }

  #failed(key: ConversationKey, error: unknown): void {
    const { reading } = this.#host.ui;
    if (reading?.conversation !== key) return;
    this.#show({ ...reading, loading: undefined, slow: undefined, failure: messageOf(error) });
    this.#host.changed();
  }

  #show(reading: Reading): void {
    this.#host.update((ui) => ({ ...ui, reading }));
  }

  #fetchQuotes(node: MmchatNode, wanted: readonly string[]): void {
    const { quotes } = this.#host.ui;
    const ids = wanted.filter((id) => !this.#asked.has(id) && !quotes.has(id)).slice(0, QUOTES_AT_ONCE);
    if (ids.length === 0) return;
    for (const id of ids) this.#asked.add(id);
    Promise.all(ids.map(async (id) => [id, await node.chat.message(id).catch(() => undefined)] as const))
      .then((found) => {
        for (const id of ids) this.#asked.delete(id);
        this.#host.update((ui) => withQuotes(ui, new Map(found)));
        this.#host.changed();
      })
      // Nothing of it rejects; a lost quote is no reason to stop.
      .catch(() => undefined);
  }
}
