// What goes on with calls while nothing else happens: meters and the clock of the call bar, and ringing.

import { MmchatError, type Call, type MmchatNode, type NodeState, type PeerId } from '../../src/index.ts';
import { withReading } from './call-quality.ts';
import { currentCall, ringingCalls } from './call-state.ts';
import type { HeardLevel, UiState } from './ui-state.ts';

/** Meters move this often. Only the line of the call is drawn for it. */
const METER_MS = 80;
const STATS_MS = 1000;
/** While somebody calls the bell rings this often. */
const RING_MS = 4000;
/** A meter falls no faster than this: letters of eight heights would only flicker. */
const FALL = 0.12;
/** As loud as speech is, not a room with nobody speaking. */
const SPEAKING_LEVEL = 0.45;
const SPEAKING_HOLD_MS = 400;

export interface CallWatchHost {
  readonly ui: UiState;
  readonly state: NodeState;
  readonly running: MmchatNode | undefined;
  update(change: (ui: UiState) => UiState): void;
  changed(): void;
  /** Draws nothing but the line of the call. */
  drawCallLine(): void;
  ring(): void;
  now(): number;
  after(delayMs: number, callback: () => void): () => void;
}

export class CallWatch {
  readonly #host: CallWatchHost;
  #meter: (() => void) | undefined;
  #bell: (() => void) | undefined;
  #readAt = 0;

  constructor(host: CallWatchHost) {
    this.#host = host;
  }

  /** The calls may be others now. */
  look(): void {
    const { state } = this.#host;
    const call = currentCall(state);
    if (call === undefined) this.#stopMeter();
    else if (this.#meter === undefined) this.#step();
    if (ringingCalls(state).length === 0) this.#stopBell();
    else if (this.#bell === undefined) this.#ring();
  }

  stop(): void {
    this.#meter?.();
    this.#meter = undefined;
    this.#stopBell();
  }

  #ring(): void {
    this.#host.ring();
    this.#bell = this.#host.after(RING_MS, () => this.#ring());
  }

  #stopBell(): void {
    this.#bell?.();
    this.#bell = undefined;
  }

  #stopMeter(): void {
    this.#meter?.();
    this.#meter = undefined;
    const { call, overlay } = this.#host.ui;
    if (call === undefined) return;
    this.#host.update((ui) => ({ ...ui, call: undefined }));
    if (overlay?.kind === 'call') this.#host.changed();
  }

  #step(): void {
    const host = this.#host;
    const call = currentCall(host.state);
    this.#meter = undefined;
    if (call === undefined) return;
    const now = host.now();
    const known = host.ui.call?.id === call.id ? host.ui.call : undefined;
    const isReading = known === undefined || now - this.#readAt >= STATS_MS;
    if (isReading) this.#readAt = now;
    const stats = isReading ? this.#ask((node) => node.calls.stats(call.id)) : undefined;
    const readings = known?.readings ?? [];
    const live = {
      id: call.id,
      now,
      levels: this.#levels(call, known?.levels, now),
      readings: stats === undefined ? readings : withReading(readings, stats),
    };
    host.update((ui) => ({ ...ui, call: live }));
    // A page of numbers stands in the conversation's place: then all is drawn, once a second.
    if (isReading && host.ui.overlay?.kind === 'call') host.changed();
    else host.drawCallLine();
    this.#meter = host.after(METER_MS, () => this.#step());
  }

  #levels(call: Call, before: ReadonlyMap<PeerId, HeardLevel> | undefined, now: number): Map<PeerId, HeardLevel> {
    const measured = this.#ask((node) => node.calls.levels(call.id)) ?? new Map<PeerId, number>();
    const levels = new Map<PeerId, HeardLevel>();
    for (const [peerId, level] of measured) {
      const earlier = before?.get(peerId);
      const spokeAt = level >= SPEAKING_LEVEL ? now : (earlier?.spokeAt ?? Number.NEGATIVE_INFINITY);
      const speaking = now - spokeAt < SPEAKING_HOLD_MS;
      levels.set(peerId, { level: Math.max(level, (earlier?.level ?? 0) - FALL), spokeAt, speaking });
    }
    return levels;
  }

  /** A call may be over before the screen has heard of it. */
  #ask<Answer>(question: (node: MmchatNode) => Answer): Answer | undefined {
    const { running } = this.#host;
    if (running === undefined) return undefined;
    try {
      return question(running);
    } catch (error) {
      if (error instanceof MmchatError) return undefined;
      throw error;
    }
  }
}
