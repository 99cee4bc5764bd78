// Machines come and go all day; nothing that was said is lost, doubled, or shown to somebody else.

import '../../src/base/platform.ts';
import { describe, expect, test } from 'vitest';
import type { Message } from '../../src/state/values.ts';
import { Scenario, type Actor } from '../support/scenario.ts';

/** Long enough for a sync with everybody who is here. */
const SYNC_MS = 5_000;

async function textsOf(actor: Actor, query: { with?: string; room?: string } = {}): Promise<string[]> {
  const { messages } = await actor.node.chat.history({ ...query, limit: 1_000 });
  return messages.filter(({ kind }) => kind === 'text').map(({ text }) => text);
}

async function lastOf(actor: Actor, query: { with?: string; room?: string } = {}): Promise<Message> {
  const { messages } = await actor.node.chat.history({ ...query, limit: 1 });
  const [message] = messages;
  if (message === undefined) throw new Error('nothing was said');
  return message;
}

describe('away', () => {
  test('a message to somebody who is away is delivered when both meet', async () => {
    const scenario = new Scenario();
    const [alice, bob] = (await scenario.meeting('alice', 'bob')) as [Actor, Actor];
    await bob.stop();
    await scenario.pass(1_000);
    const { id } = await alice.tell(bob, 'when you are back');
    expect(alice.deliveredTo(id)).toEqual([]);
    await bob.start();
    await scenario.until('bob has it', () => bob.heard.includes('alice: when you are back'));
    await scenario.until('alice knows', () => alice.deliveredTo(id).length === 1);
    expect(alice.deliveredTo(id)).toEqual(['bob']);
    await scenario.end();
  });

  test('also when the sender was off in between, and shows it as waiting until then', async () => {
    const scenario = new Scenario();
    const [alice, bob] = (await scenario.meeting('alice', 'bob')) as [Actor, Actor];
    await bob.stop();
    await scenario.pass(1_000);
    await alice.tell(bob, 'before the night');
    await alice.stop();
    await scenario.pass(60_000);
    await alice.start();
    const kept = await lastOf(alice, { with: 'bob' });
    expect(kept).toMatchObject({ text: 'before the night', deliveredTo: [] });
    await bob.start();
    await scenario.until('bob has it', () => bob.heard.includes('alice: before the night'));
    await scenario.pass(SYNC_MS);
    expect((await lastOf(alice, { with: 'bob' })).deliveredTo).toEqual([bob.peerId]);
    await scenario.end();
  });

  test('what was said in a room comes from a member who stayed, when its author is gone', async () => {
    const scenario = new Scenario();
    const [alice, bob, carol] = (await scenario.meeting('alice', 'bob', 'carol')) as [Actor, Actor, Actor];
    for (const actor of [alice, bob, carol]) await actor.node.rooms.join('engine');
    await scenario.pass(SYNC_MS);
    await bob.stop();
    await scenario.pass(1_000);
    await alice.sayIn('engine', 'the pump is fixed');
    const { id } = await alice.sayIn('engine', 'really');
    await scenario.pass(1_000);
    await alice.stop();
    await scenario.pass(1_000);
    await bob.start();
    await scenario.until('bob has both', () => bob.heard.includes('alice: really'));
    expect(bob.heard).toEqual(expect.arrayContaining(['alice: the pump is fixed', 'alice: really']));
    expect(await textsOf(bob, { room: 'engine' })).toEqual(await textsOf(carol, { room: 'engine' }));
    await alice.start();
    await scenario.until('alice hears that bob has it', () => alice.deliveredTo(id).includes('bob'));
    await scenario.end();
  });

  test('private messages reach nobody else', async () => {
    const scenario = new Scenario();
    const [alice, bob, carol] = (await scenario.meeting('alice', 'bob', 'carol')) as [Actor, Actor, Actor];
    await alice.tell(bob, 'between us');
    await scenario.pass(SYNC_MS);
    await alice.stop();
    await scenario.pass(120_000);
    expect(await textsOf(bob, { with: 'alice' })).toEqual(['between us']);
    expect(carol.heard).toEqual([]);
    expect((await carol.node.chat.since()).messages).toEqual([]);
    await scenario.end();
  });
});

