// No link with anybody blocked. They are not told: to them one has left.

import type { PeerLink, PeerLinks } from '../contracts/links.ts';
import type { PeerId } from '../state/values.ts';
import { sendMessage, type MessageRouter } from './message-router.ts';

/** What of the people is needed here. */
export interface BlockedPeople {
  isBlocked(peerId: PeerId): boolean;
  block(peerId: PeerId): Promise<void>;
  unblock(peerId: PeerId): Promise<void>;
}

export interface BlockingParts {
  readonly people: BlockedPeople;
  readonly links: PeerLinks;
  readonly router: MessageRouter;
  /** They may be dialled again. */
  readonly unblocked: (peerId: PeerId) => void;
}

export class Blocking {
  readonly #parts: BlockingParts;
  /** Links that nobody else is told of. */
  readonly #refused = new WeakSet<PeerLink>();

  constructor(parts: BlockingParts) {
    this.#parts = parts;
  }

  /** To be asked of each new link before anybody else hears of it. False: it ends now. */
  admits(link: PeerLink): boolean {
    if (!this.#parts.people.isBlocked(link.peerId)) return true;
    this.#refused.add(link);
    this.#end(link);
    return false;
  }

  /** Whether nobody else was told of this link, so that nobody needs to hear of its end. */
  wasRefused(link: PeerLink): boolean {
    return this.#refused.has(link);
  }

  /** Durable when it resolves; the link goes down at once. @throws MmchatError `unknown-peer`, `data-dir` */
  async block(peerId: PeerId): Promise<void> {
    const blocked = this.#parts.people.block(peerId);
    const link = this.#parts.links.links.get(peerId);
    if (link !== undefined && this.#parts.people.isBlocked(peerId)) this.#end(link);
    await blocked;
  }

  /** @throws MmchatError `data-dir` */
  async unblock(peerId: PeerId): Promise<void> {
    const unblocked = this.#parts.people.unblock(peerId);
    this.#parts.unblocked(peerId);
    await unblocked;
  }

  #end(link: PeerLink): void {
    this.#parts.router.ignore(link);
    // Whoever is left by somebody doesn't call them back at once, and doesn't know why.
    sendMessage(link, { type: 'goodbye' });
    link.close('blocked');
  }
}
