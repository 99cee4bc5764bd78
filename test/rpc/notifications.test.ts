// Which events become which notifications.

import '../../src/base/platform.ts';
import { expect, test } from 'vitest';
import type { Message, NodeEvent, NodeState, Room } from '../../src/index.ts';
import { notificationsOf } from '../../cli/rpc/notifications.ts';
import { peopleOf, samplePerson, sampleState } from '../support/rpc-fake-node.ts';

const seen = (name: string): NodeEvent => ({
  type: 'person-seen',
  peerId: `id-of-${name}`,
  claimedName: name,
  rooms: [],
  via: 'p2p',
  linked: true,
});

function told(event: NodeEvent, state: NodeState, before: NodeState): string[] {
  return notificationsOf(event, state, before).map(({ method, params }) => {
    const { name, peer, room } = params as { name?: string; peer?: string; room?: string };
    return [method, room, name ?? peer].filter((part) => part !== undefined).join(' ');
  });
}

const rooms = (...list: Room[]): ReadonlyMap<string, Room> => new Map(list.map((room) => [room.name, room]));

test('coming, changing, going', () => {
  const nobody = sampleState();
  const here = sampleState({ people: peopleOf(samplePerson('bob')) });
  const busy = sampleState({ people: peopleOf(samplePerson('bob', { status: 'busy' })) });
  const away = sampleState({ people: peopleOf(samplePerson('bob', { online: false })) });
  expect(told(seen('bob'), here, nobody)).toEqual(['peer.online bob']);
  expect(told(seen('bob'), here, away)).toEqual(['peer.online bob']);
  expect(told(seen('bob'), busy, here)).toEqual(['peer.changed bob']);
  expect(told({ type: 'person-gone', peerId: 'id-of-bob', reason: 'goodbye' }, away, here)).toEqual([
    'peer.offline bob',
  ]);
  expect(told({ type: 'person-gone', peerId: 'id-of-bob', reason: 'goodbye' }, nobody, here)).toEqual([
    'peer.offline bob',
  ]);
  expect(told(seen('bob'), here, here)).toEqual([]);
});

test('the row of somebody forgotten says that they are offline', () => {
  const here = sampleState({ people: peopleOf(samplePerson('bob')) });
  const [notification] = notificationsOf({ type: 'started' }, sampleState(), here);
  expect(notification).toMatchObject({ method: 'peer.offline', params: { name: 'bob', online: false } });
});

test('trust, rooms and label are changes; round trips and being linked are not', () => {
  const before = sampleState({ people: peopleOf(samplePerson('bob')) });
  const after = (change: object): NodeState => sampleState({ people: peopleOf(samplePerson('bob', change)) });
  for (const change of [{ trust: 'pinned' }, { rooms: ['den'] }, { name: 'bob_1' }, { status: 'x' }])
    expect(told(seen('bob'), after(change), before)).toHaveLength(1);
  for (const change of [{ rttMs: 4 }, { linked: false }, { status: '' }])
    expect(told(seen('bob'), after(change), before)).toEqual([]);
  expect(told({ type: 'rtt-measured', peerId: 'id-of-bob', rttMs: 4 }, after({ rttMs: 4 }), before)).toEqual([]);
});

test('a newcomer who turns another one to bob_1 changes that one too', () => {
  const other = samplePerson('other', { name: 'bob' });
  const before = sampleState({ people: peopleOf(other) });
  const after = sampleState({ people: peopleOf({ ...other, name: 'bob_1' }, samplePerson('bob')) });
  expect(told(seen('bob'), after, before)).toEqual(['peer.changed bob_1', 'peer.online bob']);
});

test('people remembered from before are in the first peers.list, and told of when they come', () => {
  const after = sampleState({ people: peopleOf(samplePerson('bob', { online: false })) });
  const event: NodeEvent = { type: 'person-remembered', peerId: 'id-of-bob', claimedName: 'bob', rooms: [] };
  expect(told(event, after, sampleState())).toEqual([]);
});

test('rooms: made by somebody, joined, left, emptied; never about oneself', () => {
  const people = peopleOf(samplePerson('bob'), samplePerson('carol'));
  const none = sampleState({ people });
  const withBob = sampleState({ people, rooms: rooms({ name: 'den', joined: false, members: ['id-of-bob'] }) });
  const both = sampleState({
    people,
    rooms: rooms({ name: 'den', joined: true, members: ['id-of-bob', 'id-of-carol'] }),
  });
  expect(told(seen('bob'), withBob, none)).toEqual(['room.created den bob', 'room.joined den bob']);
  expect(told(seen('carol'), both, withBob)).toEqual(['room.joined den carol']);
  expect(told(seen('carol'), withBob, both)).toEqual(['room.left den carol']);
  expect(told(seen('bob'), none, withBob)).toEqual(['room.left den bob']);
  const own = sampleState({ people, rooms: rooms({ name: 'mine', joined: true, members: [] }) });
  expect(told({ type: 'own-room-joined', room: 'mine' }, own, none)).toEqual([]);
  expect(told({ type: 'own-room-left', room: 'mine' }, none, own)).toEqual([]);
});

test('the one who made a room is the one the event is about', () => {
  const people = peopleOf(samplePerson('bob'), samplePerson('carol'));
  const after = sampleState({
    people,
    rooms: rooms({ name: 'den', joined: false, members: ['id-of-bob', 'id-of-carol'] }),
  });
  expect(told(seen('carol'), after, sampleState({ people }))[0]).toBe('room.created den carol');
});

test('messages of others; not one\u2019s own, not joins and leaves', () => {
  const state = sampleState({ people: peopleOf(samplePerson('bob')) });
  const message: Message = {
    id: 'm1',
    author: 'id-of-bob',
    own: false,
    destination: { kind: 'everyone' },
    kind: 'text',
    text: 'hello',
    at: 5,
    order: 1,
    recipients: [],
    deliveredTo: [],
  };
  const added = (change: Partial<Message>): NodeEvent => ({
    type: 'message-added',
    message: { ...message, ...change },
  });
  expect(notificationsOf(added({}), state, state)).toMatchObject([{ method: 'message', params: { id: 'm1' } }]);
  for (const change of [{ own: true }, { kind: 'join' as const }, { kind: 'leave' as const }])
    expect(notificationsOf(added(change), state, state)).toEqual([]);
});

test('receipts and warnings', () => {
  const state = sampleState({ people: peopleOf(samplePerson('bob', { via: 'legacy' })) });
  const receipt: NodeEvent = { type: 'message-delivered', messageId: 'm1', conversation: 'x', peerId: 'id-of-bob' };
  expect(notificationsOf(receipt, state, state)).toEqual([
    {
      method: 'message.delivered',
      params: { id: 'm1', to: 'bob', toPeerId: 'id-of-bob', peerId: 'id-of-bob', via: 'legacy' },
    },
  ]);
  const warning: NodeEvent = { type: 'warning', warning: { code: 'clock-off', text: 'Late.' } };
  expect(notificationsOf(warning, state, state)).toEqual([
    { method: 'warning', params: { code: 'clock-off', text: 'Late.' } },
  ]);
});
