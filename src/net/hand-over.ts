// Several connections between the same two nodes: which one is used, and whose frames come first. Both ends go by the
// same rules, without a word about it.
//
// A node moves to another connection only if that is preferred to the one it used. So what it sent on a connection comes
// after everything that it sent on less preferred ones, and whoever receives it waits for those to end. Also for one on
// which nothing was heard yet: its Hello may be behind frames of another one, but it is known here since our own Hello
// went out on it, and without that nobody uses it.

import type { PeerId } from '../state/values.ts';

export interface HandedOver {
  /** Whether this side dialled it. */
  readonly outbound: boolean;
  /** Its number among the connections of who dialled it; 0 while the Hello that tells it has not come. */
  readonly dialNumber: number;
}

/** The connections of one link, from when they are known until everything that came on them was handed over. */
export class HandOver<Connection extends HandedOver> {
  readonly #ownDialsWin: boolean;
  readonly #connections = new Set<Connection>();
  #changed = Promise.withResolvers<undefined>();

  constructor(own: PeerId, other: PeerId) {
    this.#ownDialsWin = own < other;
  }

  /** Whether `candidate` is the one to keep of the two. */
  prefers(candidate: HandedOver, current: HandedOver): boolean {
    if (candidate.outbound === current.outbound) return candidate.dialNumber > current.dialNumber;
    return candidate.outbound === this.#ownDialsWin;
  }

  has(connection: Connection): boolean {
    return this.#connections.has(connection);
  }

  get connections(): readonly Connection[] {
    return [...this.#connections];
  }

  /** To be called again when its dial number became known. */
  add(connection: Connection): void {
    this.#connections.add(connection);
    this.#wake();
  }

  /** Nothing more comes on it. */
  delete(connection: Connection): void {
    if (this.#connections.delete(connection)) this.#wake();
  }

  /** Nothing is waited for any more. */
  clear(): void {
    this.#connections.clear();
    this.#wake();
  }

  /** Whether frames of this connection have to wait for others. */
  mustWait(connection: Connection): boolean {
    if (this.#connections.size < 2 || !this.#connections.has(connection)) return false;
    for (const other of this.#connections) if (this.prefers(connection, other)) return true;
    return false;
  }

  /** Resolves when frames of this connection may be handed over, or it is none of the link's any more. */
  async turnOf(connection: Connection): Promise<void> {
    while (this.mustWait(connection)) await this.#changed.promise;
  }

  #wake(): void {
    this.#changed.resolve(undefined);
    this.#changed = Promise.withResolvers();
  }
}
