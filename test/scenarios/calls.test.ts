// Calls between people: what they see, and whether they hear each other.

import '../../src/base/platform.ts';
import { expect, test } from 'vitest';
import type { NodeOptions } from '../../src/options.ts';
import type { NodeEvent } from '../../src/state/events.ts';
import type { Call } from '../../src/state/values.ts';
import { MEETING_MS, Scenario, type Actor } from '../support/scenario.ts';

const TONES = { alice: 440, bob: 660, carol: 880, dave: 1_100, erin: 1_320 } as const;
type Name = keyof typeof TONES;

async function meeting(
  scenario: Scenario,
  names: readonly Name[],
  options: NodeOptions = {},
): Promise<readonly [Actor, Actor, ...Actor[]]> {
  const actors = names.map((name) =>
    scenario.person(name, { audioInput: `tone:${TONES[name]}`, audioOutput: 'ear', ...options }),
  );
  for (const actor of actors) await actor.start();
  await scenario.pass(MEETING_MS);
  return actors as unknown as [Actor, Actor, ...Actor[]];
}

function callsOf(actor: Actor): Call[] {
  return [...actor.node.state.calls.values()];
}

function phases(actor: Actor): string[] {
  return callsOf(actor).map(({ phase }) => phase);
}

function told<Type extends NodeEvent['type']>(actor: Actor, type: Type): Extract<NodeEvent, { type: Type }>[] {
  return actor.run.events.filter((event): event is Extract<NodeEvent, { type: Type }> => event.type === type);
}

function endings(actor: Actor): string[] {
  return told(actor, 'call-ended').map(({ reason }) => reason);
}

/** Alice calls bob, who says yes. */
async function talking(scenario: Scenario, options: NodeOptions = {}): Promise<[Actor, Actor, string]> {
  const [alice, bob] = await meeting(scenario, ['alice', 'bob'], options);
  const { callId } = await alice.node.calls.start('audio', { to: 'bob' });
  await scenario.pass(100);
  if (options.autoAnswer !== true) await bob.node.calls.accept(callId);
  await scenario.pass(1_500);
  return [alice, bob, callId];
}

test('it rings, is taken, both hear each other, one is muted, and it ends', async () => {
  const scenario = new Scenario();
  const [alice, bob] = await meeting(scenario, ['alice', 'bob']);
  const { callId } = await alice.node.calls.start('audio', { to: 'bob' });
  expect(phases(alice)).toEqual(['calling']);
  await scenario.pass(50);
  expect(phases(alice)).toEqual(['ringing']);
  expect(callsOf(bob)).toMatchObject([{ id: callId, phase: 'incoming', starter: alice.peerId }]);
  await bob.node.calls.accept(callId);
  await scenario.pass(1_500);
  for (const [one, other] of [
    [alice, bob],
    [bob, alice],
  ] as const) {
    expect(callsOf(one)).toMatchObject([
      { id: callId, phase: 'active', members: [{ peerId: other.peerId, phase: 'connected', path: 'udp' }] },
    ]);
    expect(told(one, 'call-connected')).toHaveLength(1);
  }
  expect(told(alice, 'call-answered')).toEqual([{ type: 'call-answered', callId, peerId: bob.peerId }]);
  expect(alice.ear.hears(TONES.bob)).toBe(true);
  expect(alice.ear.hears(TONES.alice)).toBe(false);
  expect(bob.ear.hears(TONES.alice)).toBe(true);
  expect(alice.node.calls.levels(callId).get(bob.peerId)).toBeGreaterThan(0.5);

  await alice.node.calls.mute(callId, { audio: true });
  await scenario.pass(1_000);
  expect(bob.ear.hears(TONES.alice)).toBe(false);
  expect(callsOf(bob)[0]?.members[0]?.audioMuted).toBe(true);
  await scenario.pass(10_000);
  expect(callsOf(bob)[0]?.members[0]?.phase).toBe('connected');
  await alice.node.calls.mute(callId, { audio: false });
  await scenario.pass(1_000);
  expect(bob.ear.hears(TONES.alice)).toBe(true);

  const stats = alice.node.calls.stats(callId);
  expect(stats).toMatchObject({
    state: 'active',
    mode: 'audio',
    peers: [{ name: 'bob', path: 'udp', encrypted: true }],
  });
  expect(stats.peers[0]?.audio.packetsReceived).toBeGreaterThan(1_000);
  expect(stats.peers[0]?.audio.packetsLost).toBe(0);
  expect(stats.peers[0]?.audio.rttMs).toBeLessThan(20);

  await bob.node.calls.end(callId);
  await scenario.pass(50);
  expect(callsOf(alice)).toEqual([]);
  expect(callsOf(bob)).toEqual([]);
  expect(endings(alice)).toEqual(['hangup']);
  expect(endings(bob)).toEqual(['hangup']);
  expect(alice.ear.closed).toBe(alice.ear.opened);
  expect(alice.node.peers.find('bob').trust).toBe('pinned');
  await scenario.end();
});

