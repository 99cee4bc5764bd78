// What the screen knows beyond the node's state: which conversation is open, what is unread, what is being typed.

import type { ConversationKey, Message, PeerId } from '../../src/index.ts';
import type { Pixels } from '../pictures/image-header.ts';
import type { Readings } from './call-quality.ts';
import type { Speaker } from './video/speaker.ts';
import { EMPTY_INPUT, type InputState } from './input-line.ts';
import { released, type Reading } from './reading.ts';

/** A line of the program's own between the messages. */
export interface Notice {
  readonly id: string;
  readonly at: number;
  readonly kind: 'info' | 'came' | 'went' | 'warning' | 'error';
  readonly text: string;
  /** The last message when it was said: it stands behind that one. */
  readonly afterId?: string;
}

/** Ids of texts on their way begin with this. */
export const PENDING_PREFIX = 'pending:';

/** A text on its way to the node. */
export interface PendingText {
  readonly id: string;
  readonly at: number;
  readonly conversation: ConversationKey;
  readonly text: string;
  readonly replyTo?: string | undefined;
}

/** The item at the bottom of the view and how many of its rows lie below the edge. */
export interface ScrollAnchor {
  readonly id: string;
  readonly hiddenRows: number;
}

export interface ConversationView {
  readonly unread: number;
  readonly mentions: number;
  /** The first message that was not seen when it came: the `new` line stands above it. */
  readonly newFromId?: string | undefined;
  /** Its place: what comes late may belong before it. */
  readonly newFromOrder?: number | undefined;
  readonly notices: readonly Notice[];
}

export type Overlay =
  | { readonly kind: 'picker'; readonly query: InputState; readonly index: number }
  | { readonly kind: 'help'; readonly top: number }
  | SearchOverlay
  /** What is sent and received; `id` is the one that keys act on, the newest unless there is one. */
  | { readonly kind: 'transfers'; readonly id?: string | undefined }
  /** The numbers of the call that one is in. */
  | { readonly kind: 'call' }
  /** Screens and windows, one of which is to be shown; undefined while they are looked for. */
  | { readonly kind: 'share'; readonly sources: readonly ShareSource[] | undefined; readonly index: number }
  /** Words to be looked at: of a verification, or a password. */
  | { readonly kind: 'words'; readonly page: WordsPage };

export interface SearchOverlay {
  readonly kind: 'search';
  readonly query: string;
  /** Undefined while they are looked for. */
  readonly hits: readonly Message[] | undefined;
  readonly index: number;
}

export interface WordsPage {
  readonly title: string;
  readonly before: string;
  readonly words: readonly string[];
  readonly after: readonly string[];
}

/** What is being typed belongs to a message. */
export type Composing =
  | { readonly kind: 'reply'; readonly id: string }
  | { readonly kind: 'edit'; readonly id: string; readonly original: string; readonly draft: InputState }
  | { readonly kind: 'react'; readonly id: string; readonly draft: InputState };

/** The message that keys and commands act on. */
export interface Selection {
  readonly id: string;
  /** Enter deletes it. */
  readonly deleting?: boolean;
}

/** Of a received image. */
export type Picture =
  | { readonly state: 'ready'; readonly pixels: Pixels }
  /** In its place stands why it is not shown. */
  | { readonly state: 'refused'; readonly words: string };

/** A voice note that is heard at the moment. */
export interface Playing {
  readonly id: string;
  readonly ms: number;
}

/** A voice note that is being recorded. */
export interface Recording {
  readonly conversation: ConversationKey;
  readonly seconds: number;
  readonly startedAt: number;
  readonly now: number;
  /** The newest last, 0 to 1. */
  readonly levels: readonly number[];
}

/** How loud somebody is. */
export interface HeardLevel {
  /** As a meter shows it: up at once, down slowly; 0 to 1. */
  readonly level: number;
  readonly spokeAt: number;
  readonly speaking: boolean;
}

/** The call that one is in, as it changes all the time. */
export interface CallLive {
  readonly id: string;
  readonly now: number;
  readonly levels: ReadonlyMap<PeerId, HeardLevel>;
  readonly readings: Readings;
}

/** The pictures of the call that one is in. */
export interface VideoScene {
  /** Whose there are, and their size: it decides on proportions alone. */
  readonly sizes: ReadonlyMap<PeerId, { readonly width: number; readonly height: number }>;
  readonly speaker?: Speaker;
}

/** Something that can be shown instead of the camera. */
export interface ShareSource {
  readonly id: string;
  /** Cleaned. */
  readonly name: string;
  readonly kind: string;
}

export interface Hint {
  readonly text: string;
  readonly kind: 'info' | 'error';
}

/** Tab pressed again goes on through the candidates. */
export interface Completion {
  readonly candidates: readonly string[];
  /** What the hint shows instead of them. */
  readonly labels?: readonly string[];
  readonly index: number;
  /** The part of the input that the candidate replaces. */
  readonly from: number;
  readonly until: number;
}

export interface UiState {
  readonly current: ConversationKey;
  readonly views: ReadonlyMap<ConversationKey, ConversationView>;
  /** Undefined = follows what is new. */
  readonly scroll?: ScrollAnchor;
  readonly input: InputState;
  readonly completion?: Completion;
  readonly overlay?: Overlay;
  readonly hint?: Hint;
  readonly pending: readonly PendingText[];
  readonly reading?: Reading | undefined;
  readonly selection?: Selection | undefined;
  readonly composing?: Composing | undefined;
  /** Messages that are quoted but not in view; undefined = there is none of that id. */
  readonly quotes: ReadonlyMap<string, Message | undefined>;
  readonly recording?: Recording | undefined;
  readonly playing?: Playing | undefined;
  /** Transfers have been under way for long enough to have a line of their own. */
  readonly transferBar?: boolean;
  /** Of received images, by the id of their message. */
  readonly pictures: ReadonlyMap<string, Picture>;
  readonly call?: CallLive | undefined;
  readonly video?: VideoScene | undefined;
  /** Nobody's pictures are wanted. */
  readonly picturesHidden?: boolean;
  /** No bell. */
  readonly silent?: boolean;
  /** How often somebody called for attention: the bell rings when it grows. */
  readonly calls: number;
}