describe('coming in', () => {
  test('a late joiner gets what was said, in order, and then joins below it', async () => {
    const scenario = new Scenario();
    const [alice, bob] = (await scenario.meeting('alice', 'bob')) as [Actor, Actor];
    await alice.node.rooms.join('bridge');
    for (let index = 0; index < 30; index++) await alice.sayIn('bridge', `watch ${index}`);
    await scenario.pass(1_000);
    await bob.node.rooms.join('bridge');
    await scenario.pass(SYNC_MS);
    expect(await textsOf(bob, { room: 'bridge' })).toEqual(Array.from({ length: 30 }, (_, index) => `watch ${index}`));
    expect((await lastOf(alice, { room: 'bridge' })).kind).toBe('join');
    await scenario.end();
  });

  test('of a long past the newest, and the older on demand', async () => {
    const scenario = new Scenario();
    const alice = scenario.person('alice');
    const bob = scenario.person('bob', { historyMessages: 20 });
    await alice.start();
    await bob.start();
    await alice.node.rooms.join('bridge');
    for (let index = 0; index < 100; index++) await alice.sayIn('bridge', `watch ${index}`);
    // Much later: what was said just before one comes counts as said to one.
    await scenario.pass(120_000);
    await bob.node.rooms.join('bridge');
    await scenario.pass(SYNC_MS);
    const held = await bob.node.chat.since();
    const texts = held.messages.filter(({ kind }) => kind === 'text');
    expect(texts.length).toBeGreaterThanOrEqual(19);
    expect(texts.length).toBeLessThanOrEqual(21);
    expect(texts.at(-1)?.text).toBe('watch 99');
    const page = await scenario.run(bob.node.chat.history({ room: 'bridge', limit: 60 }));
    expect(page.messages.filter(({ kind }) => kind === 'text').at(0)?.text).toMatch(/^watch [45]\d$/);
    await scenario.end();
  });

  test('names of people one never met come with their words', async () => {
    const scenario = new Scenario();
    const [alice, bob] = (await scenario.meeting('alice', 'bob')) as [Actor, Actor];
    await alice.say('hello all');
    await scenario.pass(1_000);
    await alice.stop();
    const carol = scenario.person('carol');
    await carol.start();
    await scenario.until('carol has it', () => carol.heard.length === 1);
    expect(carol.heard).toEqual(['alice: hello all']);
    expect(bob.heard).toEqual(['alice: hello all']);
    await scenario.end();
  });
});

describe('restarts', () => {
  test('after a restart everything is there, and nothing is told twice', async () => {
    const scenario = new Scenario();
    const [alice, bob] = (await scenario.meeting('alice', 'bob')) as [Actor, Actor];
    await alice.say('one');
    await bob.tell(alice, 'two');
    await scenario.pass(1_000);
    await bob.stop();
    await bob.start();
    await scenario.pass(SYNC_MS);
    expect(await textsOf(bob)).toEqual(['one']);
    expect(await textsOf(bob, { with: 'alice' })).toEqual(['two']);
    expect(bob.heard).toEqual([]);
    expect(bob.node.state.conversations.get('everyone')?.messages.map(({ text }) => text)).toEqual(['one']);
    await alice.say('three');
    await scenario.until('bob hears it', () => bob.heard.length > 0);
    expect(bob.heard).toEqual(['alice: three']);
    expect(await textsOf(bob)).toEqual(['one', 'three']);
    await scenario.end();
  });

  test('a kill costs nothing that was acknowledged, and makes no second history', async () => {
    const scenario = new Scenario();
    const [alice, bob] = (await scenario.meeting('alice', 'bob')) as [Actor, Actor];
    await alice.say('before');
    alice.kill();
    await scenario.pass(10_000);
    await alice.start();
    await alice.say('after');
    await scenario.pass(SYNC_MS);
    for (const actor of [alice, bob]) expect(await textsOf(actor)).toEqual(['before', 'after']);
    expect((await bob.node.chat.history({})).messages.some(({ forked }) => forked)).toBe(false);
    await scenario.end();
  });
});

describe('changes', () => {
  test('edits, deletions and reactions reach who was away', async () => {
    const scenario = new Scenario();
    const [alice, bob, carol] = (await scenario.meeting('alice', 'bob', 'carol')) as [Actor, Actor, Actor];
    const { id: edited } = await alice.say('helo');
    const { id: deleted } = await alice.say('secret');
    await scenario.pass(1_000);
    await carol.stop();
    await scenario.pass(1_000);
    await alice.node.chat.edit(edited, 'hello @bob');
    await alice.node.chat.delete(deleted);
    await bob.node.chat.react(edited, '👍');
    await bob.node.chat.react(edited, '🎉');
    await bob.node.chat.react(edited, '🎉');
    await scenario.pass(1_000);
    await carol.start();
    await scenario.pass(SYNC_MS);
    for (const actor of [alice, bob, carol]) {
      const { messages } = await actor.node.chat.history({});
      expect(messages, actor.name).toMatchObject([
        { text: 'hello @bob', edited: true, mentions: [bob.peerId], reactions: [{ emoji: '👍', by: [bob.peerId] }] },
        { text: '', deleted: true },
      ]);
      const shown = actor.node.state.conversations.get('everyone')?.messages;
      expect(shown, actor.name).toMatchObject([
        { text: 'hello @bob', edited: true },
        { text: '', deleted: true },
      ]);
    }
    await scenario.end();
  });

  test('others’ messages can be neither edited nor deleted', async () => {
    const scenario = new Scenario();
    const [alice, bob] = (await scenario.meeting('alice', 'bob')) as [Actor, Actor];
    const { id } = await alice.say('mine');
    await scenario.pass(1_000);
    await expect(bob.node.chat.edit(id, 'yours')).rejects.toMatchObject({ code: 'not-yours' });
    await expect(bob.node.chat.delete(id)).rejects.toMatchObject({ code: 'not-yours' });
    await expect(bob.node.chat.react('00'.repeat(16), '👍')).rejects.toMatchObject({ code: 'no-such-message' });
    await scenario.end();
  });

  test('search finds words of all conversations, newest first; a bot misses nothing', async () => {
    const scenario = new Scenario();
    const [alice, bob] = (await scenario.meeting('alice', 'bob')) as [Actor, Actor];
    await alice.say('the old pump');
    await scenario.pass(1_000);
    await alice.tell(bob, 'the new pump');
    await scenario.pass(1_000);
    const found = await bob.node.chat.search('pump');
    expect(found.map(({ text }) => text)).toEqual(['the new pump', 'the old pump']);
    const { cursor } = await bob.node.chat.since();
    await bob.stop();
    await alice.say('meanwhile');
    await bob.start();
    await scenario.pass(SYNC_MS);
    expect((await bob.node.chat.since(cursor)).messages.map(({ text }) => text)).toEqual(['meanwhile']);
    await scenario.end();
  });
});

