// Remembers people over restarts: who they were, where they were found, and since when one knows them.

import type { Clock, Timer } from '../base/clock.ts';
import { formatHostPort, parseHostPort } from '../base/host-port.ts';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { HostPort } from '../contracts/discovery.ts';
import { REMEMBERED_LIMIT, type PeopleStore, type RememberedPerson } from '../contracts/stores.ts';
import type { NodeEvent } from '../state/events.ts';
import type { PeerId } from '../state/values.ts';

/** Changes are collected for so long before they are written. */
const SAVE_DELAY_MS = 2_000;
const MAX_ADDRESSES = 8;

export interface PeopleParts {
  readonly store: PeopleStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly emit: (event: NodeEvent) => void;
  readonly addressesOf: (peerId: PeerId) => readonly HostPort[];
}

export class People {
  readonly #parts: PeopleParts;
  readonly #people = new Map<PeerId, RememberedPerson>();
  #timer: Timer | undefined;
  #changed = false;

  constructor(parts: PeopleParts) {
    this.#parts = parts;
  }

  /** Says who is remembered, and returns where they were last found, whoever was seen last first. */
  async load(): Promise<{ peerId: PeerId; addresses: HostPort[] }[]> {
    const known = await this.#parts.store.load();
    for (const person of known) {
      this.#people.set(person.peerId, person);
      this.#parts.emit({
        type: 'person-remembered',
        peerId: person.peerId,
        claimedName: person.claimedName,
        rooms: person.rooms,
        ...(person.pinnedAt === undefined ? {} : { pinnedAt: person.pinnedAt }),
      });
    }
    const lastFirst = [...known].sort((left, right) => right.lastSeenAt - left.lastSeenAt);
    return lastFirst.map(({ peerId, addresses }) => ({
      peerId,
      addresses: addresses.map(parseHostPort).filter((address) => address !== undefined),
    }));
  }

  seen(person: { peerId: PeerId; claimedName: string; rooms: readonly string[] }): void {
    const before = this.#people.get(person.peerId);
    const found = this.#parts.addressesOf(person.peerId).map(formatHostPort);
    const addresses = [...new Set([...found, ...(before?.addresses ?? [])])].slice(0, MAX_ADDRESSES);
    this.#set({
      ...(before?.pinnedAt === undefined ? {} : { pinnedAt: before.pinnedAt }),
      peerId: person.peerId,
      claimedName: person.claimedName,
      rooms: [...person.rooms],
      addresses,
      lastSeenAt: this.#parts.clock.now(),
    });
  }

  /** A message went one way or the other: from now on this key owns its name here. */
  pin(peerId: PeerId): void {
    const person = this.#people.get(peerId);
    if (person === undefined || person.pinnedAt !== undefined) return;
    const at = this.#parts.clock.now();
    this.#set({ ...person, pinnedAt: at });
    this.#parts.emit({ type: 'trust-changed', peerId, trust: 'pinned', at });
  }

  #set(person: RememberedPerson): void {
    this.#people.delete(person.peerId);
    this.#people.set(person.peerId, person);
    if (this.#people.size > REMEMBERED_LIMIT) this.#forgetOne();
    this.#changed = true;
    this.#timer ??= this.#parts.clock.after(SAVE_DELAY_MS, () => void this.save());
  }

  /** Whoever was seen longest ago, people one never talked with first. */
  #forgetOne(): void {
    let oldest: PeerId | undefined;
    for (const [peerId, person] of this.#people) {
      oldest ??= peerId;
      if (person.pinnedAt !== undefined) continue;
      oldest = peerId;
      break;
    }
    if (oldest !== undefined) this.#people.delete(oldest);
  }

  async save(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (!this.#changed) return;
    this.#changed = false;
    try {
      await this.#parts.store.save([...this.#people.values()]);
    } catch (error) {
      this.#parts.log.warn('people could not be saved', { error: messageOf(error) });
    }
  }
}
