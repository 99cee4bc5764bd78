// Pictures in calls: who sees whom, what happens when cameras, codecs and networks fail.

import '../../src/base/platform.ts';
import { expect, test } from 'vitest';
import type { VideoCodecName } from '../../src/contracts/video.ts';
import type { NodeOptions } from '../../src/options.ts';
import type { Call, CallMode } from '../../src/state/values.ts';
import { Eye } from '../support/plain-video.ts';
import { MEETING_MS, Scenario, type Actor } from '../support/scenario.ts';

interface Seer extends Actor {
  readonly eye: Eye;
}

async function meeting(
  scenario: Scenario,
  names: readonly string[],
  options: NodeOptions = {},
  codecs: Readonly<Record<string, readonly VideoCodecName[]>> = {},
): Promise<Seer[]> {
  const seers = names.map((name) => {
    const actor = scenario.person(name, {
      audioInput: 'tone:440',
      audioOutput: 'ear',
      videoInput: 'camera',
      ...options,
    });
    actor.eye = new Eye();
    actor.eye.codecs = codecs[name] ?? ['jpeg'];
    return actor as Seer;
  });
  for (const seer of seers) await seer.start();
  await scenario.pass(MEETING_MS);
  return seers;
}

function both(...codecs: readonly VideoCodecName[]): Record<string, readonly VideoCodecName[]> {
  return { alice: codecs, bob: codecs };
}

/** Two of them, and a call that both are in. */
async function seeing(
  scenario: Scenario,
  mode: CallMode,
  options: NodeOptions = { videoOutput: 'eye' },
): Promise<[Seer, Seer, string]> {
  const [alice, bob] = (await meeting(scenario, ['alice', 'bob'], options)) as [Seer, Seer];
  return [alice, bob, await called(scenario, mode, alice, bob)];
}

async function called(scenario: Scenario, mode: CallMode, alice: Actor, bob: Actor): Promise<string> {
  const { callId } = await alice.node.calls.start(mode, { to: bob.peerId });
  await scenario.pass(100);
  await bob.node.calls.accept(callId);
  await scenario.pass(2_000);
  return callId;
}

function callOf(actor: Actor): Call {
  const [call] = actor.node.state.calls.values();
  if (call === undefined) throw new Error(`${actor.name} is in no call`);
  return call;
}

function warnings(actor: Actor): string[] {
  return actor.run.events.flatMap((event) => (event.type === 'warning' ? [event.warning.text] : []));
}

function rate(scenario: Scenario, seer: Seer, seen: Actor, seconds = 3): number {
  return seer.eye.rateOf(seen.peerId, scenario.clock.monotonicMs(), seconds);
}

function isRising(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? -1));
}

test('a video call: both see each other in order, numbers tell, and at the end everything is free', async () => {
  const scenario = new Scenario();
  const [alice, bob, callId] = await seeing(scenario, 'video');
  await scenario.pass(5_000);
  for (const [one, other] of [
    [alice, bob],
    [bob, alice],
  ] as const) {
    expect(rate(scenario, one, other)).toBeGreaterThan(27);
    expect(isRising(one.eye.numbersOf(other.peerId))).toBe(true);
    expect(callOf(one)).toMatchObject({ mode: 'video', videoMuted: false, members: [{ videoMuted: false }] });
    const { video } = one.node.calls.stats(callId).peers[0]!;
    expect(video).toMatchObject({ width: 64, height: 48, packetsLost: 0 });
    expect(video.framesReceived).toBeGreaterThan(150);
    expect(video.framesSent).toBeGreaterThan(150);
    expect(video.framesPerSecond).toBeGreaterThan(25);
    expect(video.bitrate).toBeGreaterThan(100_000);
    expect(video.rttMs).toBeLessThan(20);
    // Nobody sees themselves without looking on purpose.
    expect(one.eye.seen.has(one.peerId)).toBe(false);
  }
  await alice.node.calls.end(callId);
  await scenario.pass(500);
  for (const { eye, peerId } of [alice, bob]) {
    expect({ opened: eye.opened, closed: eye.closed }).toEqual({ opened: 1, closed: 1 });
    expect(eye.outputs).toEqual({ opened: 1, closed: 1 });
    expect(eye.encoders.closed).toBe(eye.encoders.opened);
    expect(eye.decoders.closed).toBe(eye.decoders.opened);
    expect(eye.hidden).not.toContain(peerId);
    expect(eye.hidden).toHaveLength(1);
  }
  await scenario.end();
});

