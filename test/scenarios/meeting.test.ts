// How people come to see each other, and stop to.

import '../../src/base/platform.ts';
import { expect, test } from 'vitest';
import { Scenario } from '../support/scenario.ts';

test('two who start on the same LAN are linked within a second', async () => {
  const scenario = new Scenario();
  const alice = scenario.person('alice');
  const bob = scenario.person('bob');
  await alice.start();
  await scenario.pass(10_000);
  await bob.start();
  const tookMs = await scenario.until('they see each other', () => alice.sees.length > 0 && bob.sees.length > 0);
  expect(tookMs).toBeLessThan(1_000);
  expect(alice.sees).toEqual(['bob']);
  expect(bob.sees).toEqual(['alice']);
  await scenario.end();
});

test('a goodbye is seen at once', async () => {
  const scenario = new Scenario();
  const [alice, bob] = await scenario.meeting('alice', 'bob');
  await bob!.stop();
  const tookMs = await scenario.until('bob is gone', () => alice!.sees.length === 0);
  expect(tookMs).toBeLessThanOrEqual(20);
  expect(alice!.run.events).toContainEqual({ type: 'person-gone', peerId: bob!.peerId, reason: 'goodbye' });
  expect(alice!.node.peers.find('bob').online).toBe(false);
  await scenario.end();
});

test('a killed process is gone at once, a pulled cable within five seconds', async () => {
  const scenario = new Scenario();
  const [alice, bob, carol] = await scenario.meeting('alice', 'bob', 'carol');
  bob!.kill();
  expect(await scenario.until('bob is gone', () => !alice!.sees.includes('bob'))).toBeLessThanOrEqual(20);
  scenario.network.unplug(carol!.machine);
  const tookMs = await scenario.until('carol is gone', () => alice!.sees.length === 0);
  expect(tookMs).toBeGreaterThan(1_000);
  expect(tookMs).toBeLessThan(5_000);
  await scenario.until('carol sees that she is alone', () => carol!.sees.length === 0, 5_000);
  await scenario.end();
});

test('a cable pulled for a moment is no absence', async () => {
  const scenario = new Scenario();
  const [alice, bob] = await scenario.meeting('alice', 'bob');
  const before = alice!.run.events.length;
  scenario.network.unplug(bob!.machine);
  await alice!.say('are you there?');
  await scenario.pass(1_200);
  scenario.network.plug(bob!.machine);
  await scenario.pass(1_000);
  expect(bob!.heard).toEqual(['alice: are you there?']);
  expect(alice!.run.events.slice(before).map(({ type }) => type)).not.toContain('person-gone');
  await scenario.end();
});

test('a cable that was out for a minute: they find each other again within seconds', async () => {
  const scenario = new Scenario();
  const [alice, bob] = await scenario.meeting('alice', 'bob');
  scenario.network.unplug(bob!.machine);
  await scenario.pass(60_000);
  expect(alice!.sees).toEqual([]);
  scenario.network.plug(bob!.machine);
  const tookMs = await scenario.until('linked again', () => alice!.sees.length > 0 && bob!.sees.length > 0);
  expect(tookMs).toBeLessThan(3_000);
  await scenario.end();
});

test('a changed address: found at the new one within seconds', async () => {
  const scenario = new Scenario();
  const [alice, bob] = await scenario.meeting('alice', 'bob');
  scenario.network.giveNewAddress(bob!.machine);
  const tookMs = await scenario.until(
    'linked at the new address',
    () => alice!.links.links.get(bob!.peerId)?.remote.host === bob!.machine.ip,
  );
  expect(tookMs).toBeLessThan(6_000);
  await alice!.say('there you are');
  await scenario.pass(100);
  expect(bob!.heard).toEqual(['alice: there you are']);
  await scenario.end();
});

