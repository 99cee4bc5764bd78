// Guests of super-peers among peers: who they are, what is said to them and by them, and super-peers that come, go and lie.

import '../../src/base/platform.ts';
import { expect, test } from 'vitest';
import { emojiOf } from '../../src/services/emoji.ts';
import { toHex } from '../../src/base/bytes.ts';
import { encodePeerMessage, type PeerMessage } from '../../src/wire/peer-messages.ts';
import { MemoryHub, memoryClassic } from '../support/memory-hub.ts';
import { MEETING_MS, Scenario, type Actor } from '../support/scenario.ts';

interface Hub {
  readonly actor: Actor;
  /** Of the present run. */
  guests: MemoryHub;
}

/** A super-peer that nobody sits at, not running yet. */
function superPeer(scenario: Scenario, name: string): Hub {
  const actor = scenario.person(name, { superPeer: true, guestsOnly: true });
  const hub: Hub = { actor, guests: new MemoryHub() };
  actor.makeClassic = () => memoryClassic((hub.guests = new MemoryHub()));
  return hub;
}

async function hubAnd(...names: string[]): Promise<{ scenario: Scenario; hub: Hub; people: Actor[] }> {
  const scenario = new Scenario();
  const hub = superPeer(scenario, 'hub');
  const people = names.map((name) => scenario.person(name));
  for (const actor of [hub.actor, ...people]) await actor.start();
  await scenario.pass(MEETING_MS);
  return { scenario, hub, people };
}

const idOf = (hub: Hub, name: string): string => `${hub.actor.peerId}/${name}`;
const said = (actor: Actor, text: string): number =>
  actor.runs.flatMap((run) => actor.messagesShown(run)).filter((message) => message.text === text).length;

test('guests come and go, and are where their rooms are', async () => {
  const { scenario, hub, people } = await hubAnd('alice');
  const [alice] = people as [Actor];
  hub.guests.join('gus');
  hub.guests.join('kim');
  await scenario.until(
    'alice sees them',
    () => alice.sees.includes('(gus@hub)') && alice.sees.includes('(kim@hub)'),
    500,
  );
  expect(hub.guests.remotes).toEqual(new Set(['alice']));
  hub.guests.joinRoom('gus', 'lab');
  await scenario.pass(1_000);
  expect(alice.node.state.people.get(idOf(hub, 'gus'))).toMatchObject({ rooms: ['lab'], via: 'legacy', trust: 'new' });
  hub.guests.leaveRoom('gus', 'lab');
  hub.guests.leave('kim');
  await scenario.pass(1_000);
  expect(alice.sees).toEqual(['(gus@hub)', 'hub']);
  expect(alice.node.state.people.get(idOf(hub, 'gus'))?.rooms).toEqual([]);
  // Who was never talked to is nobody once they are gone.
  expect(alice.node.state.people.has(idOf(hub, 'kim'))).toBe(false);
  await scenario.end();
});

test('private words have receipts; for who is not there they are refused', async () => {
  const { scenario, hub, people } = await hubAnd('alice');
  const [alice] = people as [Actor];
  hub.guests.join('gus');
  await scenario.pass(500);
  const { id } = await scenario.run(alice.tell('gus@hub', 'hello'));
  expect(hub.guests.heard('gus')).toEqual(['alice to me: hello']);
  const own = alice.run.events.find((event) => event.type === 'message-added' && event.message.id === id);
  expect(own).toMatchObject({ message: { deliveredTo: [idOf(hub, 'gus')], own: true } });
  expect(alice.warnings).toContain('guest-not-private');

  hub.guests.tell('gus', 'alice', 'hello yourself');
  await scenario.pass(500);
  expect(alice.heard).toEqual(['gus@hub: hello yourself']);
  // Between the two, and nothing for the screen of the super-peer.
  expect(hub.actor.heard).toEqual([]);
  hub.guests.tell('gus', 'nobody', 'are you there');
  await scenario.pass(500);
  expect(hub.guests.notices('gus')).toEqual(['system: User nobody not found or offline.']);

  hub.guests.leave('gus');
  await scenario.pass(500);
  await expect(scenario.run(alice.tell(idOf(hub, 'gus'), 'too late'))).rejects.toMatchObject({ code: 'offline' });
  await scenario.end();
});