test('in an audio call the camera is off until it is wanted, and others are told', async () => {
  const scenario = new Scenario();
  const [alice, bob, callId] = await seeing(scenario, 'audio');
  expect(callOf(alice)).toMatchObject({ mode: 'audio', videoMuted: true, members: [{ videoMuted: true }] });
  expect(alice.eye.opened + bob.eye.opened + bob.eye.outputs.opened).toBe(0);
  await alice.node.calls.mute(callId, { video: false });
  await scenario.pass(2_000);
  expect(callOf(alice).videoMuted).toBe(false);
  expect(callOf(bob)).toMatchObject({ videoMuted: true, members: [{ videoMuted: false }] });
  expect(rate(scenario, bob, alice, 1)).toBeGreaterThan(25);
  expect(alice.eye.seen.size).toBe(0);
  await alice.node.calls.mute(callId, { video: true });
  await scenario.pass(2_000);
  expect(callOf(bob).members[0]?.videoMuted).toBe(true);
  expect(bob.eye.hidden).toEqual([alice.peerId]);
  expect(rate(scenario, bob, alice, 1)).toBe(0);
  expect(alice.eye.closed).toBe(1);
  // Sound was not touched.
  expect(callOf(bob).members[0]).toMatchObject({ phase: 'connected', audioMuted: false });
  await scenario.end();
});

test('without a camera a video call is an audio call, with one sentence why', async () => {
  const scenario = new Scenario();
  const [alice, bob] = (await meeting(scenario, ['alice', 'bob'], { videoOutput: 'eye' })) as [Seer, Seer];
  alice.eye.hasCamera = false;
  const callId = await called(scenario, 'video', alice, bob);
  await scenario.pass(30_000);
  expect(warnings(alice)).toEqual(['There is no camera. The call goes on: you are heard, not seen.']);
  expect(callOf(alice)).toMatchObject({ phase: 'active', videoMuted: true, members: [{ videoMuted: false }] });
  expect(callOf(bob)).toMatchObject({ videoMuted: false, members: [{ phase: 'connected', videoMuted: true }] });
  expect(rate(scenario, alice, bob)).toBeGreaterThan(25);
  // Asked for again, it is looked for again.
  alice.eye.hasCamera = true;
  await alice.node.calls.mute(callId, { video: false });
  await scenario.pass(2_000);
  expect(rate(scenario, bob, alice, 1)).toBeGreaterThan(25);
  await scenario.end();
});

test('what was a warning in one call is said again in the next, once', async () => {
  const scenario = new Scenario();
  const [alice, bob] = (await meeting(scenario, ['alice', 'bob'], { videoOutput: 'eye' })) as [Seer, Seer];
  alice.eye.hasCamera = false;
  const sentence = 'There is no camera. The call goes on: you are heard, not seen.';
  for (let number = 1; number <= 3; number += 1) {
    const callId = await called(scenario, 'video', alice, bob);
    await scenario.pass(12_000);
    expect(warnings(alice)).toEqual(Array.from({ length: number }, () => sentence));
    await alice.node.calls.end(callId);
    await scenario.pass(1_000);
  }
  await scenario.end();
});

