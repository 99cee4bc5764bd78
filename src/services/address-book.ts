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
  failures: number;
  notBeforeMs: number;
  dialling: boolean;
  heardAtMs: number;
}

export const ADDRESS_LIMITS = {
  all: 1_024,
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
const TOLD_PAUSE_MS = 600_000;

const RANK: Record<AddressSource, number> = { hand: 0, linked: 1, remembered: 2, mdns: 3, beacon: 4, told: 5 };

export function addressKey(address: HostPort): string {
  return `${address.host.toLowerCase()} ${address.port}`;
}

export class AddressBook {
  readonly #candidates = new Map<string, Candidate>();

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
      if (RANK[source] < RANK[known.source]) known.source = source;
      // Addresses change hands: what is announced now counts more than who was there once.
      if (who.peerId !== undefined && (known.peerId === undefined || isDiscovered(source))) known.peerId = who.peerId;
      if (who.instanceId !== undefined) known.instanceId = who.instanceId;
      known.heardAtMs = nowMs;
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
      dialling: false,
      heardAtMs: nowMs,
    };
    this.#candidates.set(key, candidate);
    return candidate;
  }

  #hasPlace(address: HostPort, source: AddressSource, peerId: PeerId | undefined): boolean {
    let told = 0;
    let toldOfPerson = 0;
    let fromHost = 0;
    for (const candidate of this.#candidates.values()) {
      if (candidate.source === 'told') {
        told++;
        if (peerId !== undefined && candidate.peerId === peerId) toldOfPerson++;
      }
      if (candidate.source !== 'hand' && candidate.address.host === address.host) fromHost++;
    }
    if (source === 'told' && (told >= ADDRESS_LIMITS.told || toldOfPerson >= ADDRESS_LIMITS.toldPerPerson))
      return false;
    if (source !== 'hand' && fromHost >= ADDRESS_LIMITS.perHost) return false;
    return this.#candidates.size < ADDRESS_LIMITS.all || this.#dropWorst(source);
  }

  /** Makes a place by forgetting the least trusted address, if it is trusted less than `source`. */
  #dropWorst(source: AddressSource): boolean {
    let worst: Candidate | undefined;
    for (const candidate of this.#candidates.values()) {
      if (candidate.dialling || RANK[candidate.source] <= RANK[source]) continue;
      if (worst === undefined || candidate.failures > worst.failures) worst = candidate;
    }
    return worst !== undefined && this.#candidates.delete(worst.key);
  }

  succeeded(candidate: Candidate, peerId: PeerId): void {
    candidate.failures = 0;
    candidate.peerId = peerId;
    if (RANK.linked < RANK[candidate.source]) candidate.source = 'linked';
  }

  /** Decides when it may be tried again, or forgets it. `jitter` is in [0, 1). */
  failed(candidate: Candidate, nowMs: number, jitter: number): void {
    candidate.failures++;
    if (candidate.source === 'linked' && candidate.failures > LINKED_PATIENCE) candidate.source = 'remembered';
    const pause = pauseAfter(candidate);
    // Discovery will name it again if it is still there.
    if (pause === undefined) this.#candidates.delete(candidate.key);
    else candidate.notBeforeMs = nowMs + pause * (0.8 + 0.4 * jitter);
  }

  forget(candidate: Candidate): void {
    this.#candidates.delete(candidate.key);
  }
}

function isDiscovered(source: AddressSource): boolean {
  return source === 'mdns' || source === 'beacon';
}

function pauseAfter({ source, failures }: Candidate): number | undefined {
  const at = (waits: readonly number[]): number => waits[Math.min(failures, waits.length) - 1] ?? 0;
  switch (source) {
    case 'hand':
    case 'linked':
      return at(RETRY_MS);
    case 'remembered':
      return at(REMEMBERED_RETRY_MS);
    case 'mdns':
    case 'beacon':
      return failures > RETRY_MS.length ? undefined : at(RETRY_MS);
    case 'told':
      return failures >= TOLD_FAILURES ? TOLD_PAUSE_MS : at(RETRY_MS);
  }
}
