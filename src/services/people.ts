// Remembers people over restarts: who they were, where they were found, since when one knows them, and whether one
// trusts them or wants nothing of them.

import type { Clock, Timer } from '../base/clock.ts';
import { formatHostPort, parseHostPort } from '../base/host-port.ts';
import { messageOf, MmchatError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { HostPort } from '../contracts/discovery.ts';
import { REMEMBERED_LIMIT, type PeopleStore, type RememberedPerson } from '../contracts/stores.ts';
import type { NodeEvent, Remembrance } from '../state/events.ts';
import type { PeerId, Person } from '../state/values.ts';

/** Changes are collected for so long before they are written. */
const SAVE_DELAY_MS = 2_000;
const MAX_ADDRESSES = 8;
const MAX_ROOMS = 20;

export interface PeopleParts {
  readonly store: PeopleStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly emit: (event: NodeEvent) => void;
  readonly addressesOf: (peerId: PeerId) => readonly HostPort[];
  /** What is known of somebody now: people can be trusted and blocked who were never linked. */
  readonly personOf: (peerId: PeerId) => Pick<Person, 'claimedName' | 'rooms'> | undefined;
}

export class People {
  readonly #parts: PeopleParts;
  /** Whoever changed last is last. */
  readonly #people = new Map<PeerId, RememberedPerson>();
  #timer: Timer | undefined;
  #changed = false;

  constructor(parts: PeopleParts) {
    this.#parts = parts;
  }

  /** Says who is remembered, and returns where they were last found, whoever was seen last first; nobody blocked. */
  async load(): Promise<{ peerId: PeerId; addresses: HostPort[] }[]> {
    const known = await this.#parts.store.load();
    for (const person of known) this.#people.set(person.peerId, person);
    if (known.length > 0) this.#parts.emit({ type: 'people-remembered', people: known.map(remembranceOf) });
    const lastFirst = known
      .filter(({ blockedAt }) => blockedAt === undefined)
      .sort((left, right) => right.lastSeenAt - left.lastSeenAt);
    return lastFirst.map(({ peerId, addresses }) => ({
      peerId,
      addresses: addresses.map(parseHostPort).filter((address) => address !== undefined),
    }));
  }

  seen(person: { peerId: PeerId; claimedName: string; rooms: readonly string[] }): void {
    const { peerId, claimedName, rooms } = person;
    const before = this.#people.get(peerId);
    const found = this.#parts.addressesOf(peerId).map(formatHostPort);
    const addresses = [...new Set([...found, ...(before?.addresses ?? [])])].slice(0, MAX_ADDRESSES);
    this.#set({ ...before, peerId, claimedName, rooms: [...rooms], addresses, lastSeenAt: this.#parts.clock.now() });
  }

  /** A message went one way or the other: from now on this key owns its name here. True when that is new. */
  pin(peerId: PeerId): boolean {
    const person = this.#find(peerId);
    if (person === undefined || person.pinnedAt !== undefined) return false;
    const at = this.#parts.clock.now();
    this.#set({ ...person, pinnedAt: at });
    this.#parts.emit({ type: 'trust-changed', peerId, trust: 'pinned', at });
    return true;
  }

  /** The words were compared and are the same. Durable when it resolves. @throws MmchatError `unknown-peer`, `data-dir` */
  async trust(peerId: PeerId): Promise<void> {
    const person = this.#require(peerId);
    const at = this.#parts.clock.now();
    this.#set({ ...person, pinnedAt: person.pinnedAt ?? at, verifiedAt: person.verifiedAt ?? at });
    this.#parts.emit({ type: 'trust-changed', peerId, trust: 'verified', at });
    await this.#write();
  }

  /** Nothing of them is wanted. Durable when it resolves. @throws MmchatError `unknown-peer`, `data-dir` */
  async block(peerId: PeerId): Promise<void> {
    const person = this.#require(peerId);
    if (person.blockedAt === undefined) {
      this.#set({ ...person, blockedAt: this.#parts.clock.now() });
      this.#parts.emit({ type: 'blocked-changed', peerId, blocked: true });
    }
    await this.#write();
  }

  /** @throws MmchatError `data-dir` */
  async unblock(peerId: PeerId): Promise<void> {
    const person = this.#people.get(peerId);
    if (person?.blockedAt !== undefined) {
      const { blockedAt: _blockedAt, ...free } = person;
      this.#set(free);
      this.#parts.emit({ type: 'blocked-changed', peerId, blocked: false });
    }
    await this.#write();
  }

  /** Whether their calls are taken at once. Durable when it resolves. @throws MmchatError `unknown-peer`, `data-dir` */
  async setAnswered(peerId: PeerId, on: boolean): Promise<void> {
    const { answered: _answered, ...person } = this.#require(peerId);
    this.#set(on ? { ...person, answered: true } : person);
    await this.#write();
  }

  /** Whether their calls are taken at once. */
  isAnswered(peerId: PeerId): boolean {
    return this.#people.get(peerId)?.answered === true;
  }

  isBlocked(peerId: PeerId): boolean {
    return this.#people.get(peerId)?.blockedAt !== undefined;
  }

  /** Pinned or verified. */
  isKnown(peerId: PeerId): boolean {
    return this.#people.get(peerId)?.pinnedAt !== undefined;
  }

  #find(peerId: PeerId): RememberedPerson | undefined {
    const remembered = this.#people.get(peerId);
    if (remembered !== undefined) return remembered;
    const person = this.#parts.personOf(peerId);
    if (person === undefined) return undefined;
    const { claimedName, rooms } = person;
    return { peerId, claimedName, rooms: rooms.slice(0, MAX_ROOMS), addresses: [], lastSeenAt: 0 };
  }

  #require(peerId: PeerId): RememberedPerson {
    const person = this.#find(peerId);
    if (person === undefined) throw new MmchatError('unknown-peer', 'Nobody here is known by that id.');
    return person;
  }

  #set(person: RememberedPerson): void {
    this.#people.delete(person.peerId);
    this.#people.set(person.peerId, person);
    if (this.#people.size > REMEMBERED_LIMIT) this.#forgetOne();
    this.#changed = true;
    this.#timer ??= this.#parts.clock.after(SAVE_DELAY_MS, () => void this.save());
  }

  /** Whoever was seen longest ago of those who are worth least. */
  #forgetOne(): void {
    let least: RememberedPerson | undefined;
    for (const person of this.#people.values()) {
      if (least === undefined || worthOf(person) < worthOf(least)) least = person;
      if (worthOf(least) === 0) break;
    }
    if (least !== undefined) this.#people.delete(least.peerId);
  }

  async save(): Promise<void> {
    try {
      await this.#write();
    } catch (error) {
      this.#parts.log.warn('people could not be saved', { error: messageOf(error) });
    }
  }

  async #write(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (!this.#changed) return;
    this.#changed = false;
    try {
      await this.#parts.store.save([...this.#people.values()]);
    } catch (error) {
      // With the next change it is tried again.
      this.#changed = true;
      throw error;
    }
  }
}

/** Strangers can be made without end; what was decided by hand can't. */
function worthOf({ pinnedAt, verifiedAt, blockedAt }: RememberedPerson): number {
  if (verifiedAt !== undefined || blockedAt !== undefined) return 2;
  return pinnedAt === undefined ? 0 : 1;
}

function remembranceOf({ peerId, claimedName, rooms, pinnedAt, verifiedAt, blockedAt }: RememberedPerson): Remembrance {
  return {
    peerId,
    claimedName,
    rooms,
    ...(pinnedAt === undefined ? {} : { pinnedAt }),
    ...(verifiedAt === undefined ? {} : { verified: true }),
    ...(blockedAt === undefined ? {} : { blocked: true }),
  };
}
