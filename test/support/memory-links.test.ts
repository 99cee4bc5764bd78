// The links in memory keep the contract of the real ones, so that scenarios are worth something.

import '../../src/base/platform.ts';
import { utf8 } from '../../src/base/bytes.ts';
import { systemClock } from '../../src/base/clock.ts';
import type { ContractNode } from './link-ends.ts';
import { MemoryLinks } from './memory-links.ts';
import { MemoryNetwork } from './memory-network.ts';
import { peerLinksContract } from './peer-links-contract.ts';
import { identityOf } from './scenario.ts';
import { seededRandom } from './seeded-random.ts';

peerLinksContract('MemoryLinks', () => {
  const random = seededRandom(11);
  const lan = new MemoryNetwork({ clock: systemClock, random });
  const made = new Map<ContractNode, MemoryLinks>();
  return {
    make({ sameKeyAs, network } = {}) {
      const copied = sameKeyAs === undefined ? undefined : made.get(sameKeyAs);
      const links = new MemoryLinks(lan, lan.machine(`machine ${made.size}`), {
        identity: copied?.identity ?? identityOf(random.bytes(32)),
        port: { first: 9011, last: 9020 },
        prologue: utf8(network ?? ''),
        clock: systemClock,
      });
      const node = { links, peerId: links.peerId };
      made.set(node, links);
      return node;
    },
    addressOf: (node) => ({ host: made.get(node)?.machine.ip ?? '', port: node.links.port }),
    emptyAddress: { host: '192.168.7.1', port: 1 },
  };
});