describe('closed rooms', () => {
  test('only those who know the password find the room, its members and its words', async () => {
    const scenario = new Scenario();
    const [alice, bob, carol] = (await scenario.meeting('alice', 'bob', 'carol')) as [Actor, Actor, Actor];
    await alice.node.rooms.create('officers', { password: 'correct horse battery' });
    await alice.sayIn('officers', 'first');
    await expect(bob.node.rooms.join('officers', { password: 'wrong' })).rejects.toMatchObject({
      code: 'wrong-password',
    });
    await scenario.pass(1_000);
    await bob.node.rooms.join('officers', { password: 'correct horse battery' });
    await scenario.pass(SYNC_MS);
    expect(await textsOf(bob, { room: 'officers' })).toEqual(['first']);
    await bob.sayIn('officers', 'second');
    await scenario.pass(1_000);
    expect(alice.heard).toEqual(['bob: (join)', 'bob: second']);
    expect(alice.membersOf('officers')).toEqual(['bob']);
    expect(carol.node.state.rooms.has('officers')).toBe(false);
    expect(carol.heard).toEqual([]);
    expect((await carol.node.chat.since()).messages).toEqual([]);
    await scenario.end();
  });

  test('survives restarts; rekey shuts out who is left out', async () => {
    const scenario = new Scenario();
    const [alice, bob, carol] = (await scenario.meeting('alice', 'bob', 'carol')) as [Actor, Actor, Actor];
    const password = 'correct horse battery';
    await alice.node.rooms.create('officers', { password });
    await scenario.pass(500);
    for (const actor of [bob, carol]) await actor.node.rooms.join('officers', { password });
    await scenario.pass(SYNC_MS);
    await bob.stop();
    await bob.start();
    await scenario.pass(SYNC_MS);
    await alice.sayIn('officers', 'all');
    await scenario.pass(1_000);
    expect(bob.heard).toContain('alice: all');
    await alice.node.rooms.rekey('officers', { password: 'another horse', without: ['carol'] });
    await scenario.pass(SYNC_MS);
    await alice.sayIn('officers', 'only us');
    await scenario.pass(1_000);
    await bob.sayIn('officers', 'yes');
    await scenario.pass(SYNC_MS);
    expect(bob.heard).toContain('alice: only us');
    expect(alice.heard).toContain('bob: yes');
    expect(carol.heard).not.toContain('alice: only us');
    expect(await textsOf(bob, { room: 'officers' })).toEqual(['all', 'only us', 'yes']);
    await scenario.end();
  });
});

describe('blocking', () => {
  test('nothing of somebody blocked is shown; unblocking brings what they said in rooms', async () => {
    const scenario = new Scenario();
    const [alice, bob, carol] = (await scenario.meeting('alice', 'bob', 'carol')) as [Actor, Actor, Actor];
    await bob.say('before');
    await scenario.pass(1_000);
    await alice.node.peers.block('bob');
    await scenario.pass(1_000);
    await bob.say('while blocked');
    await scenario.pass(SYNC_MS);
    expect(alice.isLinkedWith(bob)).toBe(false);
    expect(await textsOf(alice)).toEqual([]);
    expect(await textsOf(carol)).toEqual(['before', 'while blocked']);
    await expect(alice.tell(bob, 'hm')).rejects.toMatchObject({ code: 'blocked' });
    await alice.node.peers.unblock('bob');
    await scenario.pass(120_000);
    expect(await textsOf(alice)).toEqual(['before', 'while blocked']);
    expect(alice.isLinkedWith(bob)).toBe(true);
    await scenario.end();
  });
});
