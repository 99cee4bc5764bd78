// Voice notes: recording one, with its level on the screen, and playing what was received.

import { messageOf, type ConversationKey, type MmchatNode, type NodeState } from '../../src/index.ts';
import { placeOf } from './conversations.ts';
import type { Notice, UiState } from './ui-state.ts';

/** Levels that the screen shows. */
const LEVELS = 24;
/** The screen follows recording and playing this often. */
const STEP_MS = 250;
const LEVEL_STEP_MS = 100;

export interface VoiceHost {
  readonly ui: UiState;
  readonly state: NodeState;
  update(change: (ui: UiState) => UiState): void;
  changed(): void;
  notice(kind: Notice['kind'], text: string, key?: ConversationKey): void;
  node(): Promise<MmchatNode>;
  now(): number;
  after(delayMs: number, callback: () => void): () => void;
}

interface Recorder {
  readonly finish: AbortController;
  readonly discard: AbortController;
}

export class VoiceActions {
  readonly #host: VoiceHost;
  #recorder: Recorder | undefined;
  #player: { readonly id: string; readonly stop: AbortController } | undefined;

  constructor(host: VoiceHost) {
    this.#host = host;
  }

  /** Records for so many seconds, or until a key, and sends it. @throws MmchatError as voice.send */
  async record(node: MmchatNode, conversation: ConversationKey, seconds: number): Promise<void> {
    const host = this.#host;
    if (this.#recorder !== undefined) return;
    const recorder: Recorder = { finish: new AbortController(), discard: new AbortController() };
    this.#recorder = recorder;
    const startedAt = host.now();
    const recording = { conversation, seconds, startedAt, now: startedAt, levels: [] };
    host.update((ui) => ({ ...ui, recording }));
    const stopClock = this.#tick();
    let shownAt = Number.NEGATIVE_INFINITY;
    let loudest = 0;
    const { with: to, room } = placeOf(node.state, conversation);
    try {
      await node.voice.send(
        seconds,
        { ...(to === undefined ? {} : { to }), ...(room === undefined ? {} : { room }) },
        {
          signal: recorder.finish.signal,
          discard: recorder.discard.signal,
          onLevel: (level) => {
            loudest = Math.max(loudest, level);
            if (host.now() - shownAt < LEVEL_STEP_MS) return;
            shownAt = host.now();
            this.#level(loudest);
            loudest = 0;
          },
        },
      );
    } catch (error) {
      if (!recorder.discard.signal.aborted) throw error;
      host.notice('info', 'The voice note is thrown away: nothing was sent.', conversation);
    } finally {
      stopClock();
      this.#recorder = undefined;
      host.update((ui) => ({ ...ui, recording: undefined }));
      host.changed();
    }
  }

  /** A key while recording: false when nothing is being recorded. */
  actOnKey(name: string): boolean {
    const recorder = this.#recorder;
    if (recorder === undefined) return false;
    (name === 'escape' || name === 'ctrl-c' ? recorder.discard : recorder.finish).abort();
    return true;
  }

  /** Plays it, or stops when it is being played. */
  toggle(id: string): void {
    const playing = this.#player;
    playing?.stop.abort();
    if (playing?.id === id) return;
    const stop = new AbortController();
    const player = { id, stop };
    this.#player = player;
    const host = this.#host;
    let shownMs = Number.NEGATIVE_INFINITY;
    host
      .node()
      .then((node) =>
        node.voice.play(id, {
          signal: stop.signal,
          onPosition: (ms) => {
            if (this.#player !== player || Math.abs(ms - shownMs) < STEP_MS) return;
            shownMs = ms;
            host.update((ui) => ({ ...ui, playing: { id, ms } }));
            host.changed();
          },
        }),
      )
      .catch((error: unknown) => {
        if (!stop.signal.aborted) host.notice('error', messageOf(error));
      })
      .finally(() => {
        if (this.#player !== player) return;
        this.#player = undefined;
        host.update((ui) => ({ ...ui, playing: undefined }));
        host.changed();
      });
  }

  get playing(): string | undefined {
    return this.#player?.id;
  }

  stop(): void {
    this.#recorder?.discard.abort();
    this.#player?.stop.abort();
  }

  #level(level: number): void {
    const { recording } = this.#host.ui;
    if (recording === undefined) return;
    const levels = [...recording.levels, level].slice(-LEVELS);
    this.#host.update((ui) => ({ ...ui, recording: { ...recording, levels, now: this.#host.now() } }));
    this.#host.changed();
  }

  /** The clock goes on also while nothing is heard. */
  #tick(): () => void {
    let stop = (): void => undefined;
    const again = (): void => {
      stop = this.#host.after(STEP_MS, () => {
        const { recording } = this.#host.ui;
        if (recording === undefined) return;
        this.#host.update((ui) => ({ ...ui, recording: { ...recording, now: this.#host.now() } }));
        this.#host.changed();
        again();
      });
    };
    again();
    return () => stop();
  }
}
