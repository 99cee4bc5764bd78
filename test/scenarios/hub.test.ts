// People who can't reach each other, and somebody in the middle whom both can.

import '../../src/base/platform.ts';
import { expect, test } from 'vitest';
import { PRESENCE_DEFAULTS } from '../../src/services/presence.ts';
import { Scenario, type Actor } from '../support/scenario.ts';

/** Alice and bob, cut off from each other, both linked with the hub. */
async function aroundHub(scenario: Scenario): Promise<[alice: Actor, bob: Actor, hub: Actor]> {
  const [alice, bob, hub] = ['alice', 'bob', 'hub'].map((name) => scenario.person(name));
  scenario.network.cut(alice!.machine, bob!.machine);
  for (const person of [hub!, alice!, bob!]) await person.start();
  await scenario.until('both see each other', () => alice!.sees.length === 2 && bob!.sees.length === 2, 10_000);
  return [alice!, bob!, hub!];
}

test('two strangers without any discovery are introduced by whom both dialled, and link directly', async () => {
  const scenario = new Scenario();
  scenario.network.multicast = false;
  scenario.network.broadcast = false;
  const hub = scenario.person('hub');
  const byHand = { peers: [`${hub.machine.ip}:9011`] };
  const alice = scenario.person('alice', byHand);
  const bob = scenario.person('bob', byHand);
  for (const person of [hub, alice, bob]) await person.start();
  const tookMs = await scenario.until('linked', () => alice.isLinkedWith(bob) && bob.isLinkedWith(alice));
  expect(tookMs).toBeLessThan(6_000);
  await scenario.pass(100);
  expect(alice.sees).toEqual(['bob', 'hub']);
  await scenario.end();
});

test('two who cannot reach each other see each other through the hub', async () => {
  const scenario = new Scenario();
  const [alice, bob] = await aroundHub(scenario);
  expect(alice.sees).toEqual(['(bob)', 'hub']);
  expect(bob.sees).toEqual(['(alice)', 'hub']);
  const between = await alice.tell('bob', 'can you read this?');
  const toAll = await alice.say('and this?');
  await scenario.pass(120_000);
  expect(alice.sees).toEqual(['(bob)', 'hub']);
  // What is for all is passed on; what is for bob alone waits until both meet.
  expect(bob.heard).toEqual(['alice: and this?']);
  expect(alice.deliveredTo(toAll.id)).toEqual(['hub']);
  expect(alice.deliveredTo(between.id)).toEqual([]);
  await scenario.end();
});

test('what changes is passed on at once', async () => {
  const scenario = new Scenario();
  const [alice, bob] = await aroundHub(scenario);
  await scenario.pass(10_000);
  await bob.node.profile.set({ name: 'robert', status: 'away' });
  await bob.node.rooms.join('coffee');
  await scenario.pass(50);
  expect(alice.sees).toEqual(['(robert)', 'hub']);
  expect(alice.node.peers.find('robert').status).toBe('away');
  expect(alice.membersOf('coffee')).toEqual(['robert']);
  await scenario.end();
});

test('who was seen through the hub is gone with it', async () => {
  const scenario = new Scenario();
  const [alice, bob, hub] = await aroundHub(scenario);
  hub.kill();
  await scenario.pass(50);
  expect(alice.sees).toEqual([]);
  expect(bob.sees).toEqual([]);
  await scenario.end();
});

test('who was seen through the hub is gone when the hub does not see them any more', async () => {
  const scenario = new Scenario();
  const [alice, bob] = await aroundHub(scenario);
  await bob.stop();
  const tookMs = await scenario.until('bob is gone', () => alice.sees.length === 1);
  expect(tookMs).toBeLessThan(PRESENCE_DEFAULTS.digestEveryMs + 500);
  await scenario.end();
});

test('a killed person is seen by nobody again through somebody who noticed later', async () => {
  for (let seed = 1; seed <= 10; seed++) {
    const scenario = new Scenario({ seed });
    const actors = await scenario.meeting('alice', 'bob', 'carol', 'dave');
    const [alice, bob, carol, dave] = actors as [Actor, Actor, Actor, Actor];
    await scenario.pass(10_000);
    scenario.network.unplug(dave.machine);
    dave.kill();
    const others = [alice, bob, carol];
    const marks = others.map(({ run }) => run.events.length);
    await scenario.pass(60_000);
    for (const [index, other] of others.entries()) {
      const about = other.run.events
        .slice(marks[index])
        .filter((event) => 'peerId' in event && event.peerId === dave.peerId)
        .map(({ type }) => type);
      expect(about, `${other.name}, seed ${seed}`).toEqual(['person-gone']);
      expect(other.sees).not.toContain('(dave)');
    }
    await scenario.end();
  }
});

test('after a goodbye nobody brings the person back', async () => {
  for (let seed = 1; seed <= 10; seed++) {
    const scenario = new Scenario({ seed });
    const [alice, bob, carol] = (await scenario.meeting('alice', 'bob', 'carol')) as [Actor, Actor, Actor];
    // Bob hears of it late: his path to carol is cut, so he believes her to be there for some seconds.
    scenario.network.cut(bob.machine, carol.machine);
    await scenario.pass(500);
    await carol.stop();
    await scenario.pass(100);
    expect(alice.sees).toEqual(['bob']);
    const mark = alice.run.events.length;
    await scenario.pass(60_000);
    expect(alice.run.events.slice(mark).filter(({ type }) => type === 'person-seen')).toEqual([]);
    await scenario.end();
  }
});

test('a link that broke between two who still see the hub: seen through it a little later, linked again when healed', async () => {
  const scenario = new Scenario();
  const [alice, bob] = (await scenario.meeting('alice', 'bob', 'hub')) as [Actor, Actor, Actor];
  scenario.network.cut(alice.machine, bob.machine);
  await scenario.until('alice lost bob', () => !alice.sees.includes('bob'), 5_000);
  const tookMs = await scenario.until('seen through the hub', () => alice.sees.includes('(bob)'), 20_000);
  expect(tookMs).toBeGreaterThanOrEqual(PRESENCE_DEFAULTS.distrustAfterLossMs);
  scenario.network.heal(alice.machine, bob.machine);
  await scenario.until('linked again', () => alice.sees.includes('bob') && bob.sees.includes('alice'), 45_000);
  await scenario.end();
});

test('a hub that loses somebody takes nobody away who is linked', async () => {
  const scenario = new Scenario();
  const [alice, bob, hub] = (await scenario.meeting('alice', 'bob', 'hub')) as [Actor, Actor, Actor];
  scenario.network.cut(hub.machine, bob.machine);
  const mark = alice.run.events.length;
  await scenario.pass(60_000);
  expect(alice.sees).toEqual(['bob', 'hub']);
  expect(alice.run.events.slice(mark).filter(({ type }) => type === 'person-gone')).toEqual([]);
  await scenario.end();
});
