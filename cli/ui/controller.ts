// Between keys, the node and the screen: holds what is shown, calls the node's verbs, tells when a new frame is due.

import { messageOf, type ConversationKey, type Message, type MmchatNode, type NodeState } from '../../src/index.ts';
import { CallActions } from './call-actions.ts';
import { CallWatch } from './call-watch.ts';
import type { ControllerParts } from './controller-parts.ts';
import { commandContextOf } from './commands/context.ts';
import { holdsSecret, parseTyped, runCommand } from './commands/table.ts';
import { applyCompletion } from './completion.ts';
import { NO_STATE, openConversations } from './conversations.ts';
import { HistoryReader } from './history-reader.ts';
import { reduceInput, type InputState } from './input-line.ts';
import { nobodyText } from './intro.ts';
import { actOnKeys, type KeyTarget } from './key-actions.ts';
import type { InputEvent } from './keys.ts';
import { ScreenLayout, type ScreenSize, type Snapshot } from './layout.ts';
import { Leaving } from './leaving.ts';
import { MessageActions } from './message-actions.ts';
import { uiAfterEvent } from './node-events.ts';
import { noticeIn } from './notices.ts';
import { Pictures } from './pictures.ts';
import { TextSender } from './text-sender.ts';
import { TransferActions } from './transfer-actions.ts';
import { isOnlyProgress, PROGRESS_MS, TransferPace } from './transfer-pace.ts';
import {
  INITIAL_UI,
  opened,
  withHint,
  withInput,
  withoutComposing,
  withOverlay,
  withScroll,
  type Completion,
  type Hint,
  type Notice,
  type ScrollAnchor,
  type UiState,
} from './ui-state.ts';
import { VideoWatch } from './video/video-watch.ts';
import { VoiceActions } from './voice-actions.ts';

/** Changes of the node are shown at most this often; keys are shown at once. */
const FRAME_MS = 33;
const NOBODY_AFTER_MS = 5000;
const SLOW_MS = 200;
/** Many calls at once are one bell. */
const BELL_PAUSE_MS = 1000;

export class ChatController implements KeyTarget {
  readonly layout = new ScreenLayout();
  readonly #parts: ControllerParts;
  readonly #listeners = new Set<() => void>();
  readonly #running = Promise.withResolvers<MmchatNode>();
  readonly #offs: (() => void)[] = [];
  readonly actions: MessageActions;
  readonly transfers: TransferActions;
  readonly voices: VoiceActions;
  readonly calls: CallActions;
  readonly video: VideoWatch;
  readonly #callWatch: CallWatch;
  readonly #pace: TransferPace;
  readonly #pictures: Pictures;
  readonly #reader: HistoryReader;
  readonly #leaving: Leaving;
  readonly #sender: TextSender;
  #node: MmchatNode | undefined;
  #isRunning = false;
  #rangAt = Number.NEGATIVE_INFINITY;
  #ui: UiState = INITIAL_UI;
  #size: ScreenSize;
  #snapshot: Snapshot;
  #frameDue: { readonly cancel: () => void; readonly pauseMs: number } | undefined;
  #publishedAt = 0;
  #lastId = 0;
  #stopped = false;
  readonly #maker = { id: (): string => `own:${++this.#lastId}`, now: (): number => this.#parts.now() };

  constructor(parts: ControllerParts) {
    this.#parts = parts;
    this.#size = parts.size;
    this.#pictures = new Pictures(this, parts.readPicture);
    this.#snapshot = this.#freshSnapshot();
    // Whoever waits for the node hears of a failure; without anybody waiting it must not count as unhandled.
    this.#running.promise.catch(() => undefined);
    this.actions = new MessageActions(this);
    this.transfers = new TransferActions(this);
    this.voices = new VoiceActions(this);
    this.calls = new CallActions(this);
    this.#callWatch = new CallWatch(this);
    this.video = new VideoWatch(this);
    this.#pace = new TransferPace(this);
    this.#sender = new TextSender(this);
    this.#reader = new HistoryReader(this);
    this.#leaving = new Leaving(this);
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
    let seen = node.state;
    this.#offs.push(
      node.subscribe(() => {
        const known = seen;
        seen = node.state;
        this.#frameWithin(isOnlyProgress(known, seen) ? PROGRESS_MS : FRAME_MS);
      }),
      node.on((event, state, before) => {
        if (event.type === 'transfer-progress') return;
        if (state.transfers !== before.transfers) this.#pace.look();
        const { calls } = this.#ui;
        this.#ui = uiAfterEvent(this.#ui, event, state, before, this.#maker);
        if (this.#ui.calls > calls) this.ring();
        if (state.calls !== before.calls) this.lookAtCalls();
        this.changed();
      }),
    );
    for (const { text } of node.state.warnings) this.notice('warning', text);
    this.changed();
  }

