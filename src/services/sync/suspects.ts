// Logs of which somebody showed a piece that does not continue what is here: another branch, whose beginning is to be
// found. Until then one never has the same as others, even if all heads are equal.

import type { PeerId } from '../../state/values.ts';

/** Whoever forges more loses only the oldest of their own. */
const MAX_SUSPECTS = 1_024;

export class Suspects {
  readonly #self: PeerId;
  /** Conversation and log, with a space between them. */
  readonly #names = new Set<string>();

  constructor(self: PeerId) {
    this.#self = self;
  }

  add(conversation: string, key: string): void {
    this.#names.add(`${conversation} ${key}`);
    const oldest = this.#names.keys().next();
    if (this.#names.size > MAX_SUSPECTS && oldest.done !== true) this.#names.delete(oldest.value);
  }

  delete(conversation: string, key: string): void {
    this.#names.delete(`${conversation} ${key}`);
  }

  has(conversation: string, key: string): boolean {
    return this.#names.has(`${conversation} ${key}`);
  }

  /** What makes one's own fingerprint of a conversation unlike everybody else's. */
  lines(conversation: string): string[] {
    return [...this.#names].filter((name) => name.startsWith(conversation)).map((name) => `${this.#self} ${name}`);
  }
}
