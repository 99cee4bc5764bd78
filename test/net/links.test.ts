// Links over libp2p on the loopback: the contract, and what only this implementation does.

import '../../src/base/platform.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { utf8 } from '../../src/base/bytes.ts';
import type { LinkEvent } from '../../src/contracts/links.ts';
import type { Identity } from '../../src/contracts/stores.ts';
import { Libp2pLinks, type LinksOptions } from '../../src/net/libp2p-links.ts';
import { encodePeerMessage } from '../../src/wire/peer-messages.ts';
import type { ContractNode } from '../support/link-ends.ts';
import { peerLinksContract } from '../support/peer-links-contract.ts';
import { freshIdentity, RawPeer } from '../support/raw-peer.ts';
import { ManualClock } from './manual-clock.ts';

function makeLinks(options: Partial<LinksOptions> = {}): { links: Libp2pLinks; peerId: string } {
  const identity = options.identity ?? freshIdentity();
  const links = new Libp2pLinks({
    identity,
    port: { given: 0, first: 0, last: 0 },
    prologue: new Uint8Array(0),
    program: 'test/1',
    clock: systemClock,
    log: silentLog,
    ...options,
  });
  return { links, peerId: identity.peerId };
}

const on = (port: number): { host: string; port: number } => ({ host: '127.0.0.1', port });

peerLinksContract('Libp2pLinks', () => {
  const identities = new Map<ContractNode, Identity>();
  return {
    make({ sameKeyAs, network } = {}) {
      const identity = (sameKeyAs === undefined ? undefined : identities.get(sameKeyAs)) ?? freshIdentity();
      const node = makeLinks({ identity, ...(network === undefined ? {} : { prologue: utf8(network) }) });
      identities.set(node, identity);
      return node;
    },
    addressOf: ({ links }) => on(links.port),
    emptyAddress: on(1),
  };
});

describe('Libp2pLinks', () => {
  const cleanups: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  async function started(options: Partial<LinksOptions> = {}): Promise<{ links: Libp2pLinks; events: LinkEvent[] }> {
    const { links } = makeLinks(options);
    cleanups.push(() => links.stop());
    const events: LinkEvent[] = [];
    links.on((event) => events.push(event));
    await links.start({ instanceId: '00000000000000aa' });
    return { links, events };
  }

  async function rawPeer(): Promise<RawPeer> {
    const peer = await RawPeer.create();
    cleanups.push(() => peer.stop());
    return peer;
  }

  /** Moves time on and lets the network work in between: all of it is in this process, so its turns are what counts. */
  async function pass(clocks: readonly ManualClock[], forMs: number): Promise<void> {
    for (let passedMs = 0; passedMs < forMs; passedMs += 500) {
      for (const clock of clocks) clock.advance(500);
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(resolve, 3));
    }
  }

  it('somebody silent is lost after 3.5 s, somebody idle is not', async () => {
    const [clock, otherClock] = [new ManualClock(), new ManualClock()];
    const { links, events } = await started({ clock });
    const other = await started({ clock: otherClock });
    await other.links.dial(on(links.port));
    const silent = await rawPeer();
    const link = await silent.link(on(links.port));
    await silent.waitFor((message) => message.type === 'hello');
    await expect.poll(() => links.links.size).toBe(2);
    await pass([clock, otherClock], 3_000);
    expect(links.links.size).toBe(2);
    await pass([clock, otherClock], 1_500);
    expect(events.filter(({ type }) => type === 'down')).toMatchObject([
      { link: { peerId: silent.peerId }, reason: 'lost' },
    ]);
    await link.closed();
    await pass([clock, otherClock], 60_000);
    expect(links.links.size).toBe(1);
  });

  it('after a stall of our own everybody gets a fresh chance', async () => {
    const clock = new ManualClock();
    const { links } = await started({ clock });
    const peer = await rawPeer();
    const link = await peer.link(on(links.port));
    await expect.poll(() => links.links.size).toBe(1);
    await pass([clock], 2_000);
    // One late tick stands for a whole night.
    clock.stall(30_000_000);
    await pass([clock], 500);
    expect(links.links.size).toBe(1);
    link.push(new Uint8Array([0]));
    await link.roundTrip();
    await pass([clock], 3_000);
    expect(links.links.size).toBe(1);
  });

  it('without a Hello there is no link, and after 5 s no connection', async () => {
    const clock = new ManualClock();
    const { links, events } = await started({ clock });
    const peer = await rawPeer();
    const link = await peer.open(on(links.port));
    await pass([clock], 4_500);
    expect(link.isOpen).toBe(true);
    await pass([clock], 1_000);
    await link.closed();
    expect(events).toEqual([]);
  });

  it('a new start of somebody replaces the link of the old one', async () => {
    const { links, events } = await started();
    const peer = await rawPeer();
    await peer.link(on(links.port));
    await expect.poll(() => links.links.size).toBe(1);
    const again = await RawPeer.create({ identity: peer.identity });
    cleanups.push(() => again.stop());
    await again.link(on(links.port));
    await expect.poll(() => events.map(({ type }) => type)).toEqual(['up', 'down', 'up']);
    expect(links.links.size).toBe(1);
  });

  it('of two connections by the same dialler the one with the higher number stays', async () => {
    const { links, events } = await started();
    const frames: number[] = [];
    links.onFrame((_, frame) => void frames.push(frame.length));
    const peer = await rawPeer();
    const instanceId = new Uint8Array(8);
    const [late, early] = [await peer.open(on(links.port)), await peer.open(on(links.port))];
    late.hello({ instanceId, connection: 2 });
    await expect.poll(() => links.links.size).toBe(1);
    early.hello({ instanceId, connection: 1 });
    // Still read, as frames may be on their way on it …
    const ping = encodePeerMessage({ type: 'ping', token: 1 });
    early.frame(ping);
    await expect.poll(() => frames.length).toBe(1);
    // … and what comes on the other one waits until this one ends.
    late.frame(ping);
    await late.roundTrip();
    expect(frames).toHaveLength(1);
    await early.stream.close();
    await expect.poll(() => frames.length).toBe(2);
    await early.closed();
    expect(late.isOpen).toBe(true);
    expect(events.map(({ type }) => type)).toEqual(['up']);
  });

  it('a port given by hand that is taken is an error, others move on', async () => {
    const { links } = await started();
    const { port } = links;
    await expect(started({ port: { given: port, first: port, last: port } })).rejects.toMatchObject({
      code: 'port-in-use',
    });
    const other = await started({ port: { lastUsed: port, first: port, last: port } });
    expect(other.links.port).not.toBe(port);
  });

  it('start and stop leave no handle behind', async () => {
    const count = (): number => process.getActiveResourcesInfo().filter((kind) => /TCP/.test(kind)).length;
    // Connections of other tests may still be ending.
    await expect.poll(count).toBe(0);
    const [alice, bob] = [makeLinks(), makeLinks()];
    await alice.links.start({ instanceId: '00000000000000aa' });
    await bob.links.start({ instanceId: '00000000000000bb' });
    await alice.links.dial(on(bob.links.port));
    await Promise.all([alice.links.stop(), bob.links.stop()]);
    await expect.poll(count).toBe(0);
  });
});
