// Which events become which notifications.

import '../../src/base/platform.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Message, NodeEvent, NodeState, Room } from '../../src/index.ts';
import { notificationsOf } from '../../cli/rpc/notifications.ts';
import { peopleOf, sampleId, sampleMessage, samplePerson, sampleState } from '../support/rpc-fake-node.ts';

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

test('blocking and unblocking are changes', () => {
  const free = sampleState({ people: peopleOf(samplePerson('bob', { online: false })) });
  const blocked = sampleState({ people: peopleOf(samplePerson('bob', { online: false, blocked: true })) });
  const event: NodeEvent = { type: 'blocked-changed', peerId: 'id-of-bob', blocked: true };
  expect(notificationsOf(event, blocked, free)).toMatchObject([{ method: 'peer.changed', params: { blocked: true } }]);
  const [undone] = notificationsOf({ ...event, blocked: false }, free, blocked);
  expect(undone?.method).toBe('peer.changed');
  expect(undone?.params).not.toHaveProperty('blocked');
  const trusted = sampleState({ people: peopleOf(samplePerson('bob', { online: false, trust: 'verified' })) });
  const trust: NodeEvent = { type: 'trust-changed', peerId: 'id-of-bob', trust: 'verified', at: 1 };
  expect(notificationsOf(trust, trusted, free)).toMatchObject([
    { method: 'peer.changed', params: { trust: 'verified' } },
  ]);
});

test('members by the log of a room: told once, those of earlier runs not at all', () => {
  const people = peopleOf(samplePerson('bob'), samplePerson('carol', { online: false }));
  const den = (...members: string[]): Partial<NodeState> => ({
    people,
    rooms: rooms({ name: 'den', joined: true, members }),
  });
  const members = (...ids: string[]): NodeEvent => ({ type: 'room-members', room: 'den', members: ids });
  const withBob = sampleState(den('id-of-bob'));
  const withBoth = sampleState(den('id-of-bob', 'id-of-carol'));
  // Their presence has said it before their log did.
  expect(told(seen('bob'), withBob, sampleState(den()))).toEqual(['room.joined den bob']);
  expect(told(members('id-of-bob'), withBob, withBob)).toEqual([]);
  expect(told(members('id-of-bob', 'id-of-carol'), withBoth, withBob)).toEqual(['room.joined den carol']);
  expect(told(members('id-of-carol'), sampleState(den('id-of-carol')), withBoth)).toEqual(['room.left den bob']);
  // A start reads them back; joining is answered, and rooms.list has who is there.
  const starting = { ...withBoth, phase: 'starting' as const };
  expect(told(members('id-of-bob', 'id-of-carol'), starting, { ...withBob, phase: 'starting' })).toEqual([]);
  expect(told({ type: 'own-room-joined', room: 'den' }, withBoth, sampleState({ people }))).toEqual([]);
  expect(told({ type: 'own-room-left', room: 'den' }, sampleState({ people }), withBoth)).toEqual([]);
});

const bobIsHere = sampleState({ people: peopleOf(samplePerson('bob')) });

test('messages of others; not one\u2019s own, not joins and leaves', () => {
  const added = (change: Partial<Message>): NodeEvent => ({
    type: 'message-added',
    message: sampleMessage(1, change),
  });
  expect(notificationsOf(added({}), bobIsHere, bobIsHere)).toMatchObject([
    { method: 'message', params: { id: sampleId(1) } },
  ]);
  for (const change of [{ own: true }, { kind: 'join' as const }, { kind: 'leave' as const }])
    expect(notificationsOf(added(change), bobIsHere, bobIsHere)).toEqual([]);
});

test('a crowd of messages: each text of others once, in the order of the event; what is read back from disk never', () => {
  const anyMessage = fc.record({
    own: fc.boolean(),
    kind: fc.constantFrom('text' as const, 'join' as const, 'leave' as const),
    missing: fc.boolean(),
    deleted: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(anyMessage, { maxLength: 30 }), (changes) => {
      const messages = changes.map((change, index) => sampleMessage(index, change));
      const told = notificationsOf({ type: 'messages-added', messages }, bobIsHere, bobIsHere);
      expect(told.map(({ method }) => method)).toEqual(told.map(() => 'message'));
      expect(told.map(({ params }) => (params as { id: string }).id)).toEqual(
        messages.filter((one) => !one.own && one.kind === 'text' && (!one.missing || one.deleted)).map(({ id }) => id),
      );
      expect(notificationsOf({ type: 'history-loaded', messages }, bobIsHere, bobIsHere)).toEqual([]);
    }),
  );
});

test('changes of messages, also of one\u2019s own; not of joins', () => {
  const changed = (change: Partial<Message>): [string, object][] =>
    notificationsOf({ type: 'message-changed', message: sampleMessage(1, change) }, bobIsHere, bobIsHere).map(
      ({ method, params }) => [method, params as object],
    );
  expect(changed({ text: 'better', edited: true })).toMatchObject([
    ['message.changed', { id: sampleId(1), text: 'better', edited: true }],
  ]);
  expect(changed({ text: '', deleted: true })).toMatchObject([['message.changed', { text: '', deleted: true }]]);
  const reactions = [{ emoji: '\u{1F389}', by: ['id-of-alice', 'id-of-bob'] }];
  expect(changed({ own: true, author: 'id-of-alice', reactions })).toMatchObject([
    ['message.changed', { reactions: [{ emoji: '\u{1F389}', by: [{ name: 'alice' }, { name: 'bob' }] }] }],
  ]);
  expect(changed({ kind: 'join', forked: true })).toEqual([]);
});

test('what was said comes later than that it was said: told once, when it is there', () => {
  const missing = sampleMessage(1, { text: '', missing: true });
  const conversation = { key: 'everyone', destination: missing.destination, messages: [missing] };
  const held = sampleState({ people: bobIsHere.people, conversations: new Map([['everyone', conversation]]) });
  expect(notificationsOf({ type: 'message-added', message: missing }, held, bobIsHere)).toEqual([]);
  const reacted = sampleMessage(1, { ...missing, reactions: [{ emoji: 'x', by: ['id-of-bob'] }] });
  expect(notificationsOf({ type: 'message-changed', message: reacted }, held, held)).toEqual([]);
  const event: NodeEvent = { type: 'message-changed', message: sampleMessage(1) };
  expect(notificationsOf(event, held, held)).toMatchObject([{ method: 'message', params: { text: 'text 1' } }]);
  // It is there: from now on it only changes.
  const there = { ...conversation, messages: [sampleMessage(1)] };
  const after = sampleState({ people: bobIsHere.people, conversations: new Map([['everyone', there]]) });
  expect(notificationsOf(event, after, after)).toMatchObject([{ method: 'message.changed' }]);
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
