// Guests of a super-peer call and are called: each with sound and calls of their own.

import '../../../src/base/platform.ts';
import { expect, test } from 'vitest';
import { fromHex } from '../../../src/base/bytes.ts';
import { guestIdOf } from '../../../src/state/guest-ids.ts';
import { CallsBench } from '../../support/calls-bench.ts';

const GUS = { rooms: ['tea'], hz: 700 };
const GERDA = { rooms: ['tea'], hz: 900 };

function endings(bench: CallsBench, name: string): string[] {
  return bench.guestEvents.flatMap((heard) =>
    heard.name === name && heard.event.type === 'call-ended' ? heard.event.reason : [],
  );
}

test('a guest is called by somebody on the LAN, takes it, and hangs up', async () => {
  const bench = new CallsBench();
  bench.hosts({ gus: GUS });
  const alice = bench.peer();
  const callId = await bench.calling(alice, { kind: 'request', toGuest: 'gus' });
  expect(bench.events).toEqual([]);
  expect(bench.guestEvents.at(-1)).toMatchObject({
    name: 'gus',
    event: { call: { id: callId, phase: 'incoming', destination: { peerId: alice.peerId } } },
  });
  expect(alice.of('call')[0]?.signal).toMatchObject({ kind: 'ringing', fromGuest: 'gus', toGuest: '' });
  bench.calls.accept('gus', callId);
  await bench.clock.advance(100);
  expect(bench.ears.get('gus')?.opened).toBe(1);
  expect(bench.ear.opened).toBe(0);
  expect(bench.calls.stats('gus', callId)).toMatchObject({ state: 'connecting', peers: [{ peerId: alice.peerId }] });
  // Oneself is free, and knows nothing of that call.
  expect(() => bench.calls.stats('', callId)).toThrow(/no such call/);
  const own = bench.calls.start('', 'audio', { peerId: alice.peerId });
  await bench.calls.end('', own.callId);
  await bench.calls.end('gus', callId);
  expect(endings(bench, 'gus')).toEqual(['hangup']);
  expect(bench.held.size).toBe(0);
});

test('a guest calls somebody, and a guest of another super-peer', async () => {
  const bench = new CallsBench();
  bench.hosts({ gus: GUS });
  const [alice, hub] = [bench.peer(), bench.peer()];
  const { callId } = bench.calls.start('gus', 'audio', { peerId: alice.peerId });
  expect(alice.of('call')[0]?.signal).toMatchObject({ kind: 'request', fromGuest: 'gus', toGuest: '' });
  await bench.calling(alice, { kind: 'accept', callId: fromHex(callId), toGuest: 'gus' });
  expect(bench.guestEvents.map(({ event }) => event.type)).toContain('call-answered');
  await bench.calls.end('gus', callId);

  const pia = guestIdOf(hub.peerId, 'pia');
  bench.isHere(pia);
  const second = fromHex(bench.calls.start('gus', 'audio', { peerId: pia }).callId);
  expect(hub.of('call')[0]?.signal).toMatchObject({ kind: 'request', fromGuest: 'gus', toGuest: 'pia' });
  // Only she can answer, not her super-peer in its own name.
  await bench.calling(hub, { kind: 'accept', callId: second, toGuest: 'gus' });
  expect(bench.dropped['call-foreign']).toBe(1);
  await bench.calling(hub, { kind: 'reject', callId: second, fromGuest: 'pia', toGuest: 'gus', reason: 'busy' });
  expect(endings(bench, 'gus')).toEqual(['hangup', 'busy']);
});

