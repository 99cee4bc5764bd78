// Where somebody may be found: addresses with their history of success, bounded, and when each may be tried next. Pure
// bookkeeping; connector.ts does the dialling.

import type { HostPort } from '../contracts/discovery.ts';
import type { PeerId } from '../state/values.ts';

/** Where an address came from, the most trusted first. */
export type AddressSource = 'hand' | 'linked' | 'remembered' | 'mdns' | 'beacon' | 'told';

export interface Candidate {
  readonly key: string;
  readonly address: HostPort;
  source: AddressSource;
  /** Who is said, or was found, to be there. */
  peerId?: PeerId;
  /** The start of a node that discovery heard there. */
  instanceId?: string;
  /** Since it last worked. */
  failures: number;
  notBeforeMs: number;
  /** Not before then, whoever names it again. */
  restUntilMs: number;
  dialling: boolean;
}

export const ADDRESS_LIMITS = {
  all: 1_024,
  /** Half: however many people one remembers, whoever is here today finds a place. */
  remembered: 512,
  told: 256,
  /** Of one person as told by others. */
  toldPerPerson: 8,
  /** On one host, apart from those given by hand. */
  perHost: 128,
} as const;

/** Waits after failures. */
const RETRY_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000] as const;
const REMEMBERED_RETRY_MS = [5_000, 15_000, 30_000, 60_000, 120_000, 300_000] as const;
/** After so many failures, somebody who was linked is looked for less often. */
const LINKED_PATIENCE = 12;
const TOLD_FAILURES = 3;
/** For told addresses that failed, and for those where nobody to talk to is. */
export const LONG_PAUSE_MS = 600_000;

const RANK: Record<AddressSource, number> = { hand: 0, linked: 1, remembered: 2, mdns: 3, beacon: 4, told: 5 };

export function addressKey(address: HostPort): string {
  return `${address.host.toLowerCase()} ${address.port}`;
}

export class AddressBook {
  readonly #candidates = new Map<string, Candidate>();
  readonly #countBySource = new Map<AddressSource, number>();

  get size(): number {
    return this.#candidates.size;
  }

  all(): Iterable<Candidate> {
    return this.#candidates.values();
  }

  get(address: HostPort): Candidate | undefined {
    return this.#candidates.get(addressKey(address));
  }

  /** Takes an address in, or up in rank. Undefined when there is no place for it. */
  add(
    address: HostPort,
    source: AddressSource,
    nowMs: number,
    who: { peerId?: PeerId; instanceId?: string } = {},
  ): Candidate | undefined {
    const key = addressKey(address);
    const known = this.#candidates.get(key);
    if (known !== undefined) {
      if (RANK[source] < RANK[known.source]) this.#setSource(known, source);
      // Addresses change hands: what is announced now counts more than who was there once.
      if (who.peerId !== undefined && (known.peerId === undefined || isDiscovered(source))) known.peerId = who.peerId;
      if (who.instanceId !== undefined) known.instanceId = who.instanceId;
      return known;
    }
    if (!this.#hasPlace(address, source, who.peerId)) return undefined;
    const candidate: Candidate = {
      key,
      address,
      source,
      ...who,
      failures: 0,
      notBeforeMs: nowMs,
      restUntilMs: 0,
      dialling: false,
    };
    this.#candidates.set(key, candidate);
    this.#count(source, 1);
    return candidate;
  }

  /** Somebody announces it or asks for it: it is due by then at the latest, unless it has to rest. */
  wanted(candidate: Candidate, atMs: number): void {
    candidate.notBeforeMs = Math.max(candidate.restUntilMs, Math.min(candidate.notBeforeMs, atMs));
  }

  succeeded(candidate: Candidate, peerId: PeerId): void {
    candidate.failures = 0;
    candidate.peerId = peerId;
    if (RANK.linked < RANK[candidate.source]) this.#setSource(candidate, 'linked');
  }

  /** Decides when it may be tried again, or forgets it. `jitter` is in [0, 1). */
  failed(candidate: Candidate, nowMs: number, jitter: number): void {
    candidate.failures++;
    if (candidate.source === 'linked' && candidate.failures > LINKED_PATIENCE) this.#setSource(candidate, 'remembered');
    if (candidate.source === 'told' && candidate.failures >= TOLD_FAILURES) {
      this.rest(candidate, nowMs);
      return;
    }
    const pause = pauseAfter(candidate);
    // Discovery will name it again if it is still there.
    if (pause === undefined) this.forget(candidate);
    else candidate.notBeforeMs = nowMs + pause * (0.8 + 0.4 * jitter);
  }

  /** Leaves it alone for long. */
  rest(candidate: Candidate, nowMs: number): void {
    candidate.restUntilMs = candidate.notBeforeMs = nowMs + LONG_PAUSE_MS;
  }

  forget(candidate: Candidate): void {
    if (this.#candidates.delete(candidate.key)) this.#count(candidate.source, -1);
  }

  #setSource(candidate: Candidate, source: AddressSource): void {
    this.#count(candidate.source, -1);
    this.#count(source, 1);
    // What others said of it, and how that went, is no reason to doubt better news.
    if (candidate.source === 'told') candidate.restUntilMs = 0;
    candidate.source = source;
  }

  #count(source: AddressSource, change: 1 | -1): void {
    this.#countBySource.set(source, this.#countOf(source) + change);
  }

