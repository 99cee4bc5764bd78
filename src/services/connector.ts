// Sees to it that everybody on the LAN gets linked with everybody, and again after every break: takes hints from
// discovery, memory, people and peers, and dials, a few at a time. Of two nodes that hear of each other at once the
// lower one dials at once and the other a moment later, so that mostly one connection is made.

import { deadline, type Clock, type Timer } from '../base/clock.ts';
import { messageOf, MmchatError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Random } from '../base/random.ts';
import type { DiscoveryHint, HostPort } from '../contracts/discovery.ts';
import type { LinkDownReason, PeerLink, PeerLinks } from '../contracts/links.ts';
import type { PeerId } from '../state/values.ts';
import { AddressBook, addressKey, type AddressSource, type Candidate } from './address-book.ts';
import { DialWindow, type DialOutcome } from './dial-window.ts';
import { LeftAlone } from './left-alone.ts';

export const CONNECTOR_DEFAULTS = {
  /** How much later the higher of two nodes dials. */
  politeDelayMs: 700,
  /** And how much later for everybody else who isn't linked yet: in a crowd the lower one has many to dial. */
  crowdDelayMs: 150,
  maxCrowdDelayMs: 5_000,
  jitterMs: 300,
  /** After a break, before the first new attempt. */
  reconnectDelayMs: 300,
  dialDeadlineMs: 5_000,
  /** A node on a LAN that is there and not overloaded is linked long before. */
  overrunMs: 1_500,
} as const;

/** Whoever left by their own will, or misbehaved, is not called back at once. */
const LEFT_PAUSE_MS = 30_000;

export interface ConnectorParts {
  readonly links: PeerLinks;
  readonly ownPeerId: PeerId;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Told addresses outside of the local subnets are never used. */
  readonly isLocal: (address: HostPort) => boolean;
  /** They are not dialled, as far as it is known who is at an address. */
  readonly isBlocked: (peerId: PeerId) => boolean;
  /** An address given by hand refused us: people should know. */
  readonly onHandFailure: (address: HostPort, error: MmchatError) => void;
}

export class Connector {
  readonly #parts: ConnectorParts;
  readonly #book = new AddressBook();
  readonly #stop = new AbortController();
  readonly #window = new DialWindow();
  #timer: Timer | undefined;
  #dueAtMs = Infinity;
  #instanceId = '';
  readonly #leftAlone = new LeftAlone();

  constructor(parts: ConnectorParts) {
    this.#parts = parts;
  }

  /** @param instanceId the random id of this start: of two nodes the lower one dials at once */
  start(instanceId: string): void {
    this.#instanceId = instanceId;
  }

  stop(): void {
    this.#stop.abort();
    this.#timer?.cancel();
  }

