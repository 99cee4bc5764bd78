// Whom a node dials, and whom never: what others say of addresses is bounded, whoever says it.

import '../../src/base/platform.ts';
import { expect, test } from 'vitest';
import { ADDRESS_LIMITS } from '../../src/services/address-book.ts';
import { DIAL_WINDOW } from '../../src/services/dial-window.ts';
import { encodePeerMessage } from '../../src/wire/peer-messages.ts';
import { MemoryLinks } from '../support/memory-links.ts';
import type { DialRecord } from '../support/memory-network.ts';
import { identityOf, Scenario, type Actor } from '../support/scenario.ts';

/** Somebody who only speaks the protocol of links, and says what a test wants. */
async function liarLinkedWith(scenario: Scenario, victim: Actor): Promise<MemoryLinks> {
  const identity = identityOf(scenario.random.bytes(32));
  const liar = new MemoryLinks(scenario.network, scenario.network.machine('liar'), {
    identity,
    prologue: new Uint8Array(0),
    clock: scenario.clock,
    port: { first: 9011, last: 9020 },
  });
  await liar.start({ instanceId: 'ffffffffffffffff' });
  const dialled = liar.dial({ host: victim.machine.ip, port: victim.links.port });
  await scenario.pass(100);
  await dialled;
  return liar;
}

function tell(
  scenario: Scenario,
  liar: MemoryLinks,
  victim: Actor,
  people: number,
  addressesOf: (index: number) => string[],
): void {
  const items = Array.from({ length: people }, (_, index) => ({
    author: identityOf(scenario.random.bytes(32)).publicKey,
    startId: 1,
    counter: 1,
    addresses: addressesOf(index),
  }));
  liar.links.get(victim.peerId)!.send(encodePeerMessage({ type: 'digest', items }));
}

function dialsOf({ network }: Scenario, { machine }: Actor): DialRecord[] {
  return network.dials.filter(({ from }) => from === machine);
}

test('told addresses outside of the local subnets cause no packet', async () => {
  const scenario = new Scenario();
  const alice = scenario.person('alice');
  await alice.start();
  const liar = await liarLinkedWith(scenario, alice);
  for (let round = 0; round < 3; round++)
    tell(scenario, liar, alice, 1_000, (index) => [
      `10.1.${index >> 8}.${index & 255}:9011`,
      `example.org:${index + 1}`,
    ]);
  await scenario.pass(60_000);
  expect(dialsOf(scenario, alice)).toEqual([]);
  await scenario.end();
});

test('of one person eight told addresses are tried, three times each, then ten minutes not', async () => {
  const scenario = new Scenario();
  const alice = scenario.person('alice');
  await alice.start();
  const liar = await liarLinkedWith(scenario, alice);
  const author = identityOf(scenario.random.bytes(32)).publicKey;
  const say = (first: number): void => {
    const addresses = Array.from({ length: 8 }, (_, index) => `192.168.7.${first + index}:9011`);
    const item = { author, startId: 1, counter: 1, addresses };
    liar.links.get(alice.peerId)!.send(encodePeerMessage({ type: 'digest', items: [item] }));
  };
  say(100);
  say(150);
  for (let second = 0; second < 500; second += 5) {
    await scenario.pass(5_000);
    say(100);
  }
  const dials = dialsOf(scenario, alice);
  expect(new Set(dials.map(({ host }) => host)).size).toBe(ADDRESS_LIMITS.toldPerPerson);
  expect(dials).toHaveLength(3 * ADDRESS_LIMITS.toldPerPerson);
  await scenario.pass(800_000);
  expect(dialsOf(scenario, alice).length).toBeLessThanOrEqual(5 * ADDRESS_LIMITS.toldPerPerson);
  await scenario.end();
});

test('of all people together 256 told addresses are tried, a few at a time, and the real ones are not kept waiting', async () => {
  const scenario = new Scenario();
  const alice = scenario.person('alice');
  await alice.start();
  const liar = await liarLinkedWith(scenario, alice);
  tell(scenario, liar, alice, 1_000, (index) => [`192.168.7.${10 + (index % 200)}:${1_000 + index}`]);
  await scenario.pass(5_000);
  const bob = scenario.person('bob');
  await bob.start();
  expect(await scenario.until('linked', () => alice.isLinkedWith(bob))).toBeLessThan(1_500);
  await scenario.pass(600_000);
  const told = dialsOf(scenario, alice).filter(({ host }) => host !== bob.machine.ip);
  expect(new Set(told.map(({ host, port }) => `${host} ${port}`)).size).toBe(ADDRESS_LIMITS.told);
  expect(alice.links.mostDialling).toBeLessThanOrEqual(DIAL_WINDOW.most);
  await scenario.end();
});

test('a laptop that remembers a hundred people of another office is linked with this one at once', async () => {
  const scenario = new Scenario();
  const alice = scenario.person('alice');
  await alice.remembers(
    Array.from({ length: 100 }, (_, index) => ({
      peerId: identityOf(scenario.random.bytes(32)).peerId,
      claimedName: `colleague ${index}`,
      rooms: [],
      addresses: [`192.168.7.${100 + index}:9011`],
      lastSeenAt: index,
    })),
  );
  const bob = scenario.person('bob');
  await bob.start();
  await alice.start();
  expect(await scenario.until('linked with bob', () => alice.isLinkedWith(bob))).toBeLessThan(1_500);
  await scenario.pass(300_000);
  expect(new Set(dialsOf(scenario, alice).map(({ host }) => host)).size).toBe(101);
  await scenario.end();
});

test('fifty nodes that start at once are all linked, with a few dials in flight each', async () => {
  const scenario = new Scenario();
  const people = Array.from({ length: 50 }, (_, index) => scenario.person(`person ${index}`));
  for (const person of people) await person.start();
  const allLinked = (): boolean => people.every(({ links }) => links.links.size === people.length - 1);
  expect(await scenario.until('all linked', allLinked, 60_000)).toBeLessThan(15_000);
  await scenario.pass(10_000);
  expect(allLinked()).toBe(true);
  expect(scenario.network.connections.size).toBe((50 * 49) / 2);
  for (const { links } of people) expect(links.mostDialling).toBeLessThanOrEqual(DIAL_WINDOW.most);
  for (const { sees } of people) expect(sees).toHaveLength(49);
  const { id } = await people[0]!.say('hello, all of you');
  await scenario.pass(500);
  expect(people[0]!.deliveredTo(id)).toHaveLength(49);
  await scenario.end();
}, 60_000);