test('no, not now, no answer, never mind', async () => {
  const scenario = new Scenario();
  const [alice, bob, carol] = await meeting(scenario, ['alice', 'bob', 'carol']);
  const first = await alice.node.calls.start('audio', { to: 'bob' });
  await scenario.pass(50);
  await expect(alice.node.calls.start('audio', { to: 'carol' })).rejects.toMatchObject({ code: 'busy' });
  await bob.node.calls.reject(first.callId);
  await scenario.pass(50);
  expect(endings(alice)).toEqual(['rejected']);
  expect(told(alice, 'call-answered')).toMatchObject([{ refusal: 'rejected' }]);
  expect(endings(bob)).toEqual(['rejected']);

  await alice.node.calls.start('audio', { to: 'bob' });
  await scenario.pass(30_100);
  expect(endings(alice)).toEqual(['rejected', 'timeout']);
  expect(endings(bob)).toEqual(['rejected', 'timeout']);

  const third = await alice.node.calls.start('audio', { to: 'bob' });
  await scenario.pass(50);
  await alice.node.calls.end(third.callId);
  await scenario.pass(50);
  expect(endings(alice).at(-1)).toBe('cancelled');
  expect(endings(bob).at(-1)).toBe('cancelled');

  const fourth = await alice.node.calls.start('audio', { to: 'bob' });
  await scenario.pass(50);
  await bob.node.calls.accept(fourth.callId);
  await scenario.pass(500);
  await carol!.node.calls.start('audio', { to: 'bob' });
  await scenario.pass(50);
  expect(endings(carol!)).toEqual(['busy']);
  expect(phases(bob)).toEqual(['active']);
  await expect(bob.node.calls.accept('00'.repeat(16))).rejects.toMatchObject({ code: 'no-such-call' });
  await scenario.end();
});

test('both call each other at once: it becomes one call', async () => {
  for (const seed of [1, 2, 3, 4]) {
    const scenario = new Scenario({ seed, latencyMs: 20 });
    const [alice, bob] = await meeting(scenario, ['alice', 'bob']);
    const [hers, his] = await Promise.all([
      alice.node.calls.start('audio', { to: 'bob' }),
      bob.node.calls.start('audio', { to: 'alice' }),
    ]);
    await scenario.pass(1_500);
    const stays = hers.callId < his.callId ? hers.callId : his.callId;
    for (const one of [alice, bob]) expect(callsOf(one)).toMatchObject([{ id: stays, phase: 'active' }]);
    expect([...endings(alice), ...endings(bob)]).toEqual(['replaced']);
    expect(alice.ear.hears(TONES.bob)).toBe(true);
    expect(bob.ear.hears(TONES.alice)).toBe(true);
    // Both hang up at once.
    await Promise.all([alice.node.calls.end(stays), bob.node.calls.end(stays)]);
    await scenario.pass(500);
    expect([...callsOf(alice), ...callsOf(bob)]).toEqual([]);
    await scenario.end();
  }
});

test('whoever wants so answers at once', async () => {
  const scenario = new Scenario();
  const [alice, bob] = await talking(scenario, { autoAnswer: true });
  expect(phases(alice)).toEqual(['active']);
  expect(bob.ear.hears(TONES.alice)).toBe(true);
  await scenario.end();
});

