// mDNS on one address of one interface: announces this node, asks for others, says goodbye. One Bonjour for each,
// because the library's default picks a single interface and, without a default route, sends nothing at all.

import Bonjour from 'bonjour-service';
import type { Clock } from '../base/clock.ts';
import { sleep } from '../base/clock.ts';
import type { LocalAddress } from '../base/ip-address.ts';
import type { Announcement } from '../contracts/discovery.ts';
import { concernsUs } from './mdns-filter.ts';
import { SERVICE_TYPE, txtOf, type HeardService } from './mdns-record.ts';
import { MdnsSocket } from './mdns-socket.ts';
import type { SourceLimiter } from './discovery-limiter.ts';

export const MDNS_PORT = 5353;
const GOODBYE_LIMIT_MS = 250;
/** The library's browser remembers every name it ever saw: after so many it is replaced. */
const NAMES_PER_BROWSER = 1000;

/** Where one endpoint lives; two places are the same when their keys are. */
export interface MdnsPlace {
  readonly key: string;
  readonly family: 4 | 6;
  readonly interfaceName: string;
  /** As multicast options want it: the IPv4 address, or `::%eth0`. */
  readonly interfaceAddress: string;
  /** All addresses of this family on this interface. */
  readonly local: readonly LocalAddress[];
}

export interface MdnsEndpointParts {
  readonly clock: Clock;
  readonly place: MdnsPlace;
  readonly announcement: Announcement;
  readonly port: number;
  readonly limiter: SourceLimiter;
  readonly onService: (service: HeardService) => void;
  readonly onTrouble: (trouble: string | undefined) => void;
}

/**
 * One place for each IPv4 address and one for IPv6 on each interface. The records of an announcement are frozen when
 * it is made, so any change of an interface's addresses makes its places new ones.
 */
export function mdnsPlacesOf(addresses: readonly LocalAddress[]): readonly MdnsPlace[] {
  const places = new Map<string, MdnsPlace>();
  for (const address of addresses) {
    if (address.family === 6 && (address.zone === undefined || address.internal)) continue;
    const onInterface = addresses.filter((other) => other.name === address.name);
    const interfaceAddress = address.family === 4 ? address.address : `::%${address.zone ?? ''}`;
    const state = onInterface.map((other) => `${other.address}/${other.prefixLength}`).sort();
    const key = `${address.name} ${interfaceAddress} ${state.join(' ')}`;
    const local = onInterface.filter((other) => other.family === address.family);
    places.set(key, { key, family: address.family, interfaceName: address.name, interfaceAddress, local });
  }
  return [...places.values()];
}

export class MdnsEndpoint {
  readonly #parts: MdnsEndpointParts;
  readonly #socket: MdnsSocket;
  readonly #bonjour: Bonjour;
  readonly #service: Bonjour.Service;
  #browser: Bonjour.Browser;
  #namesSeen = 0;
  #stopped: Promise<void> | undefined;

  constructor(parts: MdnsEndpointParts) {
    this.#parts = parts;
    const { place, announcement } = parts;
    this.#socket = new MdnsSocket({
      clock: parts.clock,
      family: place.family,
      onTrouble: parts.onTrouble,
      allows: (message, source) =>
        concernsUs(message, source.address, { instanceId: announcement.instanceId, local: place.local }) &&
        parts.limiter.allows(source.address),
    });
    // These go through to multicast-dns; the type of the constructor only knows those of a service.
    const options = {
      port: parts.port,
      socket: this.#socket,
      interface: place.interfaceAddress,
      bind: place.family === 4 ? '0.0.0.0' : '::',
      type: place.family === 4 ? 'udp4' : 'udp6',
      ip: place.family === 4 ? '224.0.0.251' : 'ff02::fb',
    };
    // Without a callback of ours the library throws whatever goes wrong; the socket has said it already.
    this.#bonjour = new Bonjour(options, () => undefined);
    this.#service = this.#bonjour.publish({
      // No conflict can arise with a random name; on one, the library would print a stack and unpublish the other.
      probe: false,
      name: announcement.instanceId,
      type: SERVICE_TYPE,
      // Never the machine's own name: it says more about its owner than the chat needs to.
      host: `${announcement.instanceId}.local`,
      port: announcement.port,
      txt: txtOf(announcement),
    });
    this.#browser = this.#browse();
  }

  get place(): MdnsPlace {
    return this.#parts.place;
  }

  /** Whether its socket could be opened. */
  get opened(): Promise<boolean> {
    return this.#socket.opened;
  }

  get isOpen(): boolean {
    return this.#socket.isOpen;
  }

  /** Asks who is there. A browser asks once when it is made, and then never again. */
  refresh(): void {
    if (this.#stopped !== undefined) return;
    this.#browser.stop();
    this.#browser = this.#browse();
  }

  /** With a goodbye, where it can be sent, so that others' caches forget this name. Idempotent. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  #browse(): Bonjour.Browser {
    this.#namesSeen = 0;
    const browser = this.#bonjour.find({ type: SERVICE_TYPE });
    browser.on('up', (service) => {
      // What it remembers it would not report again, neither from a new address nor ever, and it forgets nothing by
      // itself: so it remembers nothing, and the hint book does, with bounds.
      browser.services.length = 0;
      if (this.#stopped !== undefined) return;
      this.#namesSeen++;
      if (this.#namesSeen > NAMES_PER_BROWSER) this.refresh();
      this.#parts.onService(service);
    });
    return browser;
  }

  async #stop(): Promise<void> {
    this.#browser.stop();
    if (this.#socket.isOpen) {
      const said = new Promise<void>((resolve) => this.#bonjour.unpublishAll(() => resolve()));
      const limit = new AbortController();
      await Promise.race([said, sleep(this.#parts.clock, GOODBYE_LIMIT_MS, limit.signal)]);
      limit.abort();
    }
    // Ends the library's timer of later announcements.
    this.#service.destroyed = true;
    await new Promise<void>((resolve) => this.#bonjour.destroy(() => resolve()));
  }
}
