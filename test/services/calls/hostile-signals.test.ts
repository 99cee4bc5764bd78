// What others may say about calls, and what comes of it: floods, lies, other people's calls.

import '../../../src/base/platform.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromHex } from '../../../src/base/bytes.ts';
import { MAX_ROOM_CALLS, RINGING_LIMITS } from '../../../src/services/calls/call-party.ts';
import { SIGNAL_LIMITS } from '../../../src/services/calls/call-wire.ts';
import { CALL_SIGNALS, type CallSignalKind } from '../../../src/wire/call-signals.ts';
import { CallsBench } from '../../support/calls-bench.ts';

test('a flood of requests rings once, and most of it is not even answered', async () => {
  const bench = new CallsBench();
  const mallory = bench.peer();
  for (let index = 0; index < 10_000; index++) await bench.calling(mallory, { kind: 'request' });
  expect(bench.current).toHaveLength(1);
  expect(bench.saidTo(mallory).length).toBeLessThanOrEqual(RINGING_LIMITS.requests.burst);
  expect(bench.dropped['call-flood']).toBeGreaterThanOrEqual(10_000 - SIGNAL_LIMITS.burst - 1);
  expect(bench.dropped['call-requests']).toBeGreaterThan(0);
  // Nothing was prepared for anybody whom nobody has accepted.
  expect(bench.prepared).toBe(0);
  await bench.clock.advance(31_000);
  expect(bench.current).toEqual([]);
});

test('request and cancel, again and again: it rings only so often', async () => {
  const bench = new CallsBench();
  const mallory = bench.peer();
  for (let index = 0; index < 60; index++) {
    const callId = fromHex(await bench.calling(mallory, { kind: 'request' }));
    await bench.calling(mallory, { kind: 'cancel', callId });
    await bench.clock.advance(100);
  }
  const rung = new Set(bench.eventsOf('call-changed').map(({ call }) => call.id));
  expect(rung.size).toBeLessThanOrEqual(RINGING_LIMITS.requests.burst + 6 * RINGING_LIMITS.requests.perSecond + 1);
});

test('of many strangers only a few ring at once, the others are told busy', async () => {
  const bench = new CallsBench();
  const strangers = Array.from({ length: 40 }, () => bench.peer());
  for (const stranger of strangers) await bench.calling(stranger, { kind: 'request' });
  expect(bench.current).toHaveLength(RINGING_LIMITS.inAll);
  const answers = strangers.flatMap((stranger) => bench.saidTo(stranger));
  expect(answers.filter((answer) => answer === 'ringing')).toHaveLength(RINGING_LIMITS.inAll);
  expect(answers.filter((answer) => answer === 'reject:busy')).toHaveLength(40 - RINGING_LIMITS.inAll);
});

test("nobody can touch anybody else's call", async () => {
  const bench = new CallsBench();
  const [alice, mallory] = [bench.peer(), bench.peer('tea')];
  const conversation = bench.room('tea').id;
  const { callId: hex } = bench.calls.start('', 'audio', { peerId: alice.peerId });
  const callId = fromHex(hex);
  const kinds = Object.keys(CALL_SIGNALS) as CallSignalKind[];
  for (const kind of kinds) {
    await bench.calling(mallory, { kind, callId });
    await bench.calling(mallory, { kind, callId, conversation });
    await bench.calling(mallory, { kind, callId, fromGuest: 'gus' });
    await bench.calling(alice, { kind, callId, conversation });
  }
  expect(bench.current).toMatchObject([{ id: hex, phase: 'calling' }]);
  expect(bench.saidTo(mallory)).toEqual([]);
  // Alice is in no room: what she says of one is wrong there, but for `end` and `cancel`, which are of no call of hers.
  expect(bench.dropped['call-foreign']).toBe(2 * kinds.length + 2);
  expect(bench.dropped['call-wrong-room']).toBe(kinds.length - 2);
  expect(bench.dropped['call-from-nobody']).toBe(kinds.length);
  await bench.calling(alice, { kind: 'accept', callId });
  for (const kind of kinds) await bench.calling(mallory, { kind, callId });
  expect(bench.current).toMatchObject([{ id: hex, phase: 'connecting' }]);
  await bench.calls.stop();
  expect(bench.held.size).toBe(0);
});

test('late, early and half words change nothing', async () => {
  const bench = new CallsBench();
  const alice = bench.peer();
  const { callId: hex } = bench.calls.start('', 'audio', { peerId: alice.peerId });
  const callId = fromHex(hex);
  const changes = bench.events.length;
  await bench.says(alice, { type: 'call', signal: { ...bench.signal({ kind: 'cancel' }), callId } });
  // A yes without keys is none.
  const { media: _media, ...accept } = bench.signal({ kind: 'accept', callId });
  await bench.says(alice, { type: 'call', signal: accept });
  const { media: _none, ...request } = bench.signal({ kind: 'request' });
  await bench.says(alice, { type: 'call', signal: request });
  expect(bench.events.length).toBe(changes);
  await bench.calls.end('', hex);
  // Of a call that is over only those are answered who seem to be in it.
  const kinds = Object.keys(CALL_SIGNALS) as CallSignalKind[];
  alice.sent.length = 0;
  for (const kind of kinds) if (kind !== 'request') await bench.calling(alice, { kind, callId });
  expect(bench.saidTo(alice)).toEqual(['ringing', 'accept', 'join', 'update', 'alive'].map(() => 'end:unknown-call'));
  expect(bench.current).toEqual([]);
  expect(bench.held.size).toBe(0);
});