test('so it is for whoever comes back to the call of a room', async () => {
  const scenario = new Scenario();
  const [alice, bob, carol] = (await meeting(scenario, ['alice', 'bob', 'carol'], { videoOutput: 'eye' })) as [
    Seer,
    Seer,
    Seer,
  ];
  alice.eye.hasCamera = false;
  for (const { node } of [alice, bob, carol]) await node.rooms.join('lab');
  await scenario.pass(500);
  const { callId } = await bob.node.calls.start('video', { room: 'lab' });
  await scenario.pass(100);
  for (const one of [alice, carol]) await one.node.calls.accept(callId);
  await scenario.pass(12_000);
  expect(warnings(alice)).toHaveLength(1);
  await alice.node.calls.end(callId);
  await scenario.pass(1_000);
  await alice.node.calls.accept(callId);
  await scenario.pass(12_000);
  expect(callOf(alice).phase).toBe('active');
  expect(warnings(alice)).toHaveLength(2);
  expect(new Set(warnings(alice)).size).toBe(1);
  await scenario.end();
});

test('a camera that is pulled out comes back, and nobody hears a gap', async () => {
  const scenario = new Scenario();
  const [alice, bob, callId] = await seeing(scenario, 'video');
  alice.eye.unplug();
  await scenario.pass(3_000);
  expect(callOf(alice).videoMuted).toBe(true);
  expect(callOf(bob).members[0]?.videoMuted).toBe(true);
  expect(bob.ear.hears(440)).toBe(true);
  alice.eye.hasCamera = true;
  await scenario.pass(10_000);
  expect(callOf(bob).members[0]?.videoMuted).toBe(false);
  expect(rate(scenario, bob, alice)).toBeGreaterThan(25);
  expect(warnings(alice)).toHaveLength(1);
  await alice.node.calls.end(callId);
  await scenario.end();
  expect(alice.eye.closed).toBe(alice.eye.opened);
});

test('a screen is shared instead of the camera, also from an audio call; what fails changes nothing', async () => {
  const scenario = new Scenario();
  const [alice, bob, callId] = await seeing(scenario, 'video');
  alice.eye.hasScreen = false;
  await expect(alice.node.calls.share(callId, 'screen')).rejects.toMatchObject({ code: 'device-unavailable' });
  await scenario.pass(1_000);
  expect(callOf(alice).sharing).toBeUndefined();
  expect(rate(scenario, bob, alice, 1)).toBeGreaterThan(25);

  alice.eye.hasScreen = true;
  await scenario.run(alice.node.calls.share(callId, 'screen'));
  await scenario.pass(3_000);
  expect(callOf(alice)).toMatchObject({ sharing: 'screen', videoMuted: false });
  expect(callOf(bob).members[0]).toMatchObject({ isSharing: true, videoMuted: false });
  expect(bob.eye.numbersOf(alice.peerId).at(-1)).toBeGreaterThanOrEqual(1_000_000);
  expect(rate(scenario, bob, alice, 2)).toBeGreaterThan(8);
  expect(rate(scenario, bob, alice, 2)).toBeLessThan(12);
  expect({ opened: alice.eye.opened, closed: alice.eye.closed }).toEqual({ opened: 2, closed: 1 });

  await alice.node.calls.share(callId, null);
  await scenario.pass(2_000);
  expect(callOf(alice).sharing).toBeUndefined();
  expect(callOf(bob).members[0]?.isSharing).toBeUndefined();
  expect(rate(scenario, bob, alice, 1)).toBeGreaterThan(25);

  await alice.node.calls.mute(callId, { video: true });
  await scenario.run(alice.node.calls.share(callId, 'screen'));
  await scenario.pass(1_000);
  expect(callOf(alice)).toMatchObject({ sharing: 'screen', videoMuted: true });
  expect(callOf(bob).members[0]).toMatchObject({ isSharing: true, videoMuted: false });
  // The window is closed.
  alice.eye.closeScreen();
  await scenario.pass(1_000);
  expect(callOf(alice).sharing).toBeUndefined();
  expect(callOf(bob).members[0]?.videoMuted).toBe(true);
  expect(warnings(alice)).toEqual(['The screen was pulled out. Nothing is shared any more.']);
  await scenario.end();
  expect(alice.eye.closed).toBe(alice.eye.opened);
});

