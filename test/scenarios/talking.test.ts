// What people say, and who gets it: once, whatever the network does.

import '../../src/base/platform.ts';
import { expect, test } from 'vitest';
import { Scenario } from '../support/scenario.ts';

test('to everyone: all who are linked get it, and the author sees who has it', async () => {
  const scenario = new Scenario();
  const [alice, bob, carol] = await scenario.meeting('alice', 'bob', 'carol');
  const { id } = await alice!.say('hello');
  await scenario.pass(200);
  expect(bob!.heard).toEqual(['alice: hello']);
  expect(carol!.heard).toEqual(['alice: hello']);
  expect(alice!.deliveredTo(id).sort()).toEqual(['bob', 'carol']);
  expect(alice!.heard).toEqual([]);
  await scenario.end();
});

test('private messages reach the two and nobody else', async () => {
  const scenario = new Scenario();
  const [alice, bob, carol] = await scenario.meeting('alice', 'bob', 'carol');
  const { id } = await alice!.tell('bob', 'between us');
  await scenario.pass(200);
  expect(bob!.heard).toEqual(['alice: between us']);
  expect(alice!.deliveredTo(id)).toEqual(['bob']);
  await bob!.tell('alice', 'of course');
  await scenario.pass(200);
  expect(alice!.heard).toEqual(['bob: of course']);
  expect(carol!.heard).toEqual([]);
  expect(carol!.node.state.conversations.get('everyone')?.messages).toEqual([]);
  expect(alice!.node.peers.find('bob').trust).toBe('pinned');
  expect(bob!.node.peers.find('alice').trust).toBe('pinned');
  await scenario.end();
});

test('a message to somebody who is away is kept, to somebody unheard of it is `unknown-peer`', async () => {
  const scenario = new Scenario();
  const [alice, bob] = await scenario.meeting('alice', 'bob');
  await bob!.stop();
  await scenario.pass(1_000);
  await expect(alice!.tell('bob', 'hello?')).resolves.toMatchObject({ id: expect.any(String) as string });
  await expect(alice!.tell('nobody', 'hello?')).rejects.toMatchObject({ code: 'unknown-peer' });
  await scenario.end();
});

test('what was sent into a dead cable arrives once it is back, in order and once', async () => {
  const scenario = new Scenario();
  const [alice, bob] = await scenario.meeting('alice', 'bob');
  await alice!.say('one');
  await scenario.pass(200);
  scenario.network.cut(alice!.machine, bob!.machine);
  const sent = [await alice!.say('two'), await alice!.tell('bob', 'three'), await alice!.say('four')];
  await scenario.pass(40_000);
  expect(bob!.heard).toEqual(['alice: one']);
  expect(sent.flatMap(({ id }) => alice!.deliveredTo(id))).toEqual([]);
  scenario.network.heal(alice!.machine, bob!.machine);
  await scenario.pass(30_000);
  expect(bob!.heard).toEqual(['alice: one', 'alice: two', 'alice: three', 'alice: four']);
  expect(sent.flatMap(({ id }) => alice!.deliveredTo(id))).toEqual(['bob', 'bob', 'bob']);
  await scenario.end();
});

test('what was under way to a killed process arrives after its restart', async () => {
  const scenario = new Scenario({ latencyMs: 20 });
  const [alice, bob] = await scenario.meeting('alice', 'bob');
  const { id } = await alice!.say('catch this');
  await scenario.pass(5);
  bob!.kill();
  await bob!.start();
  await scenario.pass(5_000);
  expect(bob!.heard).toEqual(['alice: catch this']);
  expect(alice!.deliveredTo(id)).toEqual(['bob']);
  await scenario.end();
});

test('a lost receipt: the message comes again, is shown once and confirmed', async () => {
  const scenario = new Scenario();
  const [alice, bob] = await scenario.meeting('alice', 'bob');
  const { id } = await alice!.say('did you get this?');
  await scenario.pass(20);
  expect(bob!.heard).toEqual(['alice: did you get this?']);
  // Receipts wait for a tenth of a second.
  scenario.network.cut(alice!.machine, bob!.machine);
  await scenario.pass(20_000);
  expect(alice!.deliveredTo(id)).toEqual([]);
  scenario.network.heal(alice!.machine, bob!.machine);
  await scenario.pass(30_000);
  expect(alice!.deliveredTo(id)).toEqual(['bob']);
  expect(bob!.heard).toEqual(['alice: did you get this?']);
  await scenario.end();
});