test('calling somebody who calls takes their call', async () => {
  const scenario = new Scenario();
  const [alice, bob] = await meeting(scenario, ['alice', 'bob']);
  const { callId } = await alice.node.calls.start('audio', { to: 'bob' });
  await scenario.pass(100);
  expect(await bob.node.calls.start('audio', { to: 'alice' })).toEqual({ callId });
  await scenario.pass(500);
  expect(phases(alice)).toEqual(['active']);
  await scenario.end();
});

test('the link is lost and comes back: the call goes on by UDP, nobody notices', async () => {
  const scenario = new Scenario();
  const [alice, bob, callId] = await talking(scenario);
  for (let round = 0; round < 3; round++) {
    alice.links.links.get(bob.peerId)?.close('lost');
    await scenario.pass(300);
    expect(bob.ear.hears(TONES.alice)).toBe(true);
    await scenario.until('they are linked again', () => alice.isLinkedWith(bob) && bob.isLinkedWith(alice));
    await scenario.pass(500);
  }
  for (const one of [alice, bob]) {
    expect(callsOf(one)).toMatchObject([{ id: callId, phase: 'active', members: [{ phase: 'connected' }] }]);
    expect(endings(one)).toEqual([]);
  }
  expect(alice.ear.hears(TONES.bob)).toBe(true);
  // What was said while there was no link counts once there is one.
  alice.links.links.get(bob.peerId)?.close('lost');
  await scenario.pass(10);
  await alice.node.calls.mute(callId, { audio: true });
  await scenario.until('bob knows', () => callsOf(bob)[0]?.members[0]?.audioMuted === true);
  await scenario.end();
});

test('a cable that is out for ten seconds is survived, one that is out for a minute is not', async () => {
  const scenario = new Scenario();
  const [alice, bob, callId] = await talking(scenario);
  scenario.network.cut(alice.machine, bob.machine);
  await scenario.pass(10_000);
  expect(callsOf(alice)).toMatchObject([{ id: callId, members: [{ phase: 'lost' }] }]);
  scenario.network.heal(alice.machine, bob.machine);
  await scenario.until('they hear each other', () => alice.ear.hears(TONES.bob) && bob.ear.hears(TONES.alice));
  await scenario.pass(2_000);
  expect(callsOf(alice)).toMatchObject([{ id: callId, members: [{ phase: 'connected' }] }]);
  expect(told(alice, 'call-connected')).toHaveLength(1);
  scenario.network.cut(alice.machine, bob.machine);
  await scenario.pass(60_000);
  expect(endings(alice)).toEqual(['lost']);
  expect(endings(bob)).toEqual(['lost']);
  expect(bob.ear.closed).toBe(bob.ear.opened);
  await scenario.end();
});

test('the yes is lost with the link: it is said again', async () => {
  const scenario = new Scenario();
  const [alice, bob] = await meeting(scenario, ['alice', 'bob']);
  const { callId } = await alice.node.calls.start('audio', { to: 'bob' });
  await scenario.pass(100);
  scenario.network.cut(alice.machine, bob.machine);
  await bob.node.calls.accept(callId);
  await scenario.pass(5_000);
  expect(phases(alice)).toEqual(['ringing']);
  scenario.network.heal(alice.machine, bob.machine);
  await scenario.until('they hear each other', () => alice.ear.hears(TONES.bob) && bob.ear.hears(TONES.alice));
  expect(phases(alice)).toEqual(['active']);
  await scenario.end();
});

test('whoever hung up or was started anew while the link was away tells the other', async () => {
  const scenario = new Scenario();
  const [alice, bob, callId] = await talking(scenario);
  scenario.network.cut(alice.machine, bob.machine);
  await alice.node.calls.end(callId);
  await scenario.pass(5_000);
  expect(endings(bob)).toEqual([]);
  scenario.network.heal(alice.machine, bob.machine);
  await scenario.until('bob knows', () => endings(bob).length === 1);

  const { callId: second } = await alice.node.calls.start('audio', { to: 'bob' });
  await scenario.pass(100);
  await bob.node.calls.accept(second);
  await scenario.pass(1_500);
  bob.kill();
  await scenario.pass(1_000);
  expect(phases(alice)).toEqual(['active']);
  await bob.start();
  await scenario.until('alice knows', () => endings(alice).at(-1) === 'lost');
  expect(callsOf(bob)).toEqual([]);
  await scenario.end();
});

