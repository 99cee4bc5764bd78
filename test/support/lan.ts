// A LAN on one computer, for tests: hosts are network namespaces, the switch is a bridge in a namespace of its own, so
// that nothing touches the real network.
//
//        switch namespace                      host namespaces
//     +--------------------+
//     |  lan1  +-- p1e0 ---|--- veth ---  eth0 10.77.1.1/24   (lo up, no default route)
//     |        +-- p2e0 ---|--- veth ---  eth0 10.77.1.2/24
//     |  lan2  +-- p2e1 ---|--- veth ---  eth1 10.77.2.2/24   (only where asked for)
//     +--------------------+
//
// The bridges have no addresses, no spanning tree and no multicast snooping: the cheapest switch there is.

import { addressLine, type InterfaceName, LanHost, type PortOfSwitch } from './lan-host.ts';
import * as namespaces from './namespaces.ts';

export { LanHost } from './lan-host.ts';

export interface HostOptions {
  /** Segment (1 or 2) that eth0 is plugged into. @default 1 */
  readonly segment?: 1 | 2;
  /** An eth1 in segment 2 as well. @default false */
  readonly secondInterface?: boolean;
  /** False: the interfaces are there but down, until `setLinkUp`. @default true */
  readonly linkUp?: boolean;
}

export interface LanOptions {
  /** How many, or one by one. */
  readonly hosts: number | readonly HostOptions[];
  /** 10.77.SEGMENT.x/24. @default true */
  readonly ipv4?: boolean;
  /** `ula`: fd77:0:0:SEGMENT::x/64 and link-local; `none`: the kernel's IPv6 is off. @default 'link-local' */
  readonly ipv6?: 'none' | 'link-local' | 'ula';
}

export class Lan implements AsyncDisposable {
  readonly hosts: readonly LanHost[];
  readonly #switchNamespace: string;
  #disposed = false;

  constructor(switchNamespace: string, hosts: readonly LanHost[]) {
    this.#switchNamespace = switchNamespace;
    this.hosts = hosts;
  }

  host(index: number): LanHost {
    const host = this.hosts[index];
    if (host === undefined) throw new Error(`This LAN has ${this.hosts.length} hosts, none at ${index}.`);
    return host;
  }

  /** A switch or access point that forwards no multicast. IPv6 neighbour discovery stays, or IPv6 itself would end. */
  async dropMulticast(): Promise<void> {
    await this.block('ip daddr 224.0.0.0/4 drop');
    await this.block('ip6 daddr != { ff02::1, ff02::2, ff02::1:ff00:0/104 } ip6 daddr ff00::/8 drop');
  }

  /** Forwards no IP broadcast either. */
  async dropBroadcast(): Promise<void> {
    await this.block('ether daddr ff:ff:ff:ff:ff:ff ether type ip drop');
  }