test('a guest whose socket takes nothing: shown as waiting, then told that it did not get there', async () => {
  const { scenario, hub, people } = await hubAnd('alice');
  const [alice] = people as [Actor];
  hub.guests.join('gus');
  await scenario.pass(500);
  hub.guests.setStuck('gus', true);
  const { id } = await scenario.run(alice.tell('gus@hub', 'slowly'));
  expect(alice.run.events.find((event) => event.type === 'message-added' && event.message.id === id)).toMatchObject({
    message: { deliveredTo: [] },
  });
  expect(alice.warnings).not.toContain('not-delivered');
  await scenario.pass(11_000);
  expect(alice.warnings).toContain('not-delivered');
  expect(alice.deliveredTo(id)).toEqual([]);
  await scenario.end();
});

test('the link to the super-peer breaks while a word is on its way: it did not get there, and nobody waits', async () => {
  const { scenario, hub, people } = await hubAnd('alice');
  const [alice] = people as [Actor];
  hub.guests.join('gus');
  await scenario.pass(500);
  hub.guests.setStuck('gus', true);
  await scenario.run(alice.tell('gus@hub', 'slowly'));
  hub.actor.kill();
  await scenario.until('alice knows', () => alice.warnings.includes('not-delivered'), 1_000);
  expect(alice.sees).toEqual([]);
  await scenario.end();
});

test('a super-peer that is killed and comes back: guests are gone, come again, and nothing doubles', async () => {
  const { scenario, hub, people } = await hubAnd('alice');
  const [alice] = people as [Actor];
  hub.guests.join('gus');
  hub.guests.joinRoom('gus', 'lab');
  await scenario.pass(1_000);
  hub.guests.say('gus', 'before');
  hub.guests.sayIn('gus', 'lab', 'in the lab');
  await scenario.run(alice.node.rooms.join('lab'));
  await scenario.pass(1_000);
  hub.actor.kill();
  await scenario.until('the guest is gone', () => !alice.sees.includes('(gus@hub)'), 1_000);
  await scenario.run(alice.say('while it was away'));
  await scenario.pass(5_000);
  await hub.actor.diskReady();
  await hub.actor.start();
  hub.guests.join('gus');
  hub.guests.joinRoom('gus', 'lab');
  await scenario.pass(10_000);
  expect(alice.sees).toEqual(['(gus@hub)', 'hub']);
  hub.guests.say('gus', 'after');
  await scenario.run(alice.sayIn('lab', 'welcome back'));
  await scenario.pass(2_000);
  for (const text of ['before', 'after']) expect([text, said(alice, text)]).toEqual([text, 1]);
  // In memory only what was new came; it was said a few seconds ago, so guests hear it, once.
  expect(hub.guests.heard('gus').filter((line) => line === 'alice: while it was away')).toHaveLength(1);
  expect(hub.guests.heard('gus').filter((line) => line === 'alice in lab: welcome back')).toHaveLength(1);
  expect(hub.guests.heard('gus').filter((line) => line.startsWith('gus'))).toEqual([]);
  await scenario.end();
});

test('what was missed comes to guests once; what is old does not come', async () => {
  const { scenario, hub, people } = await hubAnd('alice');
  const [alice] = people as [Actor];
  hub.guests.join('gus');
  await scenario.pass(500);
  scenario.network.unplug(hub.actor.machine);
  await scenario.pass(6_000);
  await scenario.run(alice.say('long ago'));
  await scenario.pass(11 * 60_000);
  await scenario.run(alice.say('just now'));
  scenario.network.plug(hub.actor.machine);
  await scenario.until('gus hears of it', () => hub.guests.heard('gus').length > 0);
  await scenario.pass(30_000);
  expect(hub.guests.heard('gus').map((line) => line.replace(/^.*: /, ''))).toEqual(['just now']);
  await scenario.end();
});