test('signals to guests who are not here, or from guests nobody told of, are dropped', async () => {
  const bench = new CallsBench();
  bench.hosts({ gus: GUS });
  const hub = bench.peer();
  await bench.calling(hub, { kind: 'request', toGuest: 'nobody' });
  await bench.calling(hub, { kind: 'request', fromGuest: 'nobody', toGuest: 'gus' });
  expect(bench.guestEvents).toEqual([]);
  expect(bench.saidTo(hub)).toEqual([]);
  expect(bench.dropped).toEqual({ 'call-to-nobody': 1, 'call-from-nobody': 1 });
  expect(() => bench.calls.start('nobody', 'audio', { peerId: hub.peerId })).toThrow(/no such guest/);
});

test('oneself and a guest of this very node talk: nothing leaves the house', async () => {
  const bench = new CallsBench();
  bench.hosts({ gus: GUS });
  const gus = guestIdOf(bench.ownPeerId, 'gus');
  const { callId } = bench.calls.start('', 'audio', { peerId: gus });
  await bench.clock.advance(10);
  bench.calls.accept('gus', callId);
  await bench.clock.advance(1_500);
  expect(bench.current).toMatchObject([
    { id: callId, phase: 'active', members: [{ peerId: gus, phase: 'connected' }] },
  ]);
  expect(bench.ear.hears(GUS.hz)).toBe(true);
  expect(bench.ears.get('gus')?.hears(400)).toBe(true);
  expect(bench.calls.stats('', callId).peers).toMatchObject([{ encrypted: false, audio: { packetsLost: 0 } }]);
  expect(bench.prepared).toBe(0);
  await bench.calls.guestLeft('gus');
  await bench.clock.advance(10);
  expect(bench.current).toEqual([]);
  expect(bench.ear.closed).toBe(1);
  await bench.calls.stop();
  expect(bench.clock.timerCount).toBe(0);
});

test('the call of a room: guests are rung and join for themselves, also with each other', async () => {
  const bench = new CallsBench();
  bench.hosts({ gus: GUS, gerda: GERDA });
  const alice = bench.peer('tea');
  const tea = bench.room('tea');
  const callId = fromHex(await bench.calling(alice, { kind: 'request', conversation: tea.id, toGuest: 'gus' }));
  await bench.calling(alice, { kind: 'request', callId, conversation: tea.id, toGuest: 'gerda' });
  const hex = Buffer.from(callId).toString('hex');
  bench.calls.accept('gus', hex);
  bench.calls.accept('gerda', hex);
  await bench.clock.advance(10);
  const { callId: own } = bench.calls.start('', 'audio', { conversation: tea });
  await bench.clock.advance(1_500);
  // One call for all of them: oneself joined that of the guests.
  expect(own).toBe(hex);
  const peersOf = (actor: string): string[] => bench.calls.stats(actor, hex).peers.map(({ peerId }) => peerId);
  const guests = ['gus', 'gerda'].map((name) => guestIdOf(bench.ownPeerId, name));
  // Alice was asked by each of the guests, and says nothing here.
  expect(
    alice
      .of('call')
      .filter(({ signal }) => signal.kind === 'join')
      .map(({ signal }) => signal.fromGuest),
  ).toEqual(['gus', 'gerda']);
  expect(peersOf('').sort()).toEqual([...guests].sort());
  expect(peersOf('gus').sort()).toEqual([bench.ownPeerId, guests[1]].sort());
  expect(bench.ear.hears(GUS.hz) && bench.ear.hears(GERDA.hz)).toBe(true);
  expect(bench.ears.get('gus')?.hears(400)).toBe(true);
  expect(bench.ears.get('gus')?.hears(GERDA.hz)).toBe(true);
  expect(bench.ears.get('gus')?.hears(GUS.hz)).toBe(false);
  // Whoever leaves the room as a guest leaves its call.
  bench.guests.set('gus', { ...GUS, rooms: [] });
  await bench.clock.advance(2_000);
  expect(endings(bench, 'gus')).toEqual(['hangup']);
  expect(peersOf('')).toEqual([guests[1]]);
  await bench.calls.stop();
  expect(bench.clock.timerCount).toBe(0);
  expect(bench.held.size).toBe(0);
});