  /** Adds a rule (in nft's words, for the bridge family) to what the switch refuses to forward. */
  async block(rule: string): Promise<void> {
    await blockIn(this.#switchNamespace, rule);
  }

  /** Takes back every drop. */
  async unblock(): Promise<void> {
    await namespaces.nft(this.#switchNamespace, 'flush chain bridge mmchat forward');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    await Promise.all(this.hosts.map(async (host) => host.killProcesses()));
    for (const host of this.hosts) await namespaces.removeNamespace(host.namespace);
    await namespaces.removeNamespace(this.#switchNamespace);
  }
}

/** Builds the LAN; `await using` takes it down again, with every process in it. */
export async function createLan(options: LanOptions): Promise<Lan> {
  const { ipv4 = true, ipv6 = 'link-local' } = options;
  const hostOptions: readonly HostOptions[] =
    typeof options.hosts === 'number' ? Array.from({ length: options.hosts }, () => ({})) : options.hosts;
  const prefix = namespaces.newNamespacePrefix();
  const switchNamespace = `${prefix}-switch`;
  namespaces.sweepStaleNamespaces();

  const hosts: LanHost[] = [];
  try {
    await addSwitch(switchNamespace);
    for (const [index, host] of hostOptions.entries()) {
      hosts.push(await addHost({ prefix, switchNamespace, number: index + 1, ipv4, ipv6, host }));
    }
  } catch (error) {
    await new Lan(switchNamespace, hosts)[Symbol.asyncDispose]().catch(() => undefined);
    throw error;
  }
  return new Lan(switchNamespace, hosts);
}

/** Why there can be no LAN here, in one line; undefined when there can. */
export function lanAvailable(): string | undefined {
  return namespaces.namespacesUnavailable();
}

interface NewHost {
  readonly prefix: string;
  readonly switchNamespace: string;
  readonly number: number;
  readonly ipv4: boolean;
  readonly ipv6: 'none' | 'link-local' | 'ula';
  readonly host: HostOptions;
}

async function addSwitch(switchNamespace: string): Promise<void> {
  await namespaces.addNamespace(switchNamespace);
  await namespaces.setKernel(switchNamespace, { 'net/ipv6/conf/all/disable_ipv6': '1' });
  await namespaces.ipBatch(
    switchNamespace,
    ['lan1', 'lan2'].flatMap((bridge) => [
      `link add ${bridge} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
      `link set ${bridge} up`,
    ]),
  );
  await namespaces.nft(
    switchNamespace,
    'table bridge mmchat {\n chain forward {\n type filter hook forward priority 0; policy accept;\n }\n}',
  );
}

async function blockIn(switchNamespace: string, rule: string): Promise<void> {
  await namespaces.nft(switchNamespace, `add rule bridge mmchat forward ${rule}`);
}

async function addHost({ prefix, switchNamespace, number, ipv4, ipv6, host }: NewHost): Promise<LanHost> {
  const { segment = 1, secondInterface = false, linkUp = true } = host;
  const name = `host${number}`;
  const namespace = `${prefix}-${name}`;
  await namespaces.addNamespace(namespace);
  await namespaces.setKernel(
    namespace,
    ipv6 === 'none'
      ? { 'net/ipv6/conf/all/disable_ipv6': '1', 'net/ipv6/conf/default/disable_ipv6': '1' }
      : { 'net/ipv6/conf/default/accept_dad': '0', 'net/ipv6/conf/default/router_solicitations': '0' },
  );

  const ports = new Map<InterfaceName, PortOfSwitch>();
  const addresses = new Map<InterfaceName, string[]>();
  const plug = (interfaceName: InterfaceName, number_: number, inSegment: number): string[] => {
    const port = `p${number_}${interfaceName.replace('eth', 'e')}`;
    const bridge = `lan${inSegment}`;
    ports.set(interfaceName, { port, bridge });
    addresses.set(interfaceName, [
      ...(ipv4 ? [`10.77.${inSegment}.${number_}/24`] : []),
      ...(ipv6 === 'ula' ? [`fd77:0:0:${inSegment}::${number_.toString(16)}/64`] : []),
    ]);
    return [
      `link add ${port} type veth peer name ${interfaceName} netns ${namespace}`,
      `link set ${port} master ${bridge}`,
      `link set ${port} up`,
    ];
  };
  await namespaces.ipBatch(switchNamespace, [
    ...plug('eth0', number, segment),
    ...(secondInterface ? plug('eth1', number, 2) : []),
  ]);
  await namespaces.ipBatch(namespace, [
    'link set lo up',
    ...[...addresses].flatMap(([interfaceName, ofInterface]) => [
      ...(linkUp ? [`link set ${interfaceName} up`] : []),
      ...(linkUp ? ofInterface.map((address) => addressLine(address, interfaceName)) : []),
    ]),
  ]);
  return new LanHost({
    name,
    namespace,
    switchNamespace,
    ports,
    addresses,
    block: async (rule): Promise<void> => blockIn(switchNamespace, rule),
  });
}