test('an edit is said once, whatever else happens to the message', async () => {
  // The list of emoji is read from the disk once, which takes real time.
  await emojiOf(':+1:');
  const { scenario, hub, people } = await hubAnd('alice', 'bob');
  const [alice, bob] = people as [Actor, Actor];
  hub.guests.join('gus');
  await scenario.pass(500);
  const { id } = await scenario.run(alice.say('helo'));
  await scenario.pass(500);
  await scenario.run(alice.node.chat.edit(id, 'hello'));
  await scenario.pass(500);
  await scenario.run(bob.node.chat.react(id, '👍'));
  await scenario.pass(500);
  await scenario.run(alice.node.chat.edit(id, 'hello!'));
  await scenario.pass(500);
  expect(hub.guests.heard('gus')).toEqual(['alice: helo', 'alice: (edited) hello', 'alice: (edited) hello!']);
  await scenario.end();
});

test('nobody who is away is shown to guests under the name of somebody who is here', async () => {
  const { scenario, hub, people } = await hubAnd('bob', 'gus');
  const [bob, gus] = people as [Actor, Actor];
  // Gus the peer says something to bob alone of them, and goes; then a guest comes who is called gus.
  scenario.network.unplug(hub.actor.machine);
  await scenario.pass(10_000);
  await scenario.run(gus.say('from the peer'));
  await scenario.pass(1_000);
  await gus.stop();
  await scenario.pass(1_000);
  hub.guests.join('gus');
  hub.guests.join('kim');
  scenario.network.plug(hub.actor.machine);
  await scenario.until('kim hears of it', () => hub.guests.heard('kim').length > 0);
  expect(bob.sees).toContain('(gus@hub)');
  const [line] = hub.guests.heard('kim');
  expect(line).toMatch(/: from the peer$/);
  expect(line).not.toMatch(/^gus: /);
  await scenario.end();
});

test('two super-peers: their guests meet, each is seen once, nothing loops', async () => {
  const scenario = new Scenario();
  const [east, west] = [superPeer(scenario, 'east'), superPeer(scenario, 'west')];
  const alice = scenario.person('alice');
  for (const actor of [east.actor, west.actor, alice]) await actor.start();
  await scenario.pass(MEETING_MS);
  east.guests.join('gus');
  west.guests.join('gus');
  await scenario.pass(1_000);
  expect(alice.sees.filter((name) => name.includes('gus'))).toEqual(['(gus@east)', '(gus@west)']);
  expect(east.guests.remotes).toEqual(new Set(['alice', 'west', 'gus_1']));
  east.guests.say('gus', 'from the east');
  west.guests.tell('gus', 'gus_1', 'only for you');
  await scenario.pass(2_000);
  expect(alice.heard).toEqual(['gus@east: from the east']);
  expect(west.guests.heard('gus')).toEqual(['gus_1: from the east']);
  expect(east.guests.heard('gus')).toEqual(['gus_1 to me: only for you']);
  await scenario.end();
});

test('a renamed super-peer: its guests are called after it', async () => {
  const { scenario, hub, people } = await hubAnd('alice');
  const [alice] = people as [Actor];
  hub.guests.join('gus');
  await scenario.pass(500);
  await scenario.run(hub.actor.node.profile.set({ name: 'cafe' }));
  await scenario.pass(1_000);
  expect(alice.sees).toEqual(['(gus@cafe)', 'cafe']);
  await scenario.end();
});

test('guests in many rooms: the whole list reaches who comes later', async () => {
  const { scenario, hub } = await hubAnd();
  const rooms = Array.from({ length: 50 }, (_, index) => `${'x'.repeat(28)} ${String(index)}`);
  for (let number = 0; number < 56; number++) {
    hub.guests.join(`gus ${number}`);
    for (const room of rooms) hub.guests.joinRoom(`gus ${number}`, room);
  }
  await scenario.pass(5_000);
  const later = scenario.person('later');
  await later.start();
  await scenario.until('all are seen', () => later.sees.filter((name) => name.includes('@hub')).length === 56);
  expect(later.node.state.people.get(idOf(hub, 'gus 55'))?.rooms).toHaveLength(50);
  await scenario.end();
});