test('whoever is killed is lost after half a minute; a goodbye ends calls at once', async () => {
  const scenario = new Scenario();
  const [alice, bob, callId] = await talking(scenario);
  bob.kill();
  await scenario.pass(20_000);
  expect(callsOf(alice)).toMatchObject([{ id: callId, members: [{ phase: 'lost' }] }]);
  await scenario.pass(20_000);
  expect(endings(alice)).toEqual(['lost']);
  await bob.start();
  await scenario.pass(MEETING_MS);
  const { callId: second } = await alice.node.calls.start('audio', { to: 'bob' });
  await scenario.pass(100);
  await bob.node.calls.accept(second);
  await scenario.pass(500);
  await scenario.run(bob.stop());
  await scenario.pass(100);
  expect(endings(alice)).toEqual(['lost', 'hangup']);
  await scenario.end();
});

test('where UDP is blocked sound goes over the link, and says so', async () => {
  const scenario = new Scenario();
  const [alice, bob] = await meeting(scenario, ['alice', 'bob']);
  scenario.media.blockUdp(alice.machine, bob.machine);
  const { callId } = await alice.node.calls.start('audio', { to: 'bob' });
  await scenario.pass(100);
  await bob.node.calls.accept(callId);
  await scenario.pass(3_000);
  expect(callsOf(alice)).toMatchObject([{ phase: 'active', members: [{ path: 'link' }] }]);
  expect(bob.ear.hears(TONES.alice)).toBe(true);
  expect(alice.node.calls.stats(callId).peers[0]?.path).toBe('link');
  await scenario.end();
});

test('a new address during a call is told, and the call goes on', async () => {
  const scenario = new Scenario();
  const [alice, bob, callId] = await talking(scenario);
  scenario.network.giveNewAddress(alice.machine);
  await scenario.pass(20_000);
  for (const one of [alice, bob])
    expect(callsOf(one)).toMatchObject([{ id: callId, members: [{ phase: 'connected' }] }]);
  expect(bob.ear.hears(TONES.alice)).toBe(true);
  expect(alice.ear.hears(TONES.bob)).toBe(true);
  await scenario.end();
});

test('no microphone: one hears, is told so, and the call goes on', async () => {
  const scenario = new Scenario();
  const [alice, bob, callId] = await talking(scenario, { audioInput: 'default' });
  expect(callsOf(alice)).toMatchObject([{ id: callId, phase: 'active', members: [{ phase: 'connected' }] }]);
  expect(alice.warnings).toContain('device-unavailable');
  await scenario.pass(30_000);
  expect(phases(bob)).toEqual(['active']);
  expect(bob.warnings.filter((code) => code === 'device-unavailable')).toHaveLength(1);
  await scenario.end();
});

test('a loudspeaker that is pulled out during a call: it goes on, and is heard again when it is back', async () => {
  const scenario = new Scenario();
  const [alice, bob, callId] = await talking(scenario);
  bob.ear.unplug();
  await scenario.pass(20_000);
  expect(bob.warnings).toContain('device-unavailable');
  expect(callsOf(bob)).toMatchObject([{ id: callId, phase: 'active' }]);
  expect(alice.ear.hears(TONES.bob)).toBe(true);
  expect(bob.node.calls.levels(callId).get(alice.peerId)).toBeGreaterThan(0.5);
  const before = bob.ear.opened;
  bob.ear.plugIn();
  await scenario.until('it is opened again', () => bob.ear.opened > before, 11_000);
  await scenario.pass(3_000);
  expect(bob.ear.hears(TONES.alice)).toBe(true);
  // Nothing piled up meanwhile.
  expect(bob.node.calls.stats(callId).peers[0]?.audio.bufferMs).toBeLessThan(60);
  await scenario.end();
});

