// A LAN in memory: machines with addresses, a switch between them, cables to pull. What travels on it is in
// memory-channel.ts (connections) and memory-discovery.ts (packets to everybody).

import type { Clock } from '../../src/base/clock.ts';
import { subnetBroadcast, type LocalAddress } from '../../src/base/ip-address.ts';
import type { Random } from '../../src/base/random.ts';
import type { MemoryConnection } from './memory-channel.ts';
import type { MemoryDiscovery } from './memory-discovery.ts';
import type { MemoryLinks } from './memory-links.ts';
import { seededRandom } from './seeded-random.ts';

export interface DialRecord {
  readonly atMs: number;
  readonly from: Machine;
  readonly host: string;
  readonly port: number;
}

export class Machine {
  readonly name: string;
  addresses: readonly LocalAddress[];
  plugged = true;
  /** By port. */
  readonly listeners = new Map<number, MemoryLinks>();

  constructor(name: string, addresses: readonly LocalAddress[]) {
    this.name = name;
    this.addresses = addresses;
  }

  get ip(): string {
    return this.addresses[0]?.address ?? '127.0.0.1';
  }

  has(host: string): boolean {
    return this.plugged && this.addresses.some(({ address }) => address === host);
  }
}

export interface MemoryNetworkOptions {
  readonly clock: Clock;
  readonly random?: Random;
  /** One way, on average. */
  readonly latencyMs?: number;
}

export class MemoryNetwork {
  readonly clock: Clock;
  readonly random: Random;
  readonly latencyMs: number;
  /** What the switch lets through to everybody. */
  multicast = true;
  broadcast = true;
  /** Every attempt to connect that left a machine. */
  readonly dials: DialRecord[] = [];
  readonly connections = new Set<MemoryConnection>();
  readonly discoveries = new Set<MemoryDiscovery>();
  readonly #machines: Machine[] = [];
  readonly #cuts = new Set<string>();
  #lastHost = 0;

  constructor(options: MemoryNetworkOptions) {
    this.clock = options.clock;
    this.random = options.random ?? seededRandom(1);
    this.latencyMs = options.latencyMs ?? 0.5;
  }

  /** A machine with the next address of 192.168.7.0/24, or of another subnet. */
  machine(name: string, subnet = '192.168.7'): Machine {
    const machine = new Machine(name, [this.#nextAddress(subnet)]);
    this.#machines.push(machine);
    return machine;
  }

  /** As after a new lease: connections from and to the old address hang. */
  giveNewAddress(machine: Machine, subnet = '192.168.7'): void {
    machine.addresses = [this.#nextAddress(subnet)];
    this.#pathsChanged();
  }

  #nextAddress(subnet: string): LocalAddress {
    const address = `${subnet}.${++this.#lastHost}`;
    const broadcast = subnetBroadcast(address, 24);
    return { name: 'eth0', address, family: 4, prefixLength: 24, internal: false, ...(broadcast && { broadcast }) };
  }

  unplug(machine: Machine): void {
    machine.plugged = false;
    this.#pathsChanged();
  }

  plug(machine: Machine): void {
    machine.plugged = true;
    this.#pathsChanged();
  }

  /** Nothing gets from one to the other any more, and nobody says so. */
  cut(left: Machine, right: Machine): void {
    this.#cuts.add(pairOf(left, right));
    this.#pathsChanged();
  }

  heal(left: Machine, right: Machine): void {
    this.#cuts.delete(pairOf(left, right));
    this.#pathsChanged();
  }

  healAll(): void {
    this.#cuts.clear();
    for (const machine of this.#machines) machine.plugged = true;
    this.#pathsChanged();
  }

  isOpen(left: Machine, right: Machine): boolean {
    return left === right || (left.plugged && right.plugged && !this.#cuts.has(pairOf(left, right)));
  }

  /** The machine that this address means to `from`. */
  machineAt(from: Machine, host: string): Machine | undefined {
    if (host.startsWith('127.') || host === '::1' || from.has(host)) return from;
    return this.#machines.find((machine) => machine.has(host));
  }

  /** One packet's way, a little different each time. */
  travelMs(): number {
    return this.latencyMs * (0.8 + 0.4 * this.random.fraction());
  }

  #pathsChanged(): void {
    for (const connection of this.connections) connection.pathChanged();
  }
}

function pairOf(left: Machine, right: Machine): string {
  return [left.name, right.name].sort().join(' ');
}

/** For what must not fail inside of an emitter that swallows: ends the test run. */
export function failTheRun(error: unknown): void {
  queueMicrotask(() => {
    throw error instanceof Error ? error : new Error(String(error));
  });
}
