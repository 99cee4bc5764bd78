// Holds the newest snapshot: events go in, the reducer makes the next one, listeners hear of both.

import { Emitter, type Unsubscribe } from '../base/emitter.ts';
import type { NodeEvent } from './events.ts';
import { reduce } from './reducer.ts';
import type { NodeState } from './values.ts';

export type NodeEventListener = (event: NodeEvent, state: NodeState, before: NodeState) => void;

export class StateHolder {
  readonly #changes: Emitter<undefined>;
  readonly #events: Emitter<{ event: NodeEvent; before: NodeState }>;
  #state: NodeState;

  constructor(initial: NodeState, onListenerError: (error: unknown) => void) {
    this.#state = initial;
    this.#changes = new Emitter(onListenerError);
    this.#events = new Emitter(onListenerError);
  }

  get state(): NodeState {
    return this.#state;
  }

  /** Starts anew, before anything has happened. */
  reset(initial: NodeState): void {
    this.#state = initial;
    this.#changes.emit(undefined);
  }

  /** Hears of every change of the snapshot. */
  subscribe(listener: () => void): Unsubscribe {
    return this.#changes.on(listener);
  }

  /** Hears every event, after the snapshot has taken it in. */
  on(listener: NodeEventListener, options: { signal?: AbortSignal } = {}): Unsubscribe {
    return this.#events.on(({ event, before }) => listener(event, this.#state, before), options);
  }

  /** Bound, so that it can be handed to services as it is. */
  readonly emit = (event: NodeEvent): void => {
    const before = this.#state;
    this.#state = reduce(before, event);
    if (this.#state !== before) this.#changes.emit(undefined);
    this.#events.emit({ event, before });
  };
}
