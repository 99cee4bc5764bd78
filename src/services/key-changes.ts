// Sees to the loud warning when a new key uses a known name: as soon as it shows up, writes, or the known one leaves.
//
// Just after a start nobody is here yet, and people come in any order: two honest bobs would look like a changed key each
// morning. So the first few seconds are waited for.

import type { Clock, Timer } from '../base/clock.ts';
import type { NodeEvent } from '../state/events.ts';
import type { NodeState, PeerId } from '../state/values.ts';
import type { Warnings } from './warnings.ts';

/** Everybody who is on the LAN is linked long before. */
export const SETTLE_MS = 3_000;

export interface KeyChangesParts {
  readonly clock: Clock;
  readonly warnings: Warnings;
  readonly state: () => NodeState;
}

export class KeyChanges {
  readonly #parts: KeyChangesParts;
  /** Who is to be judged when all had time to come; undefined from then on. At most all people of the state. */
  #waiting: Set<PeerId> | undefined = new Set();
  #timer: Timer | undefined;

  constructor(parts: KeyChangesParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer = this.#parts.clock.after(SETTLE_MS, () => {
      const waiting = this.#waiting ?? [];
      this.#waiting = undefined;
      for (const peerId of waiting) this.#parts.warnings.judgeKey(this.#parts.state(), peerId);
    });
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** Every event, after the state has taken it in. */
  hear(event: NodeEvent, state: NodeState): void {
    switch (event.type) {
      case 'person-seen':
        this.#judge(state, event.peerId);
        return;
      case 'person-gone':
      case 'trust-changed':
        for (const { peerId, online } of state.people.values()) if (online) this.#judge(state, peerId);
        return;
      case 'message-added':
        this.#judge(state, event.message.author);
        return;
      case 'messages-added':
        for (const author of new Set(event.messages.map(({ author }) => author))) this.#judge(state, author);
        return;
    }
  }

  #judge(state: NodeState, peerId: PeerId): void {
    if (state.people.get(peerId)?.trust !== 'changed') return;
    if (this.#waiting === undefined) this.#parts.warnings.judgeKey(state, peerId);
    else this.#waiting.add(peerId);
  }
}