// Super-peers that lie.

async function liar(): Promise<{
  scenario: Scenario;
  alice: Actor;
  tell: (message: PeerMessage) => void;
  host: string;
}> {
  const scenario = new Scenario();
  const [alice, mallory] = (await scenario.meeting('alice', 'mallory')) as [Actor, Actor];
  const tell = (message: PeerMessage): void => {
    mallory.links.links.get(alice.peerId)!.send(encodePeerMessage(message));
  };
  return { scenario, alice, tell, host: mallory.peerId };
}

const news = (here: string[], gone: string[] = [], whole = false): PeerMessage => ({
  type: 'guests',
  guests: { whole, here: here.map((name) => ({ name, rooms: [] })), gone },
});
const guestsOf = (alice: Actor): string[] => alice.sees.filter((name) => name.includes('@'));

test('names that no guest can have are dropped', async () => {
  const { scenario, alice, tell, host } = await liar();
  tell(news(['x/y', 'a\u0007b', ' spaced ', 'gus@hub', 'evil\u202ename', '#room', '/quit', 'fine', '\u200b']));
  await scenario.pass(500);
  expect(guestsOf(alice)).toEqual(['(fine@mallory)']);
  // Guests of others are theirs alone: a name is always one of the liar's own.
  expect([...alice.node.state.people.keys()].filter((id) => id.includes('/'))).toEqual([`${host}/fine`]);
  await scenario.end();
});

test('10,001 guests, and names that come and go for ever: memory stays bounded, others are heard', async () => {
  const { scenario, alice, tell } = await liar();
  const bob = scenario.person('bob');
  await bob.start();
  await scenario.pass(MEETING_MS);
  const some = (from: number, count: number): string[] =>
    Array.from({ length: count }, (_, index) => `g${from + index}`);
  for (let from = 0; from < 10_240; from += 256) tell(news(some(from, 256)));
  await scenario.pass(2_000);
  expect(alice.node.state.people.size).toBeLessThanOrEqual(2_000);
  // Who did not fit is nobody to hear of; who did may speak.
  const id = (byte: number): Uint8Array => new Uint8Array(16).fill(byte);
  tell({ type: 'guest-text', text: { id: id(1), from: 'g9999', to: '', text: 'within', at: 0 } });
  tell({ type: 'guest-text', text: { id: id(2), from: 'g10000', to: '', text: 'beyond', at: 0 } });
  await scenario.pass(1_000);
  expect([said(alice, 'within'), said(alice, 'beyond')]).toEqual([1, 0]);
  tell(news([], [], true));
  await scenario.pass(1_000);
  expect(guestsOf(alice)).toEqual([]);
  for (let from = 0; from < 20_480; from += 256) {
    tell(news(some(from, 256)));
    tell(news([], some(from, 256)));
  }
  await scenario.run(bob.say('am I heard?'));
  await scenario.pass(1_000);
  expect(said(alice, 'am I heard?')).toBe(1);
  expect(alice.node.state.people.size).toBeLessThan(300);
  await scenario.end();
}, 60_000);

test('words of guests that are not there, and for guests that are not here, come to nothing', async () => {
  const { scenario, alice, tell, host } = await liar();
  const id = new Uint8Array(16);
  tell({ type: 'guest-text', text: { id, from: 'ghost', to: '', text: 'boo', at: 0 } });
  tell({ type: 'guest-text', text: { id, from: '', to: 'nobody', text: 'boo', at: 0 } });
  tell(news(['gus']));
  tell({ type: 'guest-text', text: { id, from: 'gus', to: '', text: 'hello\u001b[31m\u202e', at: 0 } });
  tell({ type: 'guest-text', text: { id, from: 'gus', to: '', text: 'the same once more', at: 0 } });
  await scenario.pass(500);
  expect(alice.messagesShown().map(({ author }) => author)).toEqual([`${host}/gus`]);
  for (const harm of ['\u001b', '\u202e']) expect(alice.messagesShown()[0]?.text).not.toContain(harm);
  expect(alice.messagesShown()[0]?.text).toContain('hello');
  await scenario.end();
});