test('the receipts of what came last are sent before the goodbye', async () => {
  const scenario = new Scenario();
  const [alice, bob] = await scenario.meeting('alice', 'bob');
  const { id } = await alice!.say('good night');
  await scenario.pass(20);
  await bob!.stop();
  await scenario.pass(50);
  expect(alice!.deliveredTo(id)).toEqual(['bob']);
  await scenario.end();
});

test('rooms: members are who joined, and only they get what is said inside', async () => {
  const scenario = new Scenario();
  const [alice, bob, carol] = await scenario.meeting('alice', 'bob', 'carol');
  await alice!.node.rooms.create('Coffee');
  await scenario.pass(200);
  await bob!.node.rooms.join('coffee');
  await scenario.pass(1_500);
  expect(alice!.membersOf('coffee')).toEqual(['bob']);
  expect(bob!.membersOf('coffee')).toEqual(['alice']);
  expect(carol!.membersOf('coffee')).toEqual(['alice', 'bob']);
  expect(bob!.node.state.rooms.get('coffee')?.name).toBe('Coffee');

  const { id } = await alice!.sayIn('Coffee', 'with milk?');
  await scenario.pass(200);
  expect(alice!.heard).toEqual(['bob: (join)']);
  expect(bob!.heard).toEqual(['alice: (join)', 'alice: with milk?']);
  expect(carol!.heard).toEqual([]);
  expect(alice!.deliveredTo(id)).toEqual(['bob']);
  await expect(carol!.sayIn('coffee', 'me too')).rejects.toMatchObject({ code: 'not-in-room' });

  await bob!.node.rooms.leave('coffee');
  await scenario.pass(200);
  expect(alice!.heard).toEqual(['bob: (join)', 'bob: (leave)']);
  expect(carol!.membersOf('coffee')).toEqual(['alice']);
  await alice!.sayIn('coffee', 'alone now');
  await scenario.pass(200);
  expect(bob!.heard).toEqual(['alice: (join)', 'alice: with milk?']);
  await scenario.end();
});

test('one is still in a room after a restart, and is a member for the others while away', async () => {
  const scenario = new Scenario();
  const [alice, bob] = await scenario.meeting('alice', 'bob');
  await alice!.node.rooms.create('coffee');
  await scenario.pass(200);
  await bob!.node.rooms.join('coffee');
  await scenario.pass(200);
  await bob!.stop();
  await scenario.pass(1_000);
  expect(alice!.membersOf('coffee')).toEqual(['bob']);
  await bob!.start();
  await scenario.pass(3_000);
  await alice!.sayIn('coffee', 'back?');
  await scenario.pass(200);
  expect(bob!.heard).toContain('alice: back?');
  await scenario.end();
});

test('a new name and a new status are seen by everybody at once, and last', async () => {
  const scenario = new Scenario();
  const [alice, bob] = await scenario.meeting('alice', 'bob');
  await bob!.node.profile.set({ name: 'robert', status: 'in a meeting' });
  await scenario.pass(50);
  expect(alice!.sees).toEqual(['robert']);
  expect(alice!.node.peers.find('robert').status).toBe('in a meeting');
  await bob!.node.profile.set({ status: '' });
  await scenario.pass(50);
  expect(alice!.node.peers.find('robert').status).toBeUndefined();
  await scenario.end();
});

test('the same name twice: both are shown, told apart, and each is told', async () => {
  const scenario = new Scenario();
  const [alice] = await scenario.meeting('alice', 'bob');
  const other = scenario.person('bob', {}, scenario.network.machine('other'));
  await other.start();
  await scenario.pass(3_000);
  expect(alice!.sees).toEqual(['bob', 'bob_1']);
  expect(other.sees).toEqual(['alice', 'bob_1']);
  expect(other.warnings).toEqual(['name-in-use']);
  await scenario.end();
});

test('nobody speaks in the name of somebody else: clocks that are wrong do not reorder a conversation', async () => {
  const scenario = new Scenario();
  const alice = scenario.person('alice');
  const bob = scenario.person('bob');
  bob.wallErrorMs = -3_600_000;
  await alice.start();
  await bob.start();
  await scenario.pass(3_000);
  await alice.say('question');
  await scenario.pass(100);
  await bob.say('answer');
  await scenario.pass(100);
  const texts = (node: typeof alice.node): string[] =>
    (node.state.conversations.get('everyone')?.messages ?? []).map(({ text }) => text);
  expect(texts(alice.node)).toEqual(['question', 'answer']);
  expect(texts(bob.node)).toEqual(['question', 'answer']);
  await scenario.end();
});