test('blocking somebody ends the call with them', async () => {
  const scenario = new Scenario();
  const [alice, bob] = await talking(scenario);
  await alice.node.peers.block('bob');
  await scenario.pass(200);
  expect(callsOf(alice)).toEqual([]);
  expect(alice.ear.closed).toBe(alice.ear.opened);
  await scenario.pass(40_000);
  expect(callsOf(bob)).toEqual([]);
  await scenario.end();
});

test('a call of a room under another key ends; its people can call again', async () => {
  const scenario = new Scenario();
  const [alice, bob] = (await meeting(scenario, ['alice', 'bob'], { autoAnswer: true })) as [Actor, Actor];
  const password = 'correct horse battery staple';
  // Keys are stretched in real time.
  await alice.node.rooms.create('tea', { password });
  await scenario.pass(500);
  await bob.node.rooms.join('tea', { password });
  await scenario.pass(2_000);
  await alice.node.calls.start('audio', { room: 'tea' });
  await scenario.pass(2_000);
  expect(hearsAll(alice, [alice, bob]) && hearsAll(bob, [alice, bob])).toBe(true);
  await alice.node.rooms.rekey('tea', { password: 'battery staple correct horse' });
  await scenario.pass(5_000);
  expect(callsOf(alice)).toEqual([]);
  expect(callsOf(bob)).toEqual([]);
  await alice.node.calls.start('audio', { room: 'tea' });
  await scenario.pass(2_000);
  expect(hearsAll(bob, [alice, bob])).toBe(true);
  await scenario.end();
});

test('nobody blocked is called, or can call', async () => {
  const scenario = new Scenario();
  const [alice, bob] = await meeting(scenario, ['alice', 'bob'], { autoAnswer: true });
  await alice.node.peers.block('bob');
  await expect(alice.node.calls.start('audio', { to: bob.peerId })).rejects.toMatchObject({ code: 'blocked' });
  await scenario.pass(500);
  await expect(bob.node.calls.start('audio', { to: 'alice' })).rejects.toMatchObject({ code: 'offline' });
  await expect(bob.node.calls.start('audio', {})).rejects.toMatchObject({ code: 'bad-option' });
  await expect(bob.node.calls.start('audio', { to: 'nobody' })).rejects.toMatchObject({ code: 'unknown-peer' });
  await scenario.end();
});

/** People in the room `tea`. */
async function inRoom(
  scenario: Scenario,
  names: readonly Name[],
  options: NodeOptions = {},
): Promise<readonly Actor[]> {
  const actors = await meeting(scenario, names, options);
  for (const actor of actors) await actor.node.rooms.join('tea');
  await scenario.pass(3_000);
  return actors;
}

function membersIn(actor: Actor): string[] {
  return (callsOf(actor)[0]?.members ?? []).map(({ peerId, phase }) => `${actor.nameOf(peerId)} ${phase}`).sort();
}

function hearsAll(listener: Actor, speakers: readonly Actor[]): boolean {
  return speakers.every((speaker) => listener === speaker || listener.ear.hears(TONES[speaker.name as Name]));
}