test('receipts for what is not one\u2019s own change nothing', async () => {
  const { scenario, alice, tell, host } = await liar();
  const bob = scenario.person('bob');
  await bob.start();
  await scenario.pass(MEETING_MS);
  tell(news(['gus']));
  const ofBob = await scenario.run(bob.say('mine'));
  const toBob = await scenario.run(alice.tell(bob, 'private'));
  const toAll = await scenario.run(alice.say('to all'));
  await scenario.pass(500);
  for (const id of [ofBob.id, toBob.id, toAll.id, 'ab'.repeat(16)])
    tell({
      type: 'guest-receipts',
      receipts: [{ id: Uint8Array.from(Buffer.from(id, 'hex')), guests: ['gus', 'not here'], refusal: '' }],
    });
  await scenario.pass(500);
  const confirmed = alice.run.events.flatMap((event) =>
    event.type === 'message-delivered' && event.peerId.startsWith(`${host}/`) ? [event.messageId] : [],
  );
  expect(confirmed).toEqual([toAll.id]);
  await scenario.end();
});

test('a flood of private words is read slowly; what others say is not', async () => {
  const { scenario, alice, tell } = await liar();
  const bob = scenario.person('bob');
  await bob.start();
  await scenario.pass(MEETING_MS);
  tell(news(['gus']));
  const random = (number: number): Uint8Array =>
    Uint8Array.from({ length: 16 }, (_, at) => (at < 2 ? number >> (8 * at) : 1));
  for (let number = 0; number < 1_000; number++)
    tell({ type: 'guest-text', text: { id: random(number), from: 'gus', to: '', text: toHex(random(number)), at: 0 } });
  await scenario.run(bob.say('am I heard?'));
  await scenario.pass(1_000);
  expect(said(alice, 'am I heard?')).toBe(1);
  const shown = alice.messagesShown().length;
  expect(shown).toBeGreaterThan(200);
  expect(shown).toBeLessThan(300);
  await scenario.pass(10_000);
  expect(alice.messagesShown().length).toBeLessThan(shown + 250);
  await scenario.end();
});

test('blocked guests are not heard, and are back when they are not blocked any more', async () => {
  const { scenario, hub, people } = await hubAnd('alice');
  const [alice] = people as [Actor];
  hub.guests.join('gus');
  hub.guests.join('kim');
  await scenario.pass(500);
  await scenario.run(alice.node.peers.block('gus@hub'));
  hub.guests.tell('gus', 'alice', 'let me in');
  hub.guests.say('gus', 'hello all');
  hub.guests.say('kim', 'hello too');
  await scenario.pass(1_000);
  expect(alice.heard).toEqual(['kim@hub: hello too']);
  expect(alice.sees).toEqual(['(kim@hub)', 'hub']);
  await scenario.run(alice.node.peers.unblock(idOf(hub, 'gus')));
  await scenario.pass(100);
  expect(alice.sees).toEqual(['(gus@hub)', '(kim@hub)', 'hub']);
  hub.guests.tell('gus', 'alice', 'thank you');
  await scenario.pass(500);
  expect(alice.heard).toContain('gus@hub: thank you');
  await scenario.end();
});

test('a blocked super-peer takes its guests with it', async () => {
  const { scenario, hub, people } = await hubAnd('alice');
  const [alice] = people as [Actor];
  hub.guests.join('gus');
  await scenario.pass(500);
  await scenario.run(alice.node.peers.block('hub'));
  await scenario.pass(10_000);
  hub.guests.say('gus', 'hello?');
  hub.guests.tell('gus', 'alice', 'hello?');
  await scenario.pass(5_000);
  expect(alice.sees).toEqual([]);
  expect(alice.heard).toEqual([]);
  await scenario.end();
});