test('nothing is decoded before somebody looks, one sees oneself there too, and H.264 begins with a key frame', async () => {
  const scenario = new Scenario();
  const [alice, bob] = (await meeting(scenario, ['alice', 'bob'], { videoOutput: 'none' }, both('h264', 'jpeg'))) as [
    Seer,
    Seer,
  ];
  const callId = await called(scenario, 'video', alice, bob);
  await scenario.pass(2_000);
  // It was not known yet that nobody looks.
  expect(bob.eye.decoded).toBeLessThanOrEqual(1);
  expect(bob.node.calls.stats(callId).peers[0]!.video.framesReceived).toBeGreaterThan(60);
  const stop = bob.node.calls.showOn(bob.eye.viewer(scenario.clock));
  await scenario.pass(2_000);
  expect(rate(scenario, bob, alice, 1)).toBeGreaterThan(25);
  expect(rate(scenario, bob, bob, 1)).toBeGreaterThan(25);
  stop();
  await scenario.pass(1_000);
  const { decoded } = bob.eye;
  await scenario.pass(1_000);
  expect(bob.eye.decoded).toBe(decoded);
  expect(bob.eye.decoders.closed).toBe(bob.eye.decoders.opened);
  await scenario.end();
});

test('to where it is seen small it is sent small, unless somebody looks more closely', async () => {
  const scenario = new Scenario();
  const [alice, bob] = (await meeting(scenario, ['alice', 'bob'], { videoOutput: 'none' })) as [Seer, Seer];
  alice.eye.camera = { width: 640, height: 480, framesPerSecond: 30 };
  const callId = await called(scenario, 'video', alice, bob);
  const width = async (): Promise<number> => {
    await scenario.pass(4_000);
    return bob.node.calls.stats(callId).peers[0]!.video.width;
  };
  const small = { ...bob.eye.viewer(scenario.clock), sizeOf: () => ({ width: 96, height: 72 }) };
  const off = bob.node.calls.showOn(small);
  expect(await width()).toBe(160);
  const closer = bob.node.calls.showOn({ ...small, sizeOf: () => ({ width: 320, height: 240 }) });
  expect(await width()).toBe(320);
  const any = bob.node.calls.showOn(bob.eye.viewer(scenario.clock));
  expect(await width()).toBe(640);
  any();
  closer();
  expect(await width()).toBe(160);
  // Nobody looks at all.
  closer();
  const last = bob.node.calls.showOn({ ...small, sizeOf: () => ({ width: 640, height: 480 }) });
  off();
  expect(await width()).toBe(640);
  const bitrate = (): number => alice.node.calls.stats(callId).peers[0]!.video.bitrate;
  const before = bitrate();
  last();
  await scenario.pass(4_000);
  expect(bitrate()).toBeLessThan(before / 2);
  await scenario.end();
});

test('who can not show what the other one sends hears them, and is named once', async () => {
  const scenario = new Scenario();
  const [alice, bob] = (await meeting(scenario, ['alice', 'bob'], { videoOutput: 'eye' }, { bob: ['h264'] })) as [
    Seer,
    Seer,
  ];
  await called(scenario, 'video', alice, bob);
  await scenario.pass(5_000);
  expect(bob.eye.seen.size + alice.eye.seen.size).toBe(0);
  expect(bob.ear.hears(440)).toBe(true);
  expect(warnings(alice)).toEqual(["bob can't show any pictures that this machine can send: they hear you only."]);
  await scenario.end();
});