test('a room of five: called, joined, refused, left, joined again', async () => {
  const scenario = new Scenario();
  const everybody = await inRoom(scenario, ['alice', 'bob', 'carol', 'dave', 'erin']);
  const [alice, bob, carol, dave, erin] = everybody as [Actor, Actor, Actor, Actor, Actor];
  const { callId } = await alice.node.calls.start('audio', { room: 'tea' });
  await scenario.pass(100);
  expect(phases(alice)).toEqual(['ringing']);
  for (const one of [bob, carol, dave, erin]) {
    expect(callsOf(one)).toMatchObject([
      { id: callId, phase: 'incoming', starter: alice.peerId, destination: { kind: 'room', room: 'tea' } },
    ]);
  }
  await Promise.all([bob, carol, dave].map((one) => one.node.calls.accept(callId)));
  await erin.node.calls.reject(callId);
  await scenario.pass(2_000);
  expect(phases(alice)).toEqual(['active']);
  expect(membersIn(alice)).toEqual(['bob connected', 'carol connected', 'dave connected']);
  expect(membersIn(bob)).toEqual(['alice connected', 'carol connected', 'dave connected']);
  expect(phases(erin)).toEqual(['open']);
  expect(membersIn(erin)).toEqual(['alice connected', 'bob connected', 'carol connected', 'dave connected']);
  const inIt = [alice, bob, carol, dave];
  for (const one of inIt) expect(hearsAll(one, inIt)).toBe(true);
  expect(
    told(alice, 'call-answered')
      .map(({ peerId, refusal }) => `${alice.nameOf(peerId)} ${refusal ?? 'yes'}`)
      .sort(),
  ).toEqual(['bob yes', 'carol yes', 'dave yes', 'erin rejected']);

  // Leaves, and comes back; the one who said no comes, too.
  await bob.node.calls.end(callId);
  await scenario.pass(500);
  expect(endings(bob)).toEqual(['hangup']);
  expect(phases(bob)).toEqual(['open']);
  expect(membersIn(alice)).toEqual(['carol connected', 'dave connected']);
  expect(bob.ear.closed).toBe(bob.ear.opened);
  await erin.node.calls.start('audio', { room: 'tea' });
  await bob.node.calls.accept(callId);
  await scenario.pass(2_000);
  for (const one of everybody) {
    expect(callsOf(one)).toMatchObject([{ id: callId, phase: 'active' }]);
    expect(hearsAll(one, everybody)).toBe(true);
    expect(membersIn(one)).toHaveLength(4);
  }
  await carol.node.calls.setVolume(callId, 'bob', 0);
  await scenario.pass(500);
  expect(carol.ear.hears(TONES.bob)).toBe(false);
  expect(carol.ear.hears(TONES.alice)).toBe(true);

  // The last one ends it for all.
  for (const one of [alice, bob, carol, dave]) await one.node.calls.end(callId);
  await scenario.pass(500);
  expect(phases(alice)).toEqual(['open']);
  expect(phases(erin)).toEqual(['active']);
  await erin.node.calls.end(callId);
  await scenario.pass(500);
  for (const one of everybody) expect(callsOf(one)).toEqual([]);
  await scenario.end();
});

test('who comes into the room later sees the call and can join it', async () => {
  const scenario = new Scenario();
  const [alice, bob, carol] = (await meeting(scenario, ['alice', 'bob', 'carol'])) as [Actor, Actor, Actor];
  await alice.node.rooms.join('tea');
  await bob.node.rooms.join('tea');
  await scenario.pass(3_000);
  const { callId } = await alice.node.calls.start('audio', { room: 'tea' });
  await scenario.pass(100);
  await bob.node.calls.accept(callId);
  await scenario.pass(500);
  expect(callsOf(carol)).toEqual([]);
  await expect(carol.node.calls.start('audio', { room: 'tea' })).rejects.toMatchObject({ code: 'not-in-room' });
  await carol.node.rooms.join('tea');
  await scenario.until('carol sees it', () => phases(carol)[0] === 'open' && membersIn(carol).length === 2, 2_000);
  await carol.node.calls.accept(callId);
  await scenario.pass(1_500);
  for (const one of [alice, bob, carol]) expect(hearsAll(one, [alice, bob, carol])).toBe(true);
  // Leaving the room is leaving its call.
  await carol.node.rooms.leave('tea');
  await scenario.pass(8_000);
  expect(callsOf(carol)).toEqual([]);
  expect(membersIn(alice)).toEqual(['bob connected']);
  await scenario.end();
});

test('nobody comes: the call of a room times out; nobody is here: there is none', async () => {
  const scenario = new Scenario();
  const [alice, bob] = (await inRoom(scenario, ['alice', 'bob'])) as [Actor, Actor];
  await alice.node.calls.start('audio', { room: 'tea' });
  await scenario.pass(31_000);
  expect(endings(alice)).toEqual(['timeout']);
  expect(callsOf(alice)).toEqual([]);
  expect(callsOf(bob)).toEqual([]);
  await bob.stop();
  await scenario.pass(1_000);
  await expect(alice.node.calls.start('audio', { room: 'tea' })).rejects.toMatchObject({ code: 'offline' });
  await scenario.end();
});