test('only addresses are probed, and no reason of others gets any further', async () => {
  const bench = new CallsBench();
  const alice = bench.peer();
  const { callId: hex } = bench.calls.start('', 'audio', { peerId: alice.peerId });
  const callId = fromHex(hex);
  const candidates = ['intranet.example:80', '224.0.0.1:5353', '255.255.255.255:9', '10.0.0.7:9011', 'x', '0.0.0.0:7'];
  await bench.calling(alice, { kind: 'accept', callId, media: bench.offer({ candidates }) });
  expect(bench.sentCandidates).toEqual([['10.0.0.7']]);
  await bench.calling(alice, { kind: 'end', callId, reason: '\u001B[2Jevil' });
  expect(bench.eventsOf('call-ended').map(({ reason }) => reason)).toEqual(['hangup']);
  const second = fromHex(bench.calls.start('', 'audio', { peerId: alice.peerId }).callId);
  await bench.calling(alice, { kind: 'reject', callId: second, reason: 'go away' });
  expect(bench.eventsOf('call-ended').at(-1)?.reason).toBe('rejected');
});

test('blocked people get no answer', async () => {
  const bench = new CallsBench();
  bench.answers = true;
  const mallory = bench.peer();
  bench.blocked.add(mallory.peerId);
  for (const kind of Object.keys(CALL_SIGNALS) as CallSignalKind[]) await bench.calling(mallory, { kind });
  expect(bench.saidTo(mallory)).toEqual([]);
  expect(bench.events).toEqual([]);
  expect(() => bench.calls.start('', 'audio', { peerId: mallory.peerId })).toThrow(/blocked/);
});

test('whoever is not in a room can neither see, join nor end its call', async () => {
  const bench = new CallsBench();
  const [alice, mallory] = [bench.peer('tea'), bench.peer('coffee')];
  const tea = bench.room('tea');
  const { callId: hex } = bench.calls.start('', 'audio', { conversation: tea });
  const callId = fromHex(hex);
  expect(bench.saidTo(alice)).toContain('request');
  for (const kind of Object.keys(CALL_SIGNALS) as CallSignalKind[]) {
    await bench.calling(mallory, { kind, callId, conversation: tea.id });
    await bench.calling(mallory, { kind, conversation: bench.random.bytes(16) });
    // Oneself is not in that one.
    await bench.calling(mallory, { kind, conversation: bench.conversations.everyone.id });
  }
  expect(bench.saidTo(mallory)).toEqual([]);
  expect(bench.current).toMatchObject([{ id: hex, members: [{ peerId: alice.peerId }] }]);
  // An `end` and a `cancel` of the room's call are looked at: whoever leaves a room leaves its call.
  expect(bench.dropped['call-wrong-room']).toBe(3 * Object.keys(CALL_SIGNALS).length - 2);
  await bench.calls.stop();
});

test('the seventeenth who joins is told that it is full, whoever is in it stays', async () => {
  const bench = new CallsBench();
  const people = Array.from({ length: 20 }, () => bench.peer('tea'));
  const tea = bench.room('tea');
  const callId = fromHex(bench.calls.start('', 'audio', { conversation: tea }).callId);
  for (const one of people) await bench.calling(one, { kind: 'join', callId, conversation: tea.id });
  const answers = people.map((one) => bench.saidTo(one).filter((said) => /accept|reject/.test(said)));
  expect(answers.slice(0, 15).every(([said]) => said === 'accept')).toBe(true);
  expect(answers.slice(15).every(([said]) => said === 'reject:call-full')).toBe(true);
  // Again by somebody who is in it: another session, not another place.
  await bench.calling(people[0]!, { kind: 'join', callId, conversation: tea.id });
  expect(bench.held.size).toBe(15);
  // And the other way round: one is not let in.
  await bench.calls.stop();
  expect(bench.held.size).toBe(0);
});

test('whoever is told that it is full goes again', async () => {
  const bench = new CallsBench();
  const alice = bench.peer('tea');
  const conversation = bench.room('tea').id;
  const callId = bench.random.bytes(16);
  const hex = await bench.calling(alice, { kind: 'request', callId, conversation });
  bench.calls.accept('', hex);
  expect(bench.saidTo(alice)).toEqual(['ringing', 'join', 'present']);
  await bench.calling(alice, { kind: 'reject', callId, conversation, reason: 'call-full' });
  expect(bench.eventsOf('call-answered')).toMatchObject([{ refusal: 'call-full' }]);
  expect(bench.eventsOf('call-ended')).toMatchObject([{ reason: 'call-full' }]);
  expect(bench.current).toMatchObject([{ id: hex, phase: 'open' }]);
  expect(bench.held.size).toBe(0);
  await bench.calls.stop();
  expect(bench.clock.timerCount).toBe(0);
});

