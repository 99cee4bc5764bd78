// Discovery on the LAN in memory: packets to everybody that the switch lets through, on the schedule of the real one.

import type { Clock } from '../../src/base/clock.ts';
import { Emitter, type Unsubscribe } from '../../src/base/emitter.ts';
import type { Random } from '../../src/base/random.ts';
import type { Announcement, Discovery, DiscoveryEvent, DiscoveryReport } from '../../src/contracts/discovery.ts';
import { HintBook, type HeardNode } from '../../src/net/discovery-hints.ts';
import { BurstSchedule } from '../../src/net/discovery-schedule.ts';
import { InterfaceWatcher } from '../../src/net/interfaces.ts';
import { failTheRun, type Machine, type MemoryNetwork } from './memory-network.ts';

const QUERY_BURST_MS = [0, 1_000, 3_000, 8_000];
const BEACON_BURST_MS = [0, 1_000, 3_000];
const ALONE_PERIOD_MS = 10_000;
const QUERY_PERIOD_MS = 60_000;
const BEACON_PERIOD_MS = 30_000;

export class MemoryDiscovery implements Discovery {
  readonly machine: Machine;
  readonly #network: MemoryNetwork;
  readonly #events = new Emitter<DiscoveryEvent>(failTheRun);
  readonly #watcher: InterfaceWatcher;
  readonly #queries: BurstSchedule;
  readonly #beacons: BurstSchedule;
  #announcement: Announcement | undefined;
  #hints: HintBook | undefined;
  readonly #heard = { mdns: 0, beacon: 0 };

  constructor(network: MemoryNetwork, machine: Machine, parts: { clock: Clock; random: Random }) {
    this.#network = network;
    this.machine = machine;
    const period = (usualMs: number) => (): number =>
      this.#heard.mdns + this.#heard.beacon === 0 ? ALONE_PERIOD_MS : usualMs;
    this.#queries = new BurstSchedule({
      ...parts,
      burstMs: QUERY_BURST_MS,
      periodMs: period(QUERY_PERIOD_MS),
      run: () => this.#query(),
    });
    this.#beacons = new BurstSchedule({
      ...parts,
      burstMs: BEACON_BURST_MS,
      periodMs: period(BEACON_PERIOD_MS),
      run: () => this.#broadcast('beacon'),
    });
    this.#watcher = new InterfaceWatcher({
      clock: parts.clock,
      list: () => (machine.plugged ? machine.addresses : []),
      onChange: () => {
        this.#hints?.refresh();
        this.#queries.restart();
        this.#beacons.restart();
      },
    });
    this.#clock = parts.clock;
  }

  readonly #clock: Clock;

  on(listener: (event: DiscoveryEvent) => void): Unsubscribe {
    return this.#events.on(listener);
  }

  start(announcement: Announcement): Promise<void> {
    this.#announcement = announcement;
    this.#hints = new HintBook(this.#clock, announcement);
    this.#network.discoveries.add(this);
    this.#watcher.start();
    this.#queries.restart();
    this.#beacons.restart();
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.kill();
    return Promise.resolve();
  }

  kill(): void {
    this.#network.discoveries.delete(this);
    this.#watcher.stop();
    this.#queries.stop();
    this.#beacons.stop();
  }

  report(): DiscoveryReport {
    return { interfaces: [], mdnsHeard: this.#heard.mdns, beaconsHeard: this.#heard.beacon, problems: [] };
  }

  /** Tells everybody, and everybody answers. */
  #query(): void {
    this.#broadcast('mdns');
    for (const other of this.#others('mdns'))
      this.#network.clock.after(this.#network.travelMs() * 2, () => other.#send('mdns', this));
  }

  #broadcast(source: HeardNode['source']): void {
    for (const other of this.#others(source))
      this.#network.clock.after(this.#network.travelMs(), () => this.#send(source, other));
  }

  #others(source: HeardNode['source']): MemoryDiscovery[] {
    const passes = source === 'mdns' ? this.#network.multicast : this.#network.broadcast;
    return [...this.#network.discoveries].filter(
      (other) => other !== this && (passes || other.machine === this.machine) && this.#reaches(other),
    );
  }

  #reaches(other: MemoryDiscovery): boolean {
    return this.#network.discoveries.has(this) && this.#network.isOpen(this.machine, other.machine);
  }

  #send(source: HeardNode['source'], to: MemoryDiscovery): void {
    if (this.#announcement === undefined || !this.#reaches(to) || !this.#network.discoveries.has(to)) return;
    const { instanceId, peerId, networkTag, port } = this.#announcement;
    to.hear({
      source,
      instanceId,
      addresses: this.machine.addresses.map(({ address }) => ({ host: address, port })),
      from: this.machine.ip,
      ...(peerId === undefined ? {} : { peerId }),
      ...(networkTag === undefined ? {} : { tag: networkTag(instanceId) }),
    });
  }

  /** Also for tests that play a liar. */
  hear(heard: HeardNode): void {
    if (this.#hints?.isOfOurs(heard) !== true) return;
    this.#heard[heard.source]++;
    const hint = this.#hints.take(heard);
    if (hint !== undefined) this.#events.emit({ type: 'hint', hint });
  }
}