test('a restart: offline for a moment, then the same person under the same name', async () => {
  const scenario = new Scenario();
  const [alice, bob] = await scenario.meeting('alice', 'bob');
  bob!.kill();
  await bob!.start();
  await scenario.until('linked again', () => alice!.isLinkedWith(bob!) && bob!.isLinkedWith(alice!), 3_000);
  await scenario.pass(100);
  expect(alice!.sees).toEqual(['bob']);
  expect(alice!.node.state.people.size).toBe(1);
  await scenario.end();
});

test('without multicast and broadcast people of an earlier run are found again, strangers only by hand', async () => {
  const scenario = new Scenario();
  const [alice, bob] = await scenario.meeting('alice', 'bob');
  await alice!.stop();
  await bob!.stop();
  scenario.network.multicast = false;
  scenario.network.broadcast = false;
  await alice!.start();
  await bob!.start();
  const carol = scenario.person('carol', { peers: [`${alice!.machine.ip}:${alice!.links.port}`] });
  await carol.start();
  await scenario.until('the old ones are linked', () => alice!.isLinkedWith(bob!), 3_000);
  await scenario.until('carol is linked by hand', () => carol.isLinkedWith(alice!), 3_000);
  await scenario.until('and introduced', () => carol.isLinkedWith(bob!), 10_000);
  await scenario.end();
});

test('where multicast is dropped, beacons find people, and they are told that it is dropped', async () => {
  const scenario = new Scenario();
  scenario.network.multicast = false;
  const [alice, bob] = await scenario.meeting('alice', 'bob');
  expect(alice!.sees).toEqual(['bob']);
  await scenario.pass(30_000);
  expect(alice!.warnings).toEqual(['multicast-blocked']);
  expect(bob!.warnings).toEqual(['multicast-blocked']);
  await scenario.end();
});

test('where multicast works nobody is warned', async () => {
  const scenario = new Scenario();
  const [alice] = await scenario.meeting('alice', 'bob');
  await scenario.pass(60_000);
  expect(alice!.warnings).toEqual([]);
  await scenario.end();
});

test('whoever does not have the key of a closed network is nobody to its members', async () => {
  const scenario = new Scenario();
  const inside = { networkKeyFile: 'correct horse battery staple' };
  const alice = scenario.person('alice', inside);
  const bob = scenario.person('bob', inside);
  const mallory = scenario.person('mallory', { networkKeyFile: 'some other text of that length' });
  const carol = scenario.person('carol', { peers: [`${alice.machine.ip}:9011`] });
  for (const person of [alice, bob, mallory, carol]) await person.start();
  await scenario.pass(20_000);
  expect(alice.sees).toEqual(['bob']);
  expect(bob.sees).toEqual(['alice']);
  expect(mallory.sees).toEqual([]);
  expect(carol.sees).toEqual([]);
  expect(carol.warnings).toContain('unreachable');
  await scenario.end();
});

test('a copied data folder: the one that dials says so, and it does not dial on and on', async () => {
  const scenario = new Scenario();
  const alice = scenario.person('alice');
  const copy = alice.clone('copy of alice');
  await alice.start();
  await copy.start();
  await scenario.pass(60_000);
  expect([...alice.warnings, ...copy.warnings]).toContain('identity-in-use');
  expect(scenario.network.dials.length).toBeLessThan(10);
  await scenario.end();
});

test('two processes on one machine find each other', async () => {
  const scenario = new Scenario();
  const alice = scenario.person('alice');
  const bob = scenario.person('bob', {}, alice.machine);
  await alice.start();
  await bob.start();
  await scenario.pass(3_000);
  expect(alice.sees).toEqual(['bob']);
  expect(bob.links.port).toBe(alice.links.port + 1);
  await scenario.end();
});

test('a stopped node leaves no timer behind', async () => {
  const scenario = new Scenario();
  const [alice, bob] = await scenario.meeting('alice', 'bob');
  await alice!.say('one');
  await scenario.pass(50);
  await bob!.stop();
  expect(bob!.run.clock.timerCount).toBe(0);
  await scenario.pass(10_000);
  await alice!.stop();
  expect(alice!.run.clock.timerCount).toBe(0);
});