test('one call of a room at a time: a second one is not believed, whatever its id', async () => {
  const bench = new CallsBench();
  const [alice, mallory] = [bench.peer('tea'), bench.peer('tea')];
  const tea = bench.room('tea');
  const { callId: hex } = bench.calls.start('', 'audio', { conversation: tea });
  const callId = fromHex(hex);
  await bench.calling(alice, { kind: 'join', callId, conversation: tea.id });
  await bench.clock.advance(11_000);
  for (let index = 0; index < 50; index++)
    await bench.calling(mallory, { kind: 'present', callId: new Uint8Array(16), conversation: tea.id });
  expect(bench.current.map(({ id }) => id)).toEqual([hex]);
  expect(bench.dropped['call-second-of-room']).toBe(50);
  await bench.calls.stop();
});

test('calls of many rooms: only so many are known', async () => {
  const bench = new CallsBench();
  const rooms = Array.from({ length: MAX_ROOM_CALLS + 20 }, (_, index) => `room ${index}`);
  const mallory = bench.peer(...rooms);
  for (const name of rooms) {
    await bench.calling(mallory, { kind: 'present', conversation: bench.room(name).id });
    await bench.clock.advance(20);
  }
  expect(bench.current.length).toBe(MAX_ROOM_CALLS);
  // Who says nothing more is in it no more.
  await bench.clock.advance(40_000);
  expect(bench.current).toEqual([]);
  expect(bench.clock.timerCount).toBe(0);
});

test('a super-peer that claims hundreds of guests in a call fills no list', async () => {
  const bench = new CallsBench();
  const hub = bench.peer('tea');
  const conversation = bench.room('tea').id;
  const callId = bench.random.bytes(16);
  for (let index = 0; index < 300; index++) {
    bench.isHere(`${hub.peerId}/guest ${index}`, ['tea']);
    await bench.calling(hub, { kind: 'present', callId, conversation, fromGuest: `guest ${index}` });
  }
  expect(bench.current).toHaveLength(1);
  expect(bench.current[0]?.members.length).toBeLessThanOrEqual(32);
  expect(() => bench.calls.accept('', bench.current[0]?.id ?? '')).toThrow(/16/);
  await bench.calls.stop();
});

test('whatever is said in whatever order: nothing throws, nothing is left over', async () => {
  const kinds = Object.keys(CALL_SIGNALS) as CallSignalKind[];
  const step = fc.record({
    who: fc.nat(2),
    kind: fc.constantFrom(...kinds),
    call: fc.nat(2),
    room: fc.boolean(),
    media: fc.boolean(),
    own: fc.constantFrom('', '', '', 'start', 'start-room', 'accept', 'reject', 'end', 'mute', 'up', 'down'),
    passMs: fc.constantFrom(0, 0, 50, 3_000, 31_000),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const bench = new CallsBench();
      const people = [bench.peer('tea'), bench.peer('tea'), bench.peer()];
      const tea = bench.room('tea');
      const ids = [0, 1, 2].map((number) => new Uint8Array(16).fill(number + 1));
      for (const { who, kind, call, room, media, own, passMs } of steps) {
        const link = people[who]!;
        const { media: offer, ...signal } = bench.signal({ kind, callId: ids[call]! });
        await bench.says(link, {
          type: 'call',
          signal: {
            ...signal,
            conversation: room ? tea.id : new Uint8Array(0),
            ...(media ? { media: offer ?? bench.offer() } : {}),
          },
        });
        const id = bench.current[0]?.id ?? '00';
        try {
          if (own === 'start') bench.calls.start('', 'audio', { peerId: link.peerId });
          if (own === 'start-room') bench.calls.start('', 'audio', { conversation: tea });
          if (own === 'accept') bench.calls.accept('', id);
          if (own === 'reject') bench.calls.reject('', id);
          if (own === 'end') await bench.calls.end('', id);
          if (own === 'mute') bench.calls.mute('', id, { audio: true });
        } catch (error) {
          expect(error).toMatchObject({
            code: expect.stringMatching(/^(busy|no-such-call|offline|call-full)$/) as string,
          });
        }
        if (own === 'up') bench.calls.linkUp(link);
        if (own === 'down') bench.calls.linkDown(link);
        await bench.clock.advance(passMs);
        const joined = bench.current.filter(({ phase }) => !['incoming', 'open'].includes(phase));
        expect(joined.length).toBeLessThanOrEqual(1);
      }
      expect(people.every(({ closedBecause }) => closedBecause === undefined)).toBe(true);
      await bench.calls.stop();
      await bench.clock.advance(10);
      expect(bench.current).toEqual([]);
      expect(bench.held.size).toBe(0);
      expect(bench.clock.timerCount).toBe(0);
    }),
    { numRuns: 60 },
  );
});