  #countOf(source: AddressSource): number {
    return this.#countBySource.get(source) ?? 0;
  }

  #hasPlace(address: HostPort, source: AddressSource, peerId: PeerId | undefined): boolean {
    if (source === 'hand') return this.#candidates.size < ADDRESS_LIMITS.all || this.#dropWorst(source);
    if (source === 'told' && this.#countOf('told') >= ADDRESS_LIMITS.told) return false;
    if (source === 'remembered' && this.#countOf('remembered') >= ADDRESS_LIMITS.remembered) return false;
    let toldOfPerson = 0;
    let onHost = 0;
    for (const candidate of this.#candidates.values()) {
      if (candidate.source === 'told' && peerId !== undefined && candidate.peerId === peerId) toldOfPerson++;
      if (candidate.source !== 'hand' && candidate.address.host === address.host) onHost++;
    }
    if (source === 'told' && toldOfPerson >= ADDRESS_LIMITS.toldPerPerson) return false;
    if (onHost >= ADDRESS_LIMITS.perHost) return false;
    return this.#candidates.size < ADDRESS_LIMITS.all || this.#dropWorst(source);
  }

  /** Makes a place by forgetting what failed most, or is trusted less than `source`. What was given by hand stays. */
  #dropWorst(source: AddressSource): boolean {
    let worst: Candidate | undefined;
    for (const candidate of this.#candidates.values()) {
      const failing = candidate.failures > 0 && source !== 'told';
      if (candidate.dialling || candidate.source === 'hand') continue;
      if (!failing && RANK[candidate.source] <= RANK[source]) continue;
      if (worst === undefined || candidate.failures > worst.failures) worst = candidate;
    }
    if (worst === undefined) return false;
    this.forget(worst);
    return true;
  }
}

function isDiscovered(source: AddressSource): boolean {
  return source === 'mdns' || source === 'beacon';
}

function pauseAfter({ source, failures }: Candidate): number | undefined {
  const at = (waits: readonly number[]): number => waits[Math.min(failures, waits.length) - 1] ?? 0;
  switch (source) {
    case 'remembered':
      return at(REMEMBERED_RETRY_MS);
    case 'mdns':
    case 'beacon':
      return failures > RETRY_MS.length ? undefined : at(RETRY_MS);
    case 'hand':
    case 'linked':
    case 'told':
      return at(RETRY_MS);
  }
}
