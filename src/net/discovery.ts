// Discovery on the real network: mDNS on every usable interface, and broadcast beacons for LANs that drop multicast.

import type { Clock } from '../base/clock.ts';
import { Emitter, type Unsubscribe } from '../base/emitter.ts';
import { messageOf } from '../base/errors.ts';
import { isOnLocalSubnet, type LocalAddress } from '../base/ip-address.ts';
import type { Log } from '../base/log.ts';
import { keyOfPeerId, peerIdOfKey } from '../base/peer-id.ts';
import type { Random } from '../base/random.ts';
import type { Announcement, Discovery, DiscoveryEvent, DiscoveryReport } from '../contracts/discovery.ts';
import { decodeBeacon, encodeBeacon, LONGEST_BEACON_BYTES, type Beacon } from '../wire/beacon.ts';
import { BeaconSockets } from './beacon-sockets.ts';
import { HintBook, type HeardNode } from './discovery-hints.ts';
import { SourceLimiter } from './discovery-limiter.ts';
import { BurstSchedule } from './discovery-schedule.ts';
import {
  InterfaceWatcher,
  missingInterfaces,
  systemInterfaces,
  usableAddresses,
  type InterfaceTable,
} from './interfaces.ts';
import { MDNS_PORT, MdnsEndpoint, mdnsPlacesOf } from './mdns-endpoint.ts';
import { heardNodeOf, type HeardService } from './mdns-record.ts';

export interface LanDiscoveryParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Names or addresses that the user chose. @default all usable ones */
  readonly interfaces?: readonly string[];
  readonly beaconPort: number;
  /** @default 5353 */
  readonly mdnsPort?: number;
  /** @default os.networkInterfaces */
  readonly listInterfaces?: () => InterfaceTable;
}

const BEACON_BURST_MS = [0, 1000, 3000];
const ALONE_PERIOD_MS = 10_000;
const BEACON_PERIOD_MS = 30_000;
/** The making of an endpoint asks once already; the answer to that is easily lost when an interface has just come up. */
const QUERY_BURST_MS = [1000, 3000, 8000];
const QUERY_PERIOD_MS = 60_000;

export class LanDiscovery implements Discovery {
  readonly #parts: LanDiscoveryParts;
  readonly #events: Emitter<DiscoveryEvent>;
  readonly #watcher: InterfaceWatcher;
  readonly #queries: BurstSchedule;
  readonly #beacons: BurstSchedule;
  readonly #mdnsLimiter: SourceLimiter;
  readonly #beaconLimiter: SourceLimiter;
  readonly #endpoints = new Map<string, MdnsEndpoint>();
  readonly #stopping = new Set<Promise<void>>();
  readonly #problems = new Map<string, string>();
  #sockets: BeaconSockets | undefined;
  #announcement: Announcement | undefined;
  #hints: HintBook | undefined;
  #heard = { mdns: 0, beacon: 0 };
  #stopped: Promise<void> | undefined;