/** Notices kept for a conversation, and conversations that are kept in mind: strangers can cause both. */
export const NOTICE_LIMIT = 200;
export const VIEW_LIMIT = 1000;
/** Quoted messages kept in mind. */
const QUOTE_LIMIT = 200;

const EMPTY_VIEW: ConversationView = { unread: 0, mentions: 0, notices: [] };

export const INITIAL_UI: UiState = {
  current: 'everyone',
  views: new Map(),
  input: EMPTY_INPUT,
  pending: [],
  quotes: new Map(),
  pictures: new Map(),
  calls: 0,
};

export function viewOf(ui: UiState, key: ConversationKey): ConversationView {
  return ui.views.get(key) ?? EMPTY_VIEW;
}

export function withView(ui: UiState, key: ConversationKey, change: Partial<ConversationView>): UiState {
  const views = new Map(ui.views);
  views.set(key, { ...viewOf(ui, key), ...change });
  for (const old of views.keys()) {
    if (views.size <= VIEW_LIMIT) break;
    if (old !== ui.current && old !== 'everyone') views.delete(old);
  }
  return { ...ui, views };
}

export function withNotice(ui: UiState, key: ConversationKey, notice: Notice): UiState {
  return withView(ui, key, { notices: [...viewOf(ui, key).notices, notice].slice(-NOTICE_LIMIT) });
}

/** A message from somebody else came into `key`; `calls` for attention: one is named in it, or it is private. */
export function withArrival(
  ui: UiState,
  key: ConversationKey,
  { id, order }: Pick<Message, 'id' | 'order'>,
  { mentioned, calls }: { readonly mentioned: boolean; readonly calls: boolean },
): UiState {
  if (key === ui.current && ui.scroll === undefined) return ui;
  const view = viewOf(ui, key);
  const first = view.unread === 0 || view.newFromOrder === undefined || order < view.newFromOrder;
  const counted = withView(ui, key, {
    unread: view.unread + 1,
    mentions: view.mentions + (mentioned ? 1 : 0),
    ...(first ? { newFromId: id, newFromOrder: order } : {}),
  });
  return calls ? { ...counted, calls: ui.calls + 1 } : counted;
}

/** Everything in the open conversation has been seen; the `new` line stays until it is left. */
function withAllSeen(ui: UiState): UiState {
  const view = viewOf(ui, ui.current);
  return view.unread === 0 && view.mentions === 0 ? ui : withView(ui, ui.current, { unread: 0, mentions: 0 });
}

export function withoutNewLine(ui: UiState, key: ConversationKey): UiState {
  const view = viewOf(ui, key);
  if (view.newFromId === undefined) return ui;
  const views = new Map(ui.views);
  views.set(key, { unread: view.unread, mentions: view.mentions, notices: view.notices });
  return { ...ui, views };
}

export function withScroll(ui: UiState, scroll: ScrollAnchor | undefined): UiState {
  const { scroll: _before, ...rest } = ui;
  if (scroll !== undefined) return { ...rest, scroll };
  return withAllSeen({ ...rest, reading: rest.reading === undefined ? undefined : released(rest.reading) });
}

export function withOverlay(ui: UiState, overlay: Overlay | undefined): UiState {
  const { overlay: _before, ...rest } = ui;
  return overlay === undefined ? rest : { ...rest, overlay };
}

export function withHint(ui: UiState, hint: Hint | undefined): UiState {
  const { hint: _before, ...rest } = ui;
  return hint === undefined ? rest : { ...rest, hint };
}

export function withInput(ui: UiState, input: InputState, completion?: Completion): UiState {
  const { completion: _before, ...rest } = ui;
  return completion === undefined ? { ...rest, input } : { ...rest, input, completion };
}

/** Another answer to what is being typed; the line itself stays. */
export function withComposing(ui: UiState, composing: Composing | undefined): UiState {
  return { ...ui, composing };
}

/** Back to what was being typed before a message was being edited or reacted to. */
export function withoutComposing(ui: UiState): UiState {
  const { composing } = ui;
  const plain = withComposing(ui, undefined);
  if (composing === undefined || composing.kind === 'reply') return plain;
  return withInput(plain, { ...composing.draft, history: ui.input.history });
}

export function withQuotes(ui: UiState, found: ReadonlyMap<string, Message | undefined>): UiState {
  const quotes = new Map([...ui.quotes, ...found]);
  for (const id of quotes.keys()) {
    if (quotes.size <= QUOTE_LIMIT) break;
    quotes.delete(id);
  }
  return { ...ui, quotes };
}

export function opened(ui: UiState, key: ConversationKey): UiState {
  const same = key === ui.current;
  const left = same ? ui : withoutNewLine(withoutComposing(ui), ui.current);
  const reading = same ? ui.reading : undefined;
  // So that somebody who was chosen stays in the list, even without a message.
  const entered = withView({ ...left, current: key, reading, selection: undefined }, key, {});
  return withOverlay(withScroll(entered, undefined), undefined);
}
