// One computer of a test LAN: a network namespace with an eth0 and perhaps an eth1.

import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { ipBatch } from './namespaces.ts';
import { type PacketCounter, startPacketCounter } from './packet-counter.ts';

export type InterfaceName = 'eth0' | 'eth1';

/** `plug`: the host itself sees no carrier. `behind-switch`: its own link stays up, but nothing gets through. */
export type CableKind = 'plug' | 'behind-switch';

export interface PortOfSwitch {
  /** The bridge's end of the cable, in the switch's namespace. */
  readonly port: string;
  readonly bridge: string;
}

export interface HostParts {
  readonly name: string;
  readonly namespace: string;
  readonly switchNamespace: string;
  readonly ports: ReadonlyMap<InterfaceName, PortOfSwitch>;
  readonly addresses: Map<InterfaceName, string[]>;
  readonly block: (rule: string) => Promise<void>;
}

export class LanHost {
  readonly name: string;
  readonly namespace: string;
  readonly #parts: HostParts;
  readonly #children = new Set<ChildProcess>();

  constructor(parts: HostParts) {
    this.name = parts.name;
    this.namespace = parts.namespace;
    this.#parts = parts;
  }

  /** The IPv4 address of eth0, or the IPv6 address where there is no other. */
  get address(): string {
    const [address] = this.addressesOf('eth0');
    if (address === undefined) throw new Error(`${this.name} has no address.`);
    return address;
  }

  /** Addresses given by the LAN, without prefix length. */
  addressesOf(interfaceName: InterfaceName): readonly string[] {
    return (this.#parts.addresses.get(interfaceName) ?? []).map((address) => address.split('/')[0] ?? '');
  }

  /** How to run a command in this host by any starter of processes, e.g. tmux. */
  commandInside(command: string, args: readonly string[]): readonly [string, ...string[]] {
    return ['ip', 'netns', 'exec', this.namespace, command, ...args];
  }

  /** Starts a command in this host. `ip netns exec` becomes the command, so that the child's pid is the command's. */
  spawn(command: string, args: readonly string[] = [], options: SpawnOptions = {}): ChildProcess {
    const [first, ...rest] = this.commandInside(command, args);
    const child = spawn(first, rest, options);
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    return child;
  }

  async pullCable(kind: CableKind = 'plug', interfaceName: InterfaceName = 'eth0'): Promise<void> {
    const { port } = this.#port(interfaceName);
    const change = kind === 'plug' ? `link set dev ${port} down` : `link set dev ${port} nomaster`;
    await ipBatch(this.#parts.switchNamespace, [change]);
  }

  /** Undoes either kind of pulling. */
  async plugCable(interfaceName: InterfaceName = 'eth0'): Promise<void> {
    const { port, bridge } = this.#port(interfaceName);
    await ipBatch(this.#parts.switchNamespace, [`link set dev ${port} master ${bridge}`, `link set dev ${port} up`]);
  }

  /** Replaces the addresses of an interface, as a new DHCP lease does. With prefix length, e.g. `10.77.1.99/24`. */
  async setAddress(address: string | readonly string[], interfaceName: InterfaceName = 'eth0'): Promise<void> {
    const addresses = typeof address === 'string' ? [address] : [...address];
    this.#parts.addresses.set(interfaceName, addresses);
    await ipBatch(this.namespace, [
      `addr flush dev ${interfaceName} scope global`,
      ...addresses.map((one) => addressLine(one, interfaceName)),
    ]);
  }

  /** The administrator's `ip link set up` and `down`; an interface that comes up gets the LAN's addresses again. */
  async setLinkUp(up: boolean, interfaceName: InterfaceName = 'eth0'): Promise<void> {
    await ipBatch(this.namespace, [`link set dev ${interfaceName} ${up ? 'up' : 'down'}`]);
    // The kernel drops IPv6 addresses of an interface that goes down.
    if (up) await this.setAddress(this.#parts.addresses.get(interfaceName) ?? [], interfaceName);
  }

  async setDefaultRoute(gateway: string): Promise<void> {
    await ipBatch(this.namespace, [`route replace default via ${gateway}`]);
  }

  /** No IP broadcast reaches or leaves this host; ARP does. */
  async dropBroadcast(): Promise<void> {
    for (const { port } of this.#parts.ports.values()) {
      for (const side of ['iifname', 'oifname']) {
        await this.#parts.block(`${side} ${port} ether daddr ff:ff:ff:ff:ff:ff ether type ip drop`);
      }
    }
  }

  /** Nothing addressed to this port of anybody reaches or leaves this host. */
  async dropPort(protocol: 'tcp' | 'udp', portNumber: number): Promise<void> {
    for (const { port } of this.#parts.ports.values()) {
      for (const side of ['iifname', 'oifname'])
        await this.#parts.block(`${side} ${port} ${protocol} dport ${portNumber} drop`);
    }
  }

  /** The two can't reach each other at all, whatever they send, while others reach both. */
  async dropTrafficWith(other: LanHost): Promise<void> {
    for (const { port: one } of this.#parts.ports.values()) {
      for (const { port: two } of other.#parts.ports.values()) {
        await this.#parts.block(`iifname ${one} oifname ${two} drop`);
        await this.#parts.block(`iifname ${two} oifname ${one} drop`);
      }
    }
  }

  /** Counts what this host sends to addresses in these networks from now on. */
  async countPacketsTo(...cidrs: readonly string[]): Promise<PacketCounter> {
    const ports = [...this.#parts.ports.values()].map(({ port }) => port);
    return startPacketCounter({ ...this.#parts, ports }, cidrs);
  }

  /** Ends the processes that `spawn` started. */
  async killProcesses(): Promise<void> {
    const ended = [...this.#children].map(async (child) => {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    });
    await Promise.all(ended);
  }

  #port(interfaceName: InterfaceName): PortOfSwitch {
    const port = this.#parts.ports.get(interfaceName);
    if (port === undefined) throw new Error(`${this.name} has no ${interfaceName}.`);
    return port;
  }
}

/** The line of `ip -batch` that adds an address. IPv6 without the second of duplicate detection. */
export function addressLine(address: string, interfaceName: InterfaceName): string {
  const broadcast = address.includes(':') ? 'nodad' : 'broadcast +';
  return `addr add ${address} ${broadcast} dev ${interfaceName}`;
}
