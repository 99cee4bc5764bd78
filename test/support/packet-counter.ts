// Proves that no packet goes to an address: counts at the host's own output, its ARP requests, and on the wire.

import { nft, run } from './namespaces.ts';

export interface PacketCounts {
  /** IP packets that the host's own stack let out. */
  readonly ip: number;
  /** ARP requests for such an address, at the host. */
  readonly arp: number;
  /** Frames on the host's cable that carry or, by ARP, ask for such an address. */
  readonly wire: number;
}

export interface PacketCounter {
  read(): Promise<PacketCounts>;
}

export interface CountedHost {
  readonly name: string;
  readonly namespace: string;
  readonly switchNamespace: string;
  readonly ports: readonly string[];
}

let counters = 0;

export async function startPacketCounter(host: CountedHost, cidrs: readonly string[]): Promise<PacketCounter> {
  counters += 1;
  const table = `count${counters}`;
  const of = (pattern: (cidr: string) => string | undefined): string =>
    cidrs
      .map(pattern)
      .filter((rule) => rule !== undefined)
      .map((rule) => `    ${rule} counter name seen\n`)
      .join('');
  const isIpv6 = (cidr: string): boolean => cidr.includes(':');

  await nft(
    host.namespace,
    `table inet ${table} {
  counter seen { }
  chain out {
    type filter hook output priority 0;
${of((cidr) => `${isIpv6(cidr) ? 'ip6' : 'ip'} daddr ${cidr}`)}  }
}
table arp ${table} {
  counter seen { }
  chain out {
    type filter hook output priority 0;
${of((cidr) => (isIpv6(cidr) ? undefined : `arp daddr ip ${cidr}`))}  }
}`,
  );
  const from = `iifname { ${host.ports.join(', ')} }`;
  await nft(
    host.switchNamespace,
    `table bridge ${table} {
  counter seen { }
  chain in {
    type filter hook prerouting priority 0;
${of((cidr) => `${from} ${isIpv6(cidr) ? 'ip6' : 'ip'} daddr ${cidr}`)}${of((cidr) =>
      isIpv6(cidr) ? undefined : `${from} arp daddr ip ${cidr}`,
    )}  }
}`,
  );

  return {
    read: async (): Promise<PacketCounts> => ({
      ip: await packetsOf(host.namespace, 'inet', table),
      arp: await packetsOf(host.namespace, 'arp', table),
      wire: await packetsOf(host.switchNamespace, 'bridge', table),
    }),
  };
}

async function packetsOf(namespace: string, family: string, table: string): Promise<number> {
  const listed = await run('ip', ['netns', 'exec', namespace, 'nft', 'list', 'counter', family, table, 'seen']);
  const packets = /packets (\d+)/.exec(listed)?.[1];
  if (packets === undefined) throw new Error(`nft did not say what ${family} ${table} counted:\n${listed}`);
  return Number(packets);
}
