// Calls as the interface has them: methods, rows, notifications.

import '../../src/base/platform.ts';
import { expect, test } from 'vitest';
import { MmchatError, type Call, type NodeEvent, type NodeState } from '../../src/index.ts';
import { callMethods } from '../../cli/rpc/call-methods.ts';
import { createMethods } from '../../cli/rpc/methods.ts';
import { notificationsOf } from '../../cli/rpc/notifications.ts';
import { CALL_ID, callOf, callsOf, memberOf, peerStatsOf } from '../support/calls.ts';
import { peopleOf, RpcFakeNode, sampleId, samplePerson, sampleState } from '../support/rpc-fake-node.ts';

const people = peopleOf(samplePerson('bob'), samplePerson('carol'));

function stateWith(...calls: Call[]): NodeState {
  return sampleState({ people, calls: callsOf(...calls) });
}

/** What is told when a call that was `before` (or not there) is `after`. */
function told(after: Call, before?: Call): [string, unknown][] {
  const earlier = before === undefined ? stateWith() : stateWith(before);
  const event: NodeEvent = { type: 'call-changed', call: after };
  return notificationsOf(event, stateWith(after), earlier).map(({ method, params }) => [method, params]);
}

test('all methods are among those of the interface', () => {
  const names = [...createMethods(new RpcFakeNode()).keys()];
  expect(names).toEqual(
    expect.arrayContaining(
      ['start', 'accept', 'reject', 'end', 'mute', 'share', 'stats', 'volume', 'list'].map((name) => `calls.${name}`),
    ),
  );
});

test('verbs reach the node', async () => {
  const node = new RpcFakeNode();
  const methods = callMethods(node);
  expect(await methods['calls.start']!({ mode: 'audio', to: 'bob' })).toEqual({ callId: sampleId(9) });
  expect(await methods['calls.start']!({ mode: 'video', room: 'den' })).toEqual({ callId: sampleId(9) });
  for (const verb of ['accept', 'reject', 'end'])
    expect(await methods[`calls.${verb}`]!({ callId: CALL_ID })).toEqual({});
  await methods['calls.mute']!({ callId: CALL_ID, audio: true });
  await methods['calls.mute']!({ callId: CALL_ID, audio: false, video: true });
  await methods['calls.volume']!({ callId: CALL_ID, peer: 'bob', volume: 1.5 });
  expect(node.asked).toEqual([
    'calls.start audio {"to":"bob"}',
    'calls.start video {"room":"den"}',
    ...['accept', 'reject', 'end'].map((verb) => `calls.${verb} ${CALL_ID}`),
    `calls.mute ${CALL_ID} {"audio":true}`,
    `calls.mute ${CALL_ID} {"audio":false,"video":true}`,
    `calls.setVolume ${CALL_ID} bob 1.5`,
  ]);
});

test.each([
  ['calls.start', { to: 'bob' }, '`mode` is missing.'],
  ['calls.start', { mode: 'smell', to: 'bob' }, '`mode` must be `audio` or `video`.'],
  ['calls.start', { mode: 'audio' }, 'Either `to` or `room` must be given.'],
  ['calls.start', { mode: 'audio', to: 'bob', room: 'den' }, 'not both'],
  ['calls.accept', {}, '`callId` is missing.'],
  ['calls.end', { callId: 'x' }, '`callId` must be the id of a call'],
  ['calls.mute', { callId: CALL_ID, audio: 1 }, '`audio` must be true or false.'],
  ['calls.volume', { callId: CALL_ID, peer: 'bob', volume: 2.5 }, '`volume` must be a number from 0 to 2.'],
  ['calls.volume', { callId: CALL_ID, volume: 1 }, '`peer` is missing.'],
  ['calls.share', { callId: CALL_ID }, '`source` is missing.'],
  ['calls.share', { callId: CALL_ID, source: 1 }, '`source` must be'],
  ['calls.list', { callId: CALL_ID }, '`callId` is no field of this method'],
])('bad params of %s name the field: %o', async (method, params, sentence) => {
  const node = new RpcFakeNode();
  await expect(callMethods(node)[method]!(params)).rejects.toThrow(sentence);
  expect(node.asked).toEqual([]);
});

test('what the node itself refuses of a value is a bad param, all else keeps its code', async () => {
  const node = new RpcFakeNode();
  const start = callMethods(node)['calls.start']!;
  node.calls.start = () => Promise.reject(new MmchatError('bad-option', 'Nobody can call everyone.'));
  await expect(start({ mode: 'audio', room: 'everyone' })).rejects.toThrow('`room`: Nobody can call everyone.');
  node.calls.start = () => Promise.reject(new MmchatError('busy', 'You are in a call already.'));
  await expect(start({ mode: 'audio', to: 'bob' })).rejects.toMatchObject({ code: 'busy' });
});

test('a screen is shared, and no more; what can not be shared keeps its code', async () => {
  const node = new RpcFakeNode();
  const share = callMethods(node)['calls.share']!;
  expect(await share({ callId: CALL_ID, source: 'screen 1' })).toEqual({});
  expect(await share({ callId: CALL_ID, source: null })).toEqual({});
  expect(node.asked).toEqual([`calls.share ${CALL_ID} screen 1`, `calls.share ${CALL_ID} null`]);
  node.calls.share = () => Promise.reject(new MmchatError('device-unavailable', 'There is no such screen.'));
  await expect(share({ callId: CALL_ID, source: 'screen 9' })).rejects.toMatchObject({ code: 'device-unavailable' });
});