  /** The node runs: what was typed before goes out now. */
  started(node: MmchatNode): void {
    if (this.#stopped) return;
    this.#isRunning = true;
    this.#running.resolve(node);
    this.lookAtCalls();
    this.#offs.push(
      this.#parts.after(NOBODY_AFTER_MS, () => {
        const anybody = [...this.state.people.values()].some(({ online }) => online);
        if (!anybody) this.notice('warning', nobodyText(this.state, this.#parts.discovery), 'everyone');
      }),
    );
    this.changed();
  }

  /** No more frames and timers. */
  stop(): void {
    this.#stopped = true;
    for (const off of this.#offs.splice(0)) off();
    this.#frameDue?.cancel();
    this.#frameDue = undefined;
    this.#disarm();
    this.#pace.stop();
    this.voices.stop();
    this.#callWatch.stop();
    this.video.stop();
    this.#pictures.stop();
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
    if (pages < 0) this.#reader.retry();
    const anchor = this.layout.scrolled(this.#freshSnapshot(), pages);
    this.update((ui) => withScroll(ui, anchor));
  }

  open(key: ConversationKey): void {
    this.update((ui) => opened(ui, key));
    this.changed();
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

  quit(): void {
    this.#parts.quit();
  }

  /** Calls for attention, unless one wants silence. */
  ring(): void {
    if (this.#ui.silent === true) return;
    const now = this.#parts.now();
    if (now - this.#rangAt < BELL_PAUSE_MS) return;
    this.#rangAt = now;
    this.#parts.bell();
  }

  /** A line of the program's in a conversation (the open one). */
  notice(kind: Notice['kind'], text: string, key: ConversationKey = this.#ui.current): void {
    this.update((ui) => noticeIn(ui, key, kind, text, this.state, this.#maker));
    this.changed();
  }

  /** Ctrl-c on an empty line: says how to leave, then leaves. */
  leaveOrAsk(): void {
    this.#leaving.ask();
  }

  /** Enter: runs or sends what is typed. */
  submit(): void {
    if (this.actions.submit()) return;
    const { text } = this.#ui.input;
    const { composing } = this.#ui;
    const typed = parseTyped(text);
    // Before a command runs: it may open a page of its own.
    if (typed.kind !== 'nothing') this.update((ui) => withOverlay(ui, undefined));
    this.update((ui) => withInput(ui, reduceInput(ui.input, { type: holdsSecret(text) ? 'forget' : 'take' })));
    const key = this.#ui.current;
    switch (typed.kind) {
      case 'nothing':
        return;
      case 'text':
        this.update((ui) => ({ ...withoutComposing(ui), selection: undefined }));
        this.send(key, typed.text, composing?.id);
        return;
      case 'command':
        this.#run(typed.written, typed.rest);
        this.update((ui) => (ui.composing === undefined ? { ...ui, selection: undefined } : ui));
    }
  }

  /** A command; one that takes long says so. */
  #run(written: string, rest: string): void {
    const waiting: Hint = { kind: 'info', text: `/${written} takes a moment …` };
    const cancel = this.#parts.after(SLOW_MS, () => {
      this.update((ui) => withHint(ui, waiting));
      this.changed();
    });
    runCommand(commandContextOf(this), written, rest)
      .catch((error: unknown) => this.notice('error', messageOf(error)))
      .finally(() => {
        cancel();
        this.update((ui) => (ui.hint === waiting ? withHint(ui, undefined) : ui));
        this.changed();
      });
  }

  send(key: ConversationKey, text: string, replyTo?: string): void {
    this.#sender.send(key, text, replyTo);
  }

  work(what: (node: MmchatNode) => Promise<void>): void {
    this.#running.promise.then(what).catch((error: unknown) => this.notice('error', messageOf(error)));
  }

  node(): Promise<MmchatNode> {
    return this.#running.promise;
  }

  get running(): MmchatNode | undefined {
    return this.#isRunning ? this.#node : undefined;
  }

  now(): number {
    return this.#parts.now();
  }

  after(delayMs: number, callback: () => void): () => void {
    return this.#parts.after(delayMs, callback);
  }

  viewOn(id: string): ScrollAnchor | undefined {
    return this.layout.revealing(this.#freshSnapshot(), id);
  }

  viewAround(id: string): ScrollAnchor | undefined {
    return this.layout.centredOn(this.#freshSnapshot(), id);
  }

  nearEnds(): { first: boolean; last: boolean } {
    return this.layout.nearEnds(this.#freshSnapshot());
  }

  jumpTo(message: Message): void {
    this.#reader.jumpTo(message);
    this.changed();
  }

  complete(input: InputState, offered: Promise<Completion | undefined>): void {
    offered
      .then((completion) => {
        // Something else was typed meanwhile, or there is none.
        if (this.#ui.input !== input || completion === undefined) return;
        const offers = completion.candidates.length > 1 ? completion : undefined;
        this.update((ui) => withInput(ui, applyCompletion(input, completion), offers));
        this.changed();
      })
      .catch((error: unknown) => this.notice('error', messageOf(error)));
  }

  #disarm(): void {
    this.#leaving.disarm();
    if (this.#ui.hint !== undefined) this.update((ui) => withHint(ui, undefined));
  }

  /** Something is different: a frame is due soon, many changes share one. */
  changed(): void {
    this.#frameWithin(FRAME_MS);
  }

  /** A frame that is due sooner anyway shows this as well. */
  #frameWithin(pauseMs: number): void {
    if (this.#stopped || (this.#frameDue !== undefined && this.#frameDue.pauseMs <= pauseMs)) return;
    this.#frameDue?.cancel();
    const wait = Math.max(0, pauseMs - (this.#parts.now() - this.#publishedAt));
    const cancel = this.#parts.after(Math.min(wait, pauseMs), () => this.publish());
    this.#frameDue = { cancel, pauseMs };
  }

  /** Whether one is in a call, or wants to see pictures of it, may be different now. */
  lookAtCalls(): void {
    this.#callWatch.look();
    this.video.look();
  }

  get listShareSources(): ControllerParts['listShareSources'] {
    return this.#parts.listShareSources;
  }

  drawPictures(): void {
    this.#parts.drawPictures();
  }

  get pictureSizeOf(): ControllerParts['pictureSizeOf'] {
    return this.#parts.pictureSizeOf;
  }

  /** The meters of the call have moved: nothing else is laid out or compared. */
  drawCallLine(): void {
    this.video.lookForSpeaker();
    this.layout.drawCall(this.#snapshot, { ...this.#snapshot, state: this.state, ui: this.#ui }, this.#parts.drawRow);
  }

  publish(): void {
    this.#frameDue?.cancel();
    this.#frameDue = undefined;
    this.#publishedAt = this.#parts.now();
    this.#snapshot = this.#freshSnapshot();
    // Laid out here, so that it is known at once what is missing in it.
    this.layout.screenOf(this.#snapshot);
    for (const listener of this.#listeners) listener();
    this.#reader.look(this.layout.wanted);
    this.#pictures.look(this.layout.wantedPictures);
  }

  #freshSnapshot(): Snapshot {
    const { fallbackName } = this.#parts;
    return { state: this.state, ui: this.#ui, size: this.#size, fallbackName, pictures: this.#pictures.canShow };
  }
}