test.each([['jpeg'], ['h264']] as const)(
  '%s: of 20 packets one is lost, and nearly all pictures come',
  async (codec) => {
    const scenario = new Scenario();
    const [alice, bob] = (await meeting(scenario, ['alice', 'bob'], { videoOutput: 'eye' })) as [Seer, Seer];
    for (const { eye } of [alice, bob]) eye.codecs = [codec];
    const callId = await called(scenario, 'video', alice, bob);
    scenario.media.lostPerMille = 50;
    const before = bob.eye.numbersOf(alice.peerId).length;
    await scenario.pass(10_000);
    const numbers = bob.eye.numbersOf(alice.peerId).slice(before);
    expect(isRising(numbers)).toBe(true);
    expect(numbers.length).toBeGreaterThan(0.97 * (numbers.at(-1)! - numbers[0]! + 1));
    expect(numbers.length).toBeGreaterThan(0.95 * 300);
    const { video } = bob.node.calls.stats(callId).peers[0]!;
    expect(video.packetsRecovered).toBeGreaterThan(20);
    expect(video.packetsLost).toBeGreaterThanOrEqual(video.packetsRecovered);
    await scenario.end();
  },
);

test('where UDP is blocked pictures take the link', async () => {
  const scenario = new Scenario();
  const [alice, bob] = (await meeting(scenario, ['alice', 'bob'], { videoOutput: 'eye' })) as [Seer, Seer];
  scenario.media.blockUdp(alice.machine, bob.machine);
  await called(scenario, 'video', alice, bob);
  await scenario.pass(3_000);
  expect(callOf(bob).members[0]?.path).toBe('link');
  expect(rate(scenario, bob, alice, 2)).toBeGreaterThan(15);
  await scenario.end();
});

/** All are in the call of a room, with cameras as the mode says. */
async function roomOf(scenario: Scenario, mode: CallMode, names: readonly string[]): Promise<Seer[]> {
  const seers = await meeting(scenario, names, { videoOutput: 'eye', autoAnswer: true });
  for (const { node } of seers) await node.rooms.join('lab');
  await scenario.pass(2_000);
  await seers[0]!.node.calls.start(mode, { room: 'lab' });
  await scenario.pass(4_000);
  return seers;
}

test('one of five who can take only 300 kbit/s costs the others nothing', async () => {
  const scenario = new Scenario();
  const [alice, slow, ...others] = (await roomOf(scenario, 'audio', [
    'alice',
    'bob',
    'carol',
    'dave',
    'erin',
    'frank',
  ])) as [Seer, Seer, ...Seer[]];
  await alice.node.calls.mute(callOf(alice).id, { video: false });
  await scenario.pass(4_000);
  for (const one of [slow, ...others]) expect(rate(scenario, one, alice, 2)).toBeGreaterThan(27);
  scenario.media.narrow(slow.machine, 300_000);
  await scenario.pass(15_000);
  for (const one of others) expect(rate(scenario, one, alice, 14)).toBeGreaterThan(27);
  // It sees as much as fits, and not only pieces.
  expect(rate(scenario, slow, alice, 5)).toBeGreaterThan(3);
  expect(alice.eye.encoders.opened - alice.eye.encoders.closed).toBe(2);
  await scenario.end();
});

test('of ten in a call eight show themselves, and the others are told why', async () => {
  const scenario = new Scenario();
  const names = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi', 'ivan', 'judy'];
  const seers = await roomOf(scenario, 'video', names);
  await scenario.pass(4_000);
  const showing = seers.filter((seer) => !callOf(seer).videoMuted);
  expect(showing).toHaveLength(8);
  const mute = seers.filter((seer) => callOf(seer).videoMuted);
  for (const one of mute) {
    expect(warnings(one)).toEqual([
      'At most 8 people show themselves in one call, and so many do: you are heard, not seen.',
    ]);
    for (const other of showing) expect(rate(scenario, one, other, 1)).toBeGreaterThan(10);
    await one.node.calls.mute(callOf(one).id, { video: false });
    expect(callOf(one).videoMuted).toBe(true);
    await expect(one.node.calls.share(callOf(one).id, 'screen')).rejects.toMatchObject({ code: 'call-full' });
  }
  await scenario.end();
});
