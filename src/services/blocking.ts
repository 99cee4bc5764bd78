// People of whom one wants to see nothing: not shown, not linked, not asked; what they say in rooms is kept by its headers.

import type { History } from '../contracts/history.ts';
import type { PeerLinks } from '../contracts/links.ts';
import type { PeerId } from '../state/values.ts';
import type { Archive } from './archive.ts';
import type { People } from './people.ts';
import type { Sync } from './sync/sync.ts';

export interface BlockingParts {
  readonly history: Pick<History, 'setBlocked'>;
  readonly links: PeerLinks;
  readonly people: People;
  readonly archive: Archive;
  readonly sync: Sync;
}

export class Blocking {
  readonly #parts: BlockingParts;

  constructor(parts: BlockingParts) {
    this.#parts = parts;
  }

  async block(peerId: PeerId): Promise<void> {
    await this.#parts.people.block(peerId);
    this.#parts.links.links.get(peerId)?.close('blocked');
    await this.#parts.history.setBlocked(peerId, true);
  }

  /** What they said meanwhile is fetched from whoever has it. */
  async unblock(peerId: PeerId): Promise<void> {
    await this.#parts.people.unblock(peerId);
    await this.#parts.history.setBlocked(peerId, false);
    await this.#parts.archive.loadRecent();
    this.#parts.sync.nudge();
  }
}
