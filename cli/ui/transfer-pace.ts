// How fast the screen follows transfers: progress is shown calmly, and what is over in a moment gets no line of its own.

import type { NodeState } from '../../src/index.ts';
import { underWay } from './transfer-bar.ts';
import type { UiState } from './ui-state.ts';

/** Progress is shown at most this often. */
export const PROGRESS_MS = 250;
/** Something must be under way for so long before the line appears, and nothing for so long before it goes. */
const APPEAR_MS = 400;
const VANISH_MS = 1500;

export interface PaceHost {
  readonly ui: UiState;
  readonly state: NodeState;
  update(change: (ui: UiState) => UiState): void;
  changed(): void;
  after(delayMs: number, callback: () => void): () => void;
}

export class TransferPace {
  readonly #host: PaceHost;
  #due: { readonly cancel: () => void; readonly shows: boolean } | undefined;

  constructor(host: PaceHost) {
    this.#host = host;
  }

  /** The transfers may be others now. */
  look(): void {
    const host = this.#host;
    const wanted = underWay(host.state).length > 0;
    if (this.#due !== undefined && this.#due.shows !== wanted) this.stop();
    if (this.#due !== undefined || (host.ui.transferBar === true) === wanted) return;
    const cancel = host.after(wanted ? APPEAR_MS : VANISH_MS, () => {
      this.#due = undefined;
      host.update((ui) => ({ ...ui, transferBar: wanted }));
      host.changed();
    });
    this.#due = { cancel, shows: wanted };
  }

  stop(): void {
    this.#due?.cancel();
    this.#due = undefined;
  }
}

/** Whether only the progress of transfers is different. */
export function isOnlyProgress(before: NodeState, after: NodeState): boolean {
  if (before.transfers === after.transfers) return false;
  return Object.keys(after).every((key) => {
    const field = key as keyof NodeState;
    return field === 'transfers' || before[field] === after[field];
  });
}