  /** Addresses known to have worked for somebody, to be remembered; where they are linked now is first. */
  addressesOf(peerId: PeerId): HostPort[] {
    const now = this.#parts.links.links.get(peerId)?.listenAddress;
    const others = [...this.#book.all()]
      .filter((candidate) => candidate.peerId === peerId && candidate.failures === 0 && hasWorked(candidate))
      .map(({ address }) => address)
      .filter((address) => now === undefined || addressKey(address) !== addressKey(now));
    return now === undefined ? others : [now, ...others];
  }

  byHand(address: HostPort): void {
    this.#consider(address, 'hand', 0);
  }

  remembered(peerId: PeerId, addresses: readonly HostPort[]): void {
    for (const address of addresses) this.#consider(address, 'remembered', this.#politeDelay(peerId), { peerId });
  }

  hint(hint: DiscoveryHint): void {
    // An announcement says where they are, not that they want to be called. (A new start has a new id.)
    if (this.#leftAlone.has(hint.instanceId, this.#parts.clock.monotonicMs())) return;
    const lower = this.#instanceId < hint.instanceId;
    const firstDelayMs = lower ? 0 : CONNECTOR_DEFAULTS.politeDelayMs + this.#crowdDelayMs();
    for (const [index, address] of hint.addresses.entries()) {
      // The later addresses only matter when the first one doesn't answer.
      this.#consider(address, hint.source, firstDelayMs + index * CONNECTOR_DEFAULTS.politeDelayMs, hint);
    }
  }

  told(peerId: PeerId, addresses: readonly HostPort[]): void {
    for (const address of addresses)
      if (this.#parts.isLocal(address)) this.#consider(address, 'told', this.#politeDelay(peerId), { peerId });
  }

  linkUp(link: PeerLink): void {
    const { listenAddress } = link;
    if (listenAddress === undefined) return;
    const candidate = this.#book.add(listenAddress, 'linked', this.#parts.clock.monotonicMs(), identityIn(link));
    if (candidate !== undefined) this.#book.succeeded(candidate, link.peerId);
  }

  linkDown(link: PeerLink, reason: LinkDownReason): void {
    // Who said goodbye or misbehaved (or is blocked) is not called back; a goodbye's author comes back by himself.
    const wanted = reason === 'lost' || reason === 'closed' || reason === 'stalled';
    const nowMs = this.#parts.clock.monotonicMs();
    if (!wanted) this.#leftAlone.add(link.instanceId, nowMs + LEFT_PAUSE_MS);
    const pauseMs = wanted ? CONNECTOR_DEFAULTS.reconnectDelayMs + this.#politeDelay(link.peerId) : LEFT_PAUSE_MS;
    for (const candidate of this.#book.all()) {
      if (candidate.peerId !== link.peerId && candidate.instanceId !== link.instanceId) continue;
      if (candidate.source !== 'told') candidate.failures = 0;
      candidate.notBeforeMs = Math.max(candidate.restUntilMs, nowMs + pauseMs);
    }
    this.#schedule();
  }

  /** Somebody is not blocked any more. */
  unblocked(peerId: PeerId): void {
    for (const candidate of this.#book.all()) {
      if (candidate.peerId !== peerId) continue;
      if (candidate.instanceId !== undefined) this.#leftAlone.delete(candidate.instanceId);
      this.#book.wanted(candidate, this.#parts.clock.monotonicMs());
    }
    this.#schedule();
  }

  /** The network changed: everything is worth another try now. */
  networkChanged(): void {
    const nowMs = this.#parts.clock.monotonicMs();
    for (const candidate of this.#book.all()) {
      if (candidate.source === 'told' && candidate.failures > 0) continue;
      candidate.failures = 0;
      this.#book.wanted(candidate, nowMs + this.#parts.random.fraction() * CONNECTOR_DEFAULTS.jitterMs);
    }
    this.#schedule();
  }

  #politeDelay(peerId: PeerId): number {
    return this.#parts.ownPeerId < peerId
      ? 0
      : CONNECTOR_DEFAULTS.politeDelayMs + this.#parts.random.fraction() * CONNECTOR_DEFAULTS.jitterMs;
  }

  #crowdDelayMs(): number {
    const waiting = new Set<string>();
    for (const { instanceId } of this.#book.all()) if (instanceId !== undefined) waiting.add(instanceId);
    for (const link of this.#parts.links.links.values()) waiting.delete(link.instanceId);
    return Math.min(waiting.size * CONNECTOR_DEFAULTS.crowdDelayMs, CONNECTOR_DEFAULTS.maxCrowdDelayMs);
  }

  #consider(
    address: HostPort,
    source: AddressSource,
    delayMs: number,
    who: { peerId?: PeerId; instanceId?: string } = {},
  ): void {
    const nowMs = this.#parts.clock.monotonicMs();
    const known = this.#book.get(address);
    const candidate = this.#book.add(address, source, nowMs, identityIn(who));
    if (candidate === undefined) return;
    if (known === undefined) candidate.notBeforeMs = nowMs + delayMs;
    // A fresh sign of life is worth more than an old failure.
    else if (source === 'mdns' || source === 'beacon')
      this.#book.wanted(candidate, nowMs + delayMs + 1_000 * candidate.failures);
    else if (source === 'hand') this.#book.wanted(candidate, nowMs);
    else return;
    this.#schedule();
  }

  /** Dials what is due, the most promising first, and comes back when the next is. */
  #schedule(): void {
    if (this.#stop.signal.aborted) return;
    const nowMs = this.#parts.clock.monotonicMs();
    const busy = this.#whoIsBusy();
    const due: Candidate[] = [];
    let next = Infinity;
    for (const candidate of this.#book.all()) {
      if (!this.#isNeeded(candidate, busy)) continue;
      if (candidate.notBeforeMs > nowMs) next = Math.min(next, candidate.notBeforeMs);
      else due.push(candidate);
    }
    // Who was never tried before who failed already: a long list of dead addresses holds nobody up.
    due.sort(
      (left, right) =>
        Number(isSpeculative(left)) - Number(isSpeculative(right)) ||
        left.failures - right.failures ||
        left.notBeforeMs - right.notBeforeMs,
    );
    for (const candidate of due) {
      // A laptop in another office must not wait for the addresses of its old one.
      if (!this.#window.isOpen(isSpeculative(candidate))) break;
      // One address of the same node at a time.
      if (!this.#isNeeded(candidate, busy)) continue;
      note(busy, candidate);
      void this.#dial(candidate);
    }
    // A finished dial schedules again, so nothing needs to be timed for those that wait for a place.
    if (next === this.#dueAtMs) return;
    this.#timer?.cancel();
    this.#dueAtMs = next;
    if (next === Infinity) return;
    this.#timer = this.#parts.clock.after(Math.max(1, next - nowMs), () => {
      this.#dueAtMs = Infinity;
      this.#schedule();
    });
  }

  /** Peers, starts and addresses that are linked or being dialled. */
  #whoIsBusy(): Set<string> {
    const busy = new Set<string>();
    for (const link of this.#parts.links.links.values()) {
      busy.add(link.peerId).add(link.instanceId);
      if (link.listenAddress !== undefined) busy.add(addressKey(link.listenAddress));
    }
    for (const candidate of this.#book.all()) if (candidate.dialling) note(busy, candidate);
    return busy;
  }

  #isNeeded(candidate: Candidate, busy: ReadonlySet<string>): boolean {
    const { key, peerId, instanceId } = candidate;
    if (candidate.dialling || busy.has(key)) return false;
    if (instanceId !== undefined && busy.has(instanceId)) return false;
    if (peerId === undefined) return true;
    if (this.#parts.isBlocked(peerId)) return false;
    // Whoever announces our own id under another start may be a copy of us: only a dial can prove it.
    if (peerId === this.#parts.ownPeerId) return instanceId !== undefined;
    return !busy.has(peerId);
  }

  async #dial(candidate: Candidate): Promise<void> {
    const { clock, links } = this.#parts;
    candidate.dialling = true;
    this.#window.begin();
    const beganAtMs = clock.monotonicMs();
    const limit = deadline(clock, CONNECTOR_DEFAULTS.dialDeadlineMs, this.#stop.signal);
    const isAnnounced = candidate.instanceId !== undefined && candidate.failures === 0;
    const tookLong = (): boolean => clock.monotonicMs() - beganAtMs > CONNECTOR_DEFAULTS.overrunMs;
    let outcome: DialOutcome = 'other';
    try {
      const link = await links.dial(candidate.address, { signal: limit.signal });
      if (!tookLong()) outcome = 'linked';
      this.#book.succeeded(candidate, link.peerId);
    } catch (error) {
      if (tookLong() && isAnnounced) outcome = 'overrun';
      this.#onFailure(candidate, error);
    } finally {
      limit.done();
      candidate.dialling = false;
      this.#window.end(outcome);
      this.#schedule();
    }
  }

  #onFailure(candidate: Candidate, error: unknown): void {
    if (this.#stop.signal.aborted) return;
    this.#parts.log.debug('a dial failed', {
      host: candidate.address.host,
      port: candidate.address.port,
      error: messageOf(error),
    });
    if (candidate.source === 'hand' && candidate.failures === 0 && error instanceof MmchatError)
      this.#parts.onHandFailure(candidate.address, error);
    const isClone = error instanceof MmchatError && error.code === 'identity-in-use';
    if (isClone && candidate.instanceId !== undefined) this.#leftAlone.add(candidate.instanceId, Infinity);
    // One's own address, told or remembered, needs no second try.
    if (isClone || messageOf(error).includes('dial self')) this.#book.forget(candidate);
    else this.#book.failed(candidate, this.#parts.clock.monotonicMs(), this.#parts.random.fraction());
  }
}

function note(busy: Set<string>, { key, peerId, instanceId }: Candidate): void {
  busy.add(key);
  if (peerId !== undefined) busy.add(peerId);
  if (instanceId !== undefined) busy.add(instanceId);
}

/** Nobody announces it now, or it did not answer. */
function isSpeculative({ source, failures }: Candidate): boolean {
  return source !== 'hand' && (failures > 0 || source === 'told' || source === 'remembered');
}

function hasWorked({ source }: Candidate): boolean {
  return source === 'linked' || source === 'remembered' || source === 'hand';
}

function identityIn(who: { peerId?: PeerId; instanceId?: string }): { peerId?: PeerId; instanceId?: string } {
  return {
    ...(who.peerId === undefined ? {} : { peerId: who.peerId }),
    ...(who.instanceId === undefined ? {} : { instanceId: who.instanceId }),
  };
}
