// Bodies that are missing here, of entries whose headers are: asked for by id, of each peer once, of one peer at a time.

import { messageOf } from '../../base/errors.ts';
import { MAX_SYNC_ENTRIES } from '../../wire/limits.ts';
import type { SyncContext } from './sync-parts.ts';
import { MAX_ASKED_BODIES, type PeerWork } from './work.ts';

/** How many of the newest missing ones are looked at. */
const LOOKED_AT = 4 * MAX_SYNC_ENTRIES;

export class MissingBodies {
  readonly #context: SyncContext;
  readonly #asked = new Set<string>();

  constructor(context: SyncContext) {
    this.#context = context;
  }

  /** What to ask this peer for next. */
  async find(work: PeerWork): Promise<{ conversation: string; ids: string[] } | undefined> {
    if (work.askingBodies) return undefined;
    work.askingBodies = true;
    try {
      for (const conversation of [...work.bodiesDue]) {
        const missing =
          work.peer.shares(conversation) === undefined || work.askedBodies.size >= MAX_ASKED_BODIES
            ? []
            : await this.#context.journal.history.missingBodies(conversation, LOOKED_AT);
        const open = missing.filter((id) => !work.askedBodies.has(id));
        const ids = open.filter((id) => !this.#asked.has(id));
        if (ids.length > 0) return { conversation, ids: this.#note(work, ids.slice(0, MAX_SYNC_ENTRIES)) };
        // Others may not bring what they were asked for.
        if (open.length === 0) work.bodiesDue.delete(conversation);
      }
    } catch (error) {
      this.#context.log.warn('missing texts could not be looked up', { error: messageOf(error) });
      work.bodiesDue.clear();
    } finally {
      work.askingBodies = false;
    }
    return undefined;
  }

  /** They have come, or not: others may be asked. */
  ended(ids: Iterable<string>): void {
    for (const id of ids) this.#asked.delete(id);
  }

  #note(work: PeerWork, ids: string[]): string[] {
    for (const id of ids) {
      work.askedBodies.add(id);
      this.#asked.add(id);
    }
    return ids;
  }
}
