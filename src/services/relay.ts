// What came by others while its author isn't linked with everybody: those who can't hear the author are offered it.

import type { Clock, Timer } from '../base/clock.ts';
import type { PeerLink, PeerLinks } from '../contracts/links.ts';
import type { PeerId } from '../state/values.ts';
import type { Conversation } from './conversations.ts';

const DELAY_MS = 200;
/** Authors that are looked at in one go; the others' entries are found by the next regular offer. */
const MAX_WAITING = 256;

export interface RelayParts {
  readonly clock: Clock;
  readonly links: PeerLinks;
  readonly reachable: (conversation: Conversation) => readonly PeerId[];
  readonly hears: (link: PeerLink, author: PeerId) => boolean;
  readonly offer: (link: PeerLink) => void;
}

export class Relay {
  readonly #parts: RelayParts;
  readonly #waiting = new Map<string, { conversation: Conversation; author: PeerId }>();
  #timer: Timer | undefined;

  constructor(parts: RelayParts) {
    this.#parts = parts;
  }

  note(conversation: Conversation, author: PeerId): void {
    if (this.#waiting.size >= MAX_WAITING) return;
    this.#waiting.set(`${conversation.hexId}/${author}`, { conversation, author });
    this.#timer ??= this.#parts.clock.after(DELAY_MS, () => this.#offer());
  }

  stop(): void {
    this.#timer?.cancel();
    this.#waiting.clear();
  }

  #offer(): void {
    this.#timer = undefined;
    const deaf = new Set<PeerLink>();
    for (const { conversation, author } of this.#waiting.values()) {
      for (const peerId of this.#parts.reachable(conversation)) {
        const link = this.#parts.links.links.get(peerId);
        if (link !== undefined && peerId !== author && !this.#parts.hears(link, author)) deaf.add(link);
      }
    }
    this.#waiting.clear();
    for (const link of deaf) this.#parts.offer(link);
  }
}
