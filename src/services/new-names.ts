// People whom one never met, but whose words came by others: they are called what they called themselves when they wrote.

import type { NodeEvent } from '../state/events.ts';
import type { NodeState } from '../state/values.ts';
import type { CheckedEntry } from './entry-check.ts';

export interface NewNamesParts {
  readonly state: () => NodeState;
  readonly emit: (event: NodeEvent) => void;
}

export class NewNames {
  readonly #parts: NewNamesParts;

  constructor(parts: NewNamesParts) {
    this.#parts = parts;
  }

  note({ author, own, content }: CheckedEntry): void {
    const claimedName = content?.authorName;
    if (own || claimedName === undefined || this.#parts.state().people.has(author)) return;
    this.#parts.emit({ type: 'person-remembered', peerId: author, claimedName, rooms: [] });
  }
}
