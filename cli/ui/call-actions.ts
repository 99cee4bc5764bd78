// What can be done with calls: keys and commands come here.

import {
  MmchatError,
  type Call,
  type CallMode,
  type ConversationKey,
  type MmchatNode,
  type NodeState,
} from '../../src/index.ts';
import { currentCall, keyOfCall, ringingCalls, sendsVideo } from './call-state.ts';
import { placeOf } from './conversations.ts';
import { withHint, withOverlay, type ShareSource, type UiState } from './ui-state.ts';

export interface CallHost {
  readonly ui: UiState;
  readonly state: NodeState;
  update(change: (ui: UiState) => UiState): void;
  changed(): void;
  open(key: ConversationKey): void;
  /** Undefined: nothing can be listed here. */
  readonly listShareSources: (() => Promise<readonly ShareSource[]>) | undefined;
  /** Pictures may be wanted now, or no more. */
  lookAtCalls(): void;
  work(what: (node: MmchatNode) => Promise<void>): void;
}

export class CallActions {
  readonly #host: CallHost;

  constructor(host: CallHost) {
    this.#host = host;
  }

  /** The one that rings longest. */
  get ringing(): Call | undefined {
    return ringingCalls(this.#host.state)[0];
  }

  get current(): Call | undefined {
    return currentCall(this.#host.state);
  }

  /** Calls whoever is in a conversation. @throws MmchatError as calls.start */
  async start(node: MmchatNode, key: ConversationKey, mode: CallMode = 'audio'): Promise<void> {
    const { with: to, room } = placeOf(node.state, key);
    if (to === undefined && room === undefined)
      throw new MmchatError('bad-option', 'Nobody can call everyone: /call NAME, or /call in a room.');
    await node.calls.start(mode, { ...(to === undefined ? {} : { to }), ...(room === undefined ? {} : { room }) });
  }

  /** Takes a call, and shows its conversation. @throws MmchatError as calls.accept */
  async accept(node: MmchatNode, call: Call): Promise<void> {
    this.#host.open(keyOfCall(this.#host.state, call));
    await node.calls.accept(call.id);
  }

  /** ctrl-y */
  answerByKey(): void {
    const { ringing } = this;
    if (ringing === undefined) this.#hint('nobody calls you at the moment');
    else this.#host.work((node) => this.accept(node, ringing));
  }

  /** ctrl-x */
  endByKey(): void {
    const { ringing, current } = this;
    if (current !== undefined) this.#host.work((node) => node.calls.end(current.id));
    else if (ringing !== undefined) this.#host.work((node) => node.calls.reject(ringing.id));
    else this.#hint('you are in no call');
  }

  /** ctrl-o */
  muteByKey(): void {
    const { current } = this;
    if (current === undefined) this.#hint('you are in no call');
    else this.#host.work((node) => node.calls.mute(current.id, { audio: !current.audioMuted }));
  }

  /** ctrl-v */
  videoByKey(): void {
    const { current } = this;
    if (current === undefined) this.#hint('you are in no call');
    else this.#host.work((node) => node.calls.mute(current.id, { video: sendsVideo(current) }));
  }

  /** ctrl-r */
  shareByKey(): void {
    const { current } = this;
    if (current === undefined) this.#hint('you are in no call');
    else if (current.sharing !== undefined) this.#host.work((node) => node.calls.share(current.id, null));
    else this.openSharePage();
  }

  /** Lists screens and windows, to choose one of them. */
  openSharePage(): void {
    const host = this.#host;
    const list = host.listShareSources;
    if (list === undefined) {
      this.#hint('screens can not be listed here: /share SOURCE');
      return;
    }
    host.update((ui) => withOverlay(ui, { kind: 'share', sources: undefined, index: 0 }));
    host.changed();
    host.work(async () => {
      const sources = await list().catch((error: unknown) => {
        // The page would hide what is said about it, and wait for ever.
        host.update((ui) => (ui.overlay?.kind === 'share' ? withOverlay(ui, undefined) : ui));
        throw error;
      });
      host.update((ui) => (ui.overlay?.kind === 'share' ? withOverlay(ui, { ...ui.overlay, sources }) : ui));
      host.changed();
    });
  }

  shareSource(source: string): void {
    const { current } = this;
    if (current === undefined) this.#hint('you are in no call');
    else this.#host.work((node) => node.calls.share(current.id, source));
  }

  showPictures(on: boolean): void {
    this.#host.update((ui) => ({ ...ui, picturesHidden: !on }));
    this.#host.lookAtCalls();
    this.#hint(on ? 'pictures are shown' : 'pictures are hidden: F2 shows them again');
    this.#host.changed();
  }

  #hint(text: string): void {
    this.#host.update((ui) => withHint(ui, { kind: 'info', text }));
  }
}
