// Peers on the list of the guests: each carries the first plain name that was free, for as long as they are there.

import type { Clock, Timer } from '../../base/clock.ts';
import { guestPartsOf } from '../../state/guest-ids.ts';
import type { NodeEvent } from '../../state/events.ts';
import type { NodeState, PeerId, Person } from '../../state/values.ts';
import type { ClassicHub } from '../classic/hub.ts';

/** A link that breaks for a moment is no leaving. */
const GRACE_MS = 5_000;

export interface RosterParts {
  readonly hub: ClassicHub;
  readonly clock: Clock;
  readonly state: () => NodeState;
  /** Also oneself is somebody to talk to: a person sits at this node. */
  readonly withSelf: boolean;
}

export class Roster {
  readonly #parts: RosterParts;
  readonly #names = new Map<PeerId, string>();
  readonly #ids = new Map<string, PeerId>();
  readonly #leaving = new Map<PeerId, Timer>();

  constructor(parts: RosterParts) {
    this.#parts = parts;
  }

  start(): void {
    const { self, people } = this.#parts.state();
    if (this.#parts.withSelf) this.#add(self.peerId, self.name);
    for (const person of people.values()) this.#look(person.peerId, person);
  }

  stop(): void {
    for (const timer of this.#leaving.values()) timer.cancel();
    this.#leaving.clear();
  }

  hear(event: NodeEvent, state: NodeState): void {
    if (event.type === 'person-seen' || event.type === 'person-gone' || event.type === 'blocked-changed')
      this.#look(event.peerId, state.people.get(event.peerId));
  }

  /** As the guests know them. */
  nameOf(peerId: PeerId): string | undefined {
    return this.#names.get(peerId);
  }

  idOf(name: string): PeerId | undefined {
    return this.#ids.get(name);
  }

  #look(peerId: PeerId, person: Person | undefined): void {
    // One's own guests are on the list by themselves.
    const guest = guestPartsOf(peerId);
    if (guest?.host === this.#parts.state().self.peerId) return;
    const isHere = person?.online === true && person.blocked !== true;
    if (!isHere) {
      if (this.#names.has(peerId) && !this.#leaving.has(peerId))
        this.#leaving.set(
          peerId,
          this.#parts.clock.after(GRACE_MS, () => this.#remove(peerId)),
        );
      return;
    }
    this.#leaving.get(peerId)?.cancel();
    this.#leaving.delete(peerId);
    if (!this.#names.has(peerId)) this.#add(peerId, guest?.name ?? person.claimedName);
  }

  #add(peerId: PeerId, wantedName: string): void {
    const name = this.#parts.hub.addRemote(wantedName);
    this.#names.set(peerId, name);
    this.#ids.set(name, peerId);
  }

  #remove(peerId: PeerId): void {
    this.#leaving.delete(peerId);
    const name = this.#names.get(peerId);
    if (name === undefined) return;
    this.#names.delete(peerId);
    this.#ids.delete(name);
    this.#parts.hub.removeRemote(name);
  }
}
