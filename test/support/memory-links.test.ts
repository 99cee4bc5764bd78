// The links in memory keep the contract of the real ones, so that scenarios are worth something.

import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8 } from '../../src/base/bytes.ts';
import { sleep, systemClock } from '../../src/base/clock.ts';
import type { ContractNode } from './link-ends.ts';
import { MemoryLinks } from './memory-links.ts';
import { MemoryNetwork } from './memory-network.ts';
import { peerLinksContract } from './peer-links-contract.ts';
import { identityOf } from './scenario.ts';
import { seededRandom } from './seeded-random.ts';
import { VirtualClock } from './virtual-clock.ts';

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

/** Each packet takes a way of its own: only what is on one connection stays in order. */
class UnevenNetwork extends MemoryNetwork {
  override travelMs(): number {
    return this.random.fraction() < 0.5 ? 0 : 50 * this.random.fraction();
  }
}

describe('MemoryLinks', () => {
  it('keep frames in order while several connections between two come and go, whichever is faster', async () => {
    const dials = fc.array(fc.record({ byAlice: fc.boolean(), atMs: fc.nat(120) }), { minLength: 2, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.integer(), dials, async (seed, planned) => {
        const random = seededRandom(seed);
        const clock = new VirtualClock();
        const lan = new UnevenNetwork({ clock, random });
        const ends = ['alice', 'bob'].map((name) => {
          const identity = identityOf(random.bytes(32));
          const port = { first: 9011, last: 9020 };
          const links = new MemoryLinks(lan, lan.machine(name), { identity, port, prologue: utf8(''), clock });
          const [heard, events]: [number[], string[]] = [[], []];
          links.on(({ type }) => events.push(type));
          links.onFrame((_, frame) => {
            heard.push(frame[0]!);
            return random.fraction() < 0.2 ? sleep(clock, 20 * random.fraction()) : undefined;
          });
          return { links, heard, events };
        });
        const [alice, bob] = [ends[0]!, ends[1]!];
        for (const [index, { links }] of ends.entries()) await links.start({ instanceId: `${index}` });
        const dialled = planned.map(async ({ byAlice, atMs }) => {
          await sleep(clock, atMs);
          const [from, to] = byAlice ? [alice, bob] : [bob, alice];
          return from.links.dial({ host: to.links.machine.ip, port: to.links.port });
        });
        const sent = [0, 0];
        for (let step = 0; step < 300; step++) {
          for (const [index, { links }] of ends.entries())
            for (const link of links.links.values())
              if (sent[index]! < 250) expect(link.send(new Uint8Array([sent[index]!++]))).toBe(true);
          await clock.advance(1);
        }
        await clock.advance(5_000);
        await Promise.all(dialled);
        for (const [index, { heard, events, links }] of ends.entries()) {
          expect(heard).toEqual(Array.from({ length: sent[1 - index]! }, (_, number) => number));
          expect(events).toEqual(['up']);
          expect(links.channelCount).toBe(1);
        }
      }),
      { numRuns: 60 },
    );
  });
});