  constructor(parts: LanDiscoveryParts) {
    this.#parts = parts;
    const { clock, random } = parts;
    this.#events = new Emitter((error) =>
      parts.log.error('a listener of discovery failed', { error: messageOf(error) }),
    );
    this.#mdnsLimiter = new SourceLimiter(clock);
    this.#beaconLimiter = new SourceLimiter(clock);
    this.#watcher = new InterfaceWatcher({
      clock,
      list: () => this.#listAddresses(),
      onChange: (addresses, reason) => this.#onInterfaces(addresses, reason),
    });
    this.#queries = new BurstSchedule({
      clock,
      random,
      burstMs: QUERY_BURST_MS,
      periodMs: () => (this.#isAlone ? ALONE_PERIOD_MS : QUERY_PERIOD_MS),
      run: () => this.#query(),
    });
    this.#beacons = new BurstSchedule({
      clock,
      random,
      burstMs: BEACON_BURST_MS,
      periodMs: () => (this.#isAlone ? ALONE_PERIOD_MS : BEACON_PERIOD_MS),
      run: () => this.#sendBeacon(),
    });
  }

  on(listener: (event: DiscoveryEvent) => void): Unsubscribe {
    return this.#events.on(listener);
  }

  async start(announcement: Announcement): Promise<void> {
    if (this.#announcement !== undefined || this.#stopped !== undefined) return;
    this.#announcement = announcement;
    this.#hints = new HintBook(this.#parts.clock, announcement);
    this.#sockets = new BeaconSockets({
      port: this.#parts.beaconPort,
      onDatagram: (bytes, from) => this.#onDatagram(bytes, from),
      onTrouble: (what, trouble) => this.#setProblem(`beacon ${what}`, trouble),
    });
    const listening = this.#sockets.listen();
    this.#watcher.start();
    this.#onInterfaces(this.#watcher.addresses, 'changed');
    await Promise.all([listening, ...[...this.#endpoints.values()].map((endpoint) => endpoint.opened)]);
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  report(): DiscoveryReport {
    return {
      interfaces: this.#watcher.addresses.map(({ name, address }) => ({ name, address })),
      mdnsHeard: this.#heard.mdns,
      beaconsHeard: this.#heard.beacon,
      problems: [...this.#problems.values()],
    };
  }

  /** The addresses in use, with their subnets. */
  get localAddresses(): readonly LocalAddress[] {
    return this.#watcher.addresses;
  }

  get #isAlone(): boolean {
    return this.#heard.mdns + this.#heard.beacon === 0;
  }

  async #stop(): Promise<void> {
    this.#watcher.stop();
    this.#queries.stop();
    this.#beacons.stop();
    for (const key of [...this.#endpoints.keys()]) this.#closeEndpoint(key);
    await Promise.all([...this.#stopping, this.#sockets?.stop()]);
  }

  #listAddresses(): readonly LocalAddress[] {
    const wanted = this.#parts.interfaces ?? [];
    try {
      const addresses = usableAddresses((this.#parts.listInterfaces ?? systemInterfaces)(), wanted);
      const missing = missingInterfaces(addresses, wanted);
      this.#setProblem(
        'missing',
        missing.length === 0 ? undefined : `No interface that is up is ${missing.join(' or ')}.`,
      );
      const alone = wanted.length === 0 && addresses.every((local) => local.internal);
      this.#setProblem('alone', alone ? 'No network is up: only nodes on this machine can be found.' : undefined);
      this.#setProblem('list', undefined);
      return addresses;
    } catch (error) {
      this.#setProblem('list', `The network interfaces can't be listed: ${messageOf(error)}.`);
      return this.#watcher.addresses;
    }
  }

  #onInterfaces(addresses: readonly LocalAddress[], reason: 'changed' | 'woke'): void {
    if (this.#stopped !== undefined) return;
    if (reason === 'changed')
      this.#events.emit({ type: 'interfaces', interfaces: addresses.map(({ name, address }) => ({ name, address })) });
    this.#hints?.refresh();
    this.#openEndpoints();
    if (reason === 'woke') this.#query();
    this.#queries.restart();
    this.#beacons.restart();
  }

  /** Makes the endpoints fit the interfaces; one that failed is tried anew. */
  #openEndpoints(): void {
    const announcement = this.#announcement;
    if (announcement === undefined || this.#stopped !== undefined) return;
    const places = new Map(mdnsPlacesOf(this.#watcher.addresses).map((place) => [place.key, place]));
    for (const key of [...this.#endpoints.keys()])
      if (!places.has(key)) {
        this.#closeEndpoint(key);
        this.#setProblem(`mdns ${key}`, undefined);
      }
    for (const [key, place] of places) {
      if (this.#endpoints.has(key)) continue;
      const where = `${place.interfaceName} (${place.interfaceAddress})`;
      const endpoint = new MdnsEndpoint({
        clock: this.#parts.clock,
        place,
        announcement,
        port: this.#parts.mdnsPort ?? MDNS_PORT,
        limiter: this.#mdnsLimiter,
        onService: (service) => this.#onService(service),
        onTrouble: (trouble) => this.#setProblem(`mdns ${key}`, trouble && `mDNS on ${where} ${trouble}.`),
      });
      this.#endpoints.set(key, endpoint);
    }
  }

  #closeEndpoint(key: string): void {
    const endpoint = this.#endpoints.get(key);
    this.#endpoints.delete(key);
    if (endpoint === undefined) return;
    const stopping = endpoint.stop().finally(() => this.#stopping.delete(stopping));
    this.#stopping.add(stopping);
  }

  #query(): void {
    for (const [key, endpoint] of [...this.#endpoints])
      if (endpoint.isOpen) endpoint.refresh();
      else this.#closeEndpoint(key);
    this.#openEndpoints();
  }

  #onService(service: HeardService): void {
    const heard = heardNodeOf(service, this.#watcher.addresses);
    if (heard !== undefined) this.#onHeard(heard);
  }

  #onDatagram(bytes: Uint8Array, from: string): void {
    if (this.#stopped !== undefined || bytes.length > 4 * LONGEST_BEACON_BYTES) return;
    if (!isOnLocalSubnet(from, this.#watcher.addresses) || !this.#beaconLimiter.allows(from)) return;
    let beacon: Beacon;
    try {
      beacon = decodeBeacon(bytes);
    } catch {
      return;
    }
    const { instanceId, port } = beacon;
    this.#onHeard({
      source: 'beacon',
      instanceId,
      from,
      addresses: [{ host: from, port }],
      ...(beacon.network === 'closed' ? { tag: beacon.tag } : { peerId: peerIdOfKey(beacon.publicKey) }),
    });
  }

  #onHeard(heard: HeardNode): void {
    const hints = this.#hints;
    if (hints === undefined || this.#stopped !== undefined || !hints.isOfOurs(heard)) return;
    this.#heard[heard.source]++;
    const hint = hints.take(heard);
    if (hint === undefined) return;
    this.#parts.log.debug('heard of a node', { source: hint.source, instance: hint.instanceId, from: heard.from });
    this.#events.emit({ type: 'hint', hint });
  }

  #sendBeacon(): void {
    const bytes = this.#beaconBytes();
    const sockets = this.#sockets;
    if (bytes === undefined || sockets === undefined) return;
    void sockets.listen();
    void sockets.send(bytes, this.#watcher.addresses);
  }

  #beaconBytes(): Uint8Array | undefined {
    if (this.#announcement === undefined) return undefined;
    const { instanceId, port, peerId, networkTag } = this.#announcement;
    if (networkTag !== undefined)
      return encodeBeacon({ instanceId, port, network: 'closed', tag: networkTag(instanceId) });
    const publicKey = peerId === undefined ? undefined : keyOfPeerId(peerId);
    return publicKey && encodeBeacon({ instanceId, port, network: 'open', publicKey });
  }

  #setProblem(key: string, problem: string | undefined): void {
    if (problem === undefined) {
      this.#problems.delete(key);
      return;
    }
    if (this.#problems.get(key) !== problem) this.#parts.log.info(problem);
    this.#problems.set(key, problem);
  }
}
