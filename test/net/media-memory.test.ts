// Media in memory does what the real one does.

import '../../src/base/platform.ts';
import { peerIdOfKey } from '../../src/base/peer-id.ts';
import { createSigner } from '../../src/base/ed25519.ts';
import { mediaContract, type MediaNode, type MediaWorld } from '../support/media-contract.ts';
import { MemoryLinks } from '../support/memory-links.ts';
import { MemoryMediaNetwork, MemoryMediaTransport } from '../support/memory-media.ts';
import { MemoryNetwork, type Machine } from '../support/memory-network.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

mediaContract('media in memory', async (): Promise<MediaWorld> => {
  const clock = new VirtualClock();
  const random = seededRandom(7);
  const network = new MemoryNetwork({ clock, random });
  const net = new MemoryMediaNetwork(network);
  const make = async (name: string): Promise<MediaNode & { links: MemoryLinks; machine: Machine }> => {
    const machine = network.machine(name);
    const seed = random.bytes(32);
    const { publicKey } = createSigner(seed);
    const identity = { seed, publicKey, peerId: peerIdOfKey(publicKey) };
    const port = { first: 9_011, last: 9_020 };
    const links = new MemoryLinks(network, machine, { identity, port, prologue: new Uint8Array(0), clock });
    const transport = new MemoryMediaTransport(net, machine, {
      clock,
      random,
      links,
      port: { wanted: () => links.port },
    });
    await links.start({ instanceId: name.padEnd(16, '0') });
    await transport.start({});
    transport.setInterfaces(machine.addresses.map(({ name: eth, address }) => ({ name: eth, address })));
    return { peerId: identity.peerId, transport, links, machine };
  };
  const alice = await make('alice');
  const bob = await make('bob');
  const dialled = alice.links.dial({ host: bob.machine.ip, port: bob.links.port });
  await clock.advance(100);
  await dialled;
  return {
    alice,
    bob,
    candidatesOf: (_side, own) => own,
    setUdpBlocked(blocked) {
      if (blocked) net.blockUdp(alice.machine, bob.machine);
      else net.allowUdp(alice.machine, bob.machine);
    },
    async cutLink() {
      alice.links.links.get(bob.peerId)?.close('closed');
      await clock.advance(100);
    },
    nowMs: () => clock.monotonicMs(),
    pass: (ms) => clock.advance(ms),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([alice, bob].flatMap(({ transport, links }) => [transport.stop(), links.stop()]));
    },
  };
});
