// Fetches what the state doesn't hold: older and newer pages where somebody reads, a message to jump to, what is quoted.

import {
  messageOf,
  MmchatError,
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
/** Frames that are waited for a message to be kept. */
const EARLY_LIMIT = 30;
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
  #lastRequest = 0;
  /** Answers in a row that the history doesn't know a message yet. */
  #early = 0;

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
    const host = this.#host;
    const key = keyOfMessage(host.state, message);
    host.open(key);
    if (!messagesInView(host.state, key, host.ui.reading).some(({ id }) => id === message.id))
      this.#show(readingAround(key, message));
    host.update((ui) => ({ ...ui, selection: { id: message.id } }));
    this.#viewAround(message.id);
    const { running } = host;
    const { reading } = host.ui;
    if (running === undefined || reading === undefined || reading.attached) return;
    // Both sides at once; the view is put right when they are there.
    const request = this.#begin(reading, 'older');
    const place = { ...placeOf(host.state, key), limit: PAGE_MESSAGES };
    Promise.all([
      running.chat.history({ ...place, before: message.id }),
      running.chat.history({ ...place, after: message.id }),
    ])
      .then(([older, newer]) => {
        const now = this.#waitingFor(request);
        if (now === undefined) return;
        this.#show(withNewerPage(withOlderPage(now, older), newer, messagesOf(host.state, key)));
        this.#viewAround(message.id);
        host.changed();
      })
      .catch((error: unknown) => this.#failed(request, error));
  }

  #viewAround(id: string): void {
    const anchor = this.#host.viewAround(id);
    this.#host.update((ui) => withScroll(ui, anchor));
  }

  #load(node: MmchatNode, reading: Reading, direction: 'older' | 'newer'): void {
    const host = this.#host;
    const key = reading.conversation;
    const from = direction === 'older' ? oldestOf(reading, host.state)?.id : reading.messages.at(-1)?.id;
    const request = this.#begin(reading, direction);
    const cancelSlow = host.after(SLOW_MS, () => {
      const now = this.#waitingFor(request);
      if (now === undefined) return;
      this.#show({ ...now, slow: true });
      host.changed();
    });
    this.#page(node, key, direction, from)
      .then((page) => {
        const now = this.#waitingFor(request);
        if (now === undefined) return;
        this.#early = 0;
        const held = messagesOf(host.state, key);
        this.#show(direction === 'older' ? withOlderPage(now, page) : withNewerPage(now, page, held));
        host.changed();
      })
      .catch((error: unknown) => this.#failed(request, error))
      .finally(cancelSlow);
  }

  #begin(reading: Reading, direction: 'older' | 'newer'): number {
    const request = ++this.#lastRequest;
    this.#show({ ...reading, loading: { direction, request }, slow: undefined });
    return request;
  }

  /** The window that an answer belongs to; undefined when it was let go meanwhile. */
  #waitingFor(request: number): Reading | undefined {
    const { reading } = this.#host.ui;
    return reading?.loading?.request === request ? reading : undefined;
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

  #failed(request: number, error: unknown): void {
    const reading = this.#waitingFor(request);
    if (reading === undefined) return;
    // What was said just now is shown before it is kept: the history will know it in a moment.
    const isTooEarly = error instanceof MmchatError && error.code === 'no-such-message' && this.#early < EARLY_LIMIT;
    this.#early = isTooEarly ? this.#early + 1 : 0;
    const failure = isTooEarly ? undefined : messageOf(error);
    this.#show({ ...reading, loading: undefined, slow: undefined, failure });
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

/** The state may have been filled from the history after the window was. */
function oldestOf({ messages: [first], conversation, attached }: Reading, state: NodeState): Message | undefined {
  const [held] = messagesOf(state, conversation);
  if (first === undefined || held === undefined || !attached) return first ?? held;
  return held.order < first.order ? held : first;
}