test('two call the same room at once: everybody meets in one call', async () => {
  for (const seed of [1, 2, 3]) {
    const scenario = new Scenario({ seed, latencyMs: 15 });
    const everybody = (await inRoom(scenario, ['alice', 'bob', 'carol'], { autoAnswer: true })) as [
      Actor,
      Actor,
      Actor,
    ];
    await Promise.all(everybody.slice(0, 2).map((one) => one.node.calls.start('audio', { room: 'tea' })));
    await scenario.pass(8_000);
    const ids = new Set(everybody.flatMap((one) => callsOf(one).map(({ id }) => id)));
    expect(ids.size).toBe(1);
    for (const one of everybody) expect(hearsAll(one, everybody)).toBe(true);
    await scenario.end();
  }
});

test('in the call of a room links are lost and regained, and one is killed', async () => {
  const scenario = new Scenario();
  const everybody = await inRoom(scenario, ['alice', 'bob', 'carol'], { autoAnswer: true });
  const [alice, bob, carol] = everybody as [Actor, Actor, Actor];
  const { callId } = await alice.node.calls.start('audio', { room: 'tea' });
  await scenario.pass(2_000);
  scenario.network.cut(alice.machine, bob.machine);
  await scenario.pass(12_000);
  expect(membersIn(alice)).toEqual(['bob lost', 'carol connected']);
  scenario.network.heal(alice.machine, bob.machine);
  await scenario.until('all hear each other', () => everybody.every((one) => hearsAll(one, everybody)));
  carol.kill();
  await scenario.pass(40_000);
  expect(membersIn(alice)).toEqual(['bob connected']);
  await carol.start();
  await scenario.until('carol sees it', () => phases(carol)[0] === 'open', 20_000);
  await carol.node.calls.accept(callId);
  await scenario.pass(2_000);
  for (const one of everybody) expect(hearsAll(one, everybody)).toBe(true);
  await scenario.end();
});

test('sixteen are in the call of a room; the seventeenth is told that it is full', async () => {
  const scenario = new Scenario();
  const people = Array.from({ length: 17 }, (_, index) =>
    scenario.person(`p${index}`, { audioInput: 'none', audioOutput: 'none' }),
  );
  for (const one of people) await one.start();
  await scenario.pass(6_000);
  for (const one of people) await one.node.rooms.join('tea');
  await scenario.pass(4_000);
  const { callId } = await people[0]!.node.calls.start('audio', { room: 'tea' });
  await scenario.pass(200);
  for (const one of people.slice(1, 16)) await one.node.calls.accept(callId);
  await scenario.pass(3_000);
  for (const one of people.slice(0, 16)) {
    expect(membersIn(one).filter((member) => member.endsWith(' connected'))).toHaveLength(15);
  }
  const late = people[16]!;
  await expect(late.node.calls.accept(callId)).rejects.toMatchObject({ code: 'call-full' });
  await people[3]!.node.calls.end(callId);
  await scenario.pass(500);
  await late.node.calls.accept(callId);
  await scenario.pass(2_000);
  expect(membersIn(late).filter((member) => member.endsWith(' connected'))).toHaveLength(15);
  await scenario.end();
});

test('calls of somebody chosen are taken at once, also after a restart; those of others ring', async () => {
  const scenario = new Scenario();
  const [alice, bob, carol] = (await meeting(scenario, ['alice', 'bob', 'carol'])) as [Actor, Actor, Actor];
  await scenario.run(bob.node.peers.setAutoAnswer('alice', true));
  await bob.stop();
  await bob.start();
  await scenario.pass(MEETING_MS);
  const { callId: rings } = await carol.node.calls.start('audio', { to: 'bob' });
  await scenario.pass(200);
  expect(phases(bob)).toEqual(['incoming']);
  await carol.node.calls.end(rings);
  await scenario.pass(200);
  const { callId } = await alice.node.calls.start('audio', { to: 'bob' });
  await scenario.pass(1_500);
  expect(callsOf(bob)).toMatchObject([{ id: callId, phase: 'active' }]);
  await scenario.run(alice.node.calls.end(callId));
  await scenario.run(bob.node.peers.setAutoAnswer('alice', false));
  await alice.node.calls.start('audio', { to: 'bob' });
  await scenario.pass(200);
  expect(phases(bob)).toEqual(['incoming']);
  await scenario.end();
});
