// What was heard becomes hints: right network, not oneself, not said a moment ago, and never more than fits.

import { bytesEqual } from '../base/bytes.ts';
import type { Clock } from '../base/clock.ts';
import type { Announcement, DiscoveryHint, HostPort } from '../contracts/discovery.ts';

/** A checked packet of another node; everything in it is only said. */
export interface HeardNode {
  readonly source: DiscoveryHint['source'];
  readonly instanceId: string;
  readonly peerId?: string;
  readonly tag?: Uint8Array;
  readonly addresses: readonly HostPort[];
  /** The address that the packet came from. */
  readonly from: string;
}

interface Remembered {
  readonly from: string;
  readonly hintedAtMs: number;
  readonly addresses: Set<string>;
}

export const INSTANCES_KEPT = 512;
export const INSTANCES_PER_SOURCE = 64;
export const ADDRESSES_PER_HINT = 8;
const ADDRESSES_REMEMBERED = 32;
/** Others repeat themselves, on every interface; listeners hear of it this often at most. */
export const HINT_REPEAT_MS = 2000;

export class HintBook {
  readonly #clock: Clock;
  readonly #announcement: Announcement;
  /** Least recently heard first. */
  readonly #instances = new Map<string, Remembered>();
  readonly #countBySource = new Map<string, number>();

  constructor(clock: Clock, announcement: Announcement) {
    this.#clock = clock;
    this.#announcement = announcement;
  }

  get size(): number {
    return this.#instances.size;
  }

  /** After a change of this machine's network everything heard is news again. */
  refresh(): void {
    for (const remembered of this.#instances.values()) remembered.addresses.clear();
  }

  /** Oneself and nodes of other networks are nobody to hear of. */
  isOfOurs(heard: HeardNode): boolean {
    if (heard.instanceId === this.#announcement.instanceId) return false;
    const tagOf = this.#announcement.networkTag;
    if (tagOf === undefined) return heard.tag === undefined;
    return heard.tag !== undefined && bytesEqual(heard.tag, tagOf(heard.instanceId));
  }

  /** The hint to pass on, or undefined when it holds no news. */
  take(heard: HeardNode): DiscoveryHint | undefined {
    const nowMs = this.#clock.monotonicMs();
    const addresses = heard.addresses.slice(0, ADDRESSES_PER_HINT);
    const keys = addresses.map((address) => `${address.host} ${address.port}`);
    const known = this.#instances.get(heard.instanceId);
    const isNews =
      known === undefined ||
      nowMs - known.hintedAtMs >= HINT_REPEAT_MS ||
      keys.some((key) => !known.addresses.has(key));
    const remembered: Remembered = {
      from: heard.from,
      hintedAtMs: isNews ? nowMs : known.hintedAtMs,
      addresses: new Set([...(known?.addresses ?? []), ...keys].slice(-ADDRESSES_REMEMBERED)),
    };
    this.#forget(heard.instanceId);
    this.#makeRoom(heard.from);
    this.#instances.set(heard.instanceId, remembered);
    this.#countBySource.set(heard.from, (this.#countBySource.get(heard.from) ?? 0) + 1);
    if (!isNews) return undefined;
    return {
      source: heard.source,
      instanceId: heard.instanceId,
      addresses,
      ...(heard.peerId !== undefined && this.#announcement.networkTag === undefined && { peerId: heard.peerId }),
    };
  }

  #makeRoom(from: string): void {
    if ((this.#countBySource.get(from) ?? 0) >= INSTANCES_PER_SOURCE)
      for (const [instanceId, remembered] of this.#instances)
        if (remembered.from === from) {
          this.#forget(instanceId);
          break;
        }
    if (this.#instances.size >= INSTANCES_KEPT) {
      const [oldest] = this.#instances.keys();
      if (oldest !== undefined) this.#forget(oldest);
    }
  }

  #forget(instanceId: string): void {
    const remembered = this.#instances.get(instanceId);
    if (remembered === undefined) return;
    this.#instances.delete(instanceId);
    const left = (this.#countBySource.get(remembered.from) ?? 1) - 1;
    if (left > 0) this.#countBySource.set(remembered.from, left);
    else this.#countBySource.delete(remembered.from);
  }
}
