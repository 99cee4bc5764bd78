// What one is told who is about to leave, and that it takes two presses.

import type { NodeState } from '../../src/index.ts';
import { currentCall } from './call-state.ts';
import { underWay } from './transfer-bar.ts';
import { withHint, type UiState } from './ui-state.ts';

const LEAVE_WITHIN_MS = 3000;

export interface LeavingHost {
  readonly state: NodeState;
  update(change: (ui: UiState) => UiState): void;
  changed(): void;
  quit(): void;
  after(delayMs: number, callback: () => void): () => void;
}

/** Says how to leave; asked once more soon, it leaves. */
export class Leaving {
  readonly #host: LeavingHost;
  #cancel: (() => void) | undefined;

  constructor(host: LeavingHost) {
    this.#host = host;
  }

  ask(): void {
    if (this.#cancel !== undefined) {
      this.disarm();
      this.#host.quit();
      return;
    }
    this.#host.update((ui) => withHint(ui, { kind: 'info', text: leaveText(this.#host.state) }));
    this.#cancel = this.#host.after(LEAVE_WITHIN_MS, () => {
      this.#cancel = undefined;
      this.#host.update((ui) => withHint(ui, undefined));
      this.#host.changed();
    });
  }

  /** Something else was done: the next press only says it again. */
  disarm(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}

export function leaveText(state: NodeState): string {
  const talking = currentCall(state) === undefined ? '' : 'that ends the call: ';
  const moving = talking === '' && underWay(state).length > 0 ? 'a transfer is under way, it goes on later: ' : '';
  return `${talking}${moving}ctrl-c again to leave`;
}