test('the numbers of a call: every field is there, also of the picture', async () => {
  const node = new RpcFakeNode();
  const { audio } = peerStatsOf('bob');
  const { rttMs: _none, ...unmeasured } = audio;
  const { path: _nowhere, ...newcomer } = peerStatsOf('carol', { audio: unmeasured, encrypted: false });
  node.callStats = { state: 'active', mode: 'audio', seconds: 61, peers: [peerStatsOf('bob'), newcomer] };
  const row = (await callMethods(node)['calls.stats']!({ callId: CALL_ID })) as { peers: Record<string, unknown>[] };
  expect(row).toMatchObject({ state: 'active', mode: 'audio', seconds: 61 });
  const zeros = Object.fromEntries(Object.keys(audio).map((field) => [field, 0]));
  const frames = { framesSent: 0, framesReceived: 0, framesPerSecond: 0, width: 0, height: 0 };
  const video = { ...zeros, ...frames };
  expect(row.peers).toEqual([
    { peerId: 'id-of-bob', name: 'bob', path: 'udp', encrypted: true, audio, video },
    { peerId: 'id-of-carol', name: 'carol', encrypted: false, audio: { ...audio, rttMs: 0 }, video },
  ]);
});

test('rows: with whom, where, since when', async () => {
  const node = new RpcFakeNode();
  const between = callOf({ phase: 'active', since: 5, audioMuted: true, members: [memberOf('bob')] });
  const den = callOf({
    id: sampleId(2),
    destination: { kind: 'room', room: 'den' },
    starter: 'id-of-alice',
    phase: 'open',
    members: [memberOf('carol', { audioMuted: true, path: 'link' })],
  });
  node.state = stateWith(between, den);
  const bob = { peer: 'bob', peerId: 'id-of-bob' };
  expect(await callMethods(node)['calls.list']!(undefined)).toEqual([
    {
      callId: CALL_ID,
      ...bob,
      from: 'bob',
      fromPeerId: 'id-of-bob',
      mode: 'audio',
      state: 'active',
      audioMuted: true,
      videoMuted: false,
      since: 5,
      members: [{ ...bob, state: 'connected', path: 'udp', audioMuted: false, videoMuted: false }],
    },
    {
      callId: sampleId(2),
      room: 'den',
      from: 'alice',
      fromPeerId: 'id-of-alice',
      mode: 'audio',
      state: 'open',
      audioMuted: false,
      videoMuted: false,
      members: [
        {
          peer: 'carol',
          peerId: 'id-of-carol',
          state: 'connected',
          path: 'link',
          audioMuted: true,
          videoMuted: false,
        },
      ],
    },
  ]);
});

test('it rings once, and every step is told', () => {
  const ringing = callOf();
  const from = { callId: CALL_ID, from: 'bob', fromPeerId: 'id-of-bob' };
  expect(told(ringing)).toMatchObject([
    ['call.incoming', { ...from, mode: 'audio' }],
    ['call.changed', { state: 'incoming' }],
  ]);
  expect(told(ringing)[0]?.[1]).not.toHaveProperty('room');
  expect(told(callOf({ members: [] }), ringing).map(([method]) => method)).toEqual(['call.changed']);
  expect(told(callOf({ phase: 'active' }), ringing)).toMatchObject([['call.changed', { state: 'active' }]]);
  const inRoom = callOf({ destination: { kind: 'room', room: 'den' } });
  expect(told(inRoom)[0]).toEqual(['call.incoming', { ...from, room: 'den', mode: 'audio' }]);
  // It stood open, then somebody called all of the room.
  expect(told(inRoom, { ...inRoom, phase: 'open' })[0]?.[0]).toBe('call.incoming');
  expect(told({ ...inRoom, phase: 'open' }, inRoom).map(([method]) => method)).toEqual(['call.changed']);
  expect(told(callOf({ phase: 'calling', starter: 'id-of-alice' })).map(([method]) => method)).toEqual([
    'call.changed',
  ]);
});

test.each([
  [
    { type: 'call-answered', callId: CALL_ID, peerId: 'id-of-bob' },
    'call.accepted',
    { callId: CALL_ID, peer: 'bob', peerId: 'id-of-bob' },
  ],
  [
    { type: 'call-answered', callId: CALL_ID, peerId: 'id-of-bob', refusal: 'busy' },
    'call.rejected',
    { callId: CALL_ID, peer: 'bob', peerId: 'id-of-bob', reason: 'busy' },
  ],
  [
    { type: 'call-connected', callId: CALL_ID, peerId: 'id-of-carol' },
    'call.connected',
    { callId: CALL_ID, peer: 'carol', peerId: 'id-of-carol' },
  ],
  [{ type: 'call-ended', call: callOf(), reason: 'hangup' }, 'call.ended', { callId: CALL_ID, reason: 'hangup' }],
] as const)('%o', (event, method, params) => {
  expect(notificationsOf(event, stateWith(), stateWith(callOf()))).toEqual([{ method, params }]);
});
