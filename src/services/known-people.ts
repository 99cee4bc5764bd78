// Everybody whose presence has come, and by which ways they are seen now: an own link, or the word of others, which is
// forgotten after a while. Bounded, because anybody can make up people.

import { toHex } from '../base/bytes.ts';
import type { PeerId } from '../state/values.ts';
import { MAX_DIGEST_ITEMS } from '../wire/limits.ts';
import type { PresenceState, SignedPresence } from '../wire/peer-messages.ts';
import { displayable, type DisplayablePresence } from './displayable-presence.ts';

/** People that are kept, here or not. Only those with a link of their own may be more. */
export const MAX_KNOWN_PEOPLE = 2 * MAX_DIGEST_ITEMS;

export interface KnownPerson {
  readonly peerId: PeerId;
  /** Their key in hex. */
  readonly author: string;
  state: PresenceState;
  signed: SignedPresence;
  shown: DisplayablePresence;
  /** Peers that see them, with the time when that is forgotten. */
  readonly via: Map<PeerId, number>;
  distrustUntilMs: number;
  /** Said goodbye: presence of this start or older is void. */
  goneStartId: number;
}

export class KnownPeople {
  readonly #isLinked: (peerId: PeerId) => boolean;
  readonly #people = new Map<PeerId, KnownPerson>();

  constructor(isLinked: (peerId: PeerId) => boolean) {
    this.#isLinked = isLinked;
  }

  get size(): number {
    return this.#people.size;
  }

  get(peerId: PeerId): KnownPerson | undefined {
    return this.#people.get(peerId);
  }

  isHere(person: KnownPerson): boolean {
    return this.#isLinked(person.peerId) || person.via.size > 0;
  }

  /** Takes in the newest word of somebody. Undefined when there is no place for more people without a link. */
  remember(peerId: PeerId, state: PresenceState, signed: SignedPresence): KnownPerson | undefined {
    const shown = displayable(state);
    const known = this.#people.get(peerId);
    if (known !== undefined) return Object.assign(known, { state, signed, shown });
    if (!this.#makeRoom() && !this.#isLinked(peerId)) return undefined;
    const person: KnownPerson = {
      peerId,
      author: toHex(state.author),
      state,
      signed,
      shown,
      via: new Map(),
      distrustUntilMs: 0,
      goneStartId: -1,
    };
    this.#people.set(peerId, person);
    return person;
  }

  /** Absent people go first when there are too many. False when all are here. */
  #makeRoom(): boolean {
    if (this.#people.size < MAX_KNOWN_PEOPLE) return true;
    for (const person of this.#people.values()) if (!this.isHere(person)) return this.#people.delete(person.peerId);
    return false;
  }

  /** How many people are seen by the word of this peer. */
  countVia(by: PeerId): number {
    let count = 0;
    for (const { via } of this.#people.values()) if (via.has(by)) count++;
    return count;
  }

  /** Nobody is seen through this peer any more; returns those who are gone thereby. */
  dropVia(by: PeerId): KnownPerson[] {
    return this.#goneAfter(({ via }) => via.delete(by));
  }

  /** Forgets words that were not repeated; returns those who are gone thereby. */
  expire(nowMs: number): KnownPerson[] {
    return this.#goneAfter(({ via }) => {
      let changed = false;
      for (const [by, untilMs] of via) if (untilMs <= nowMs) changed = via.delete(by);
      return changed;
    });
  }

  #goneAfter(change: (person: KnownPerson) => boolean): KnownPerson[] {
    return [...this.#people.values()].filter((person) => change(person) && !this.isHere(person));
  }
}
