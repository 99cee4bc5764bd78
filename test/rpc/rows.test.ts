// The rows of the interface, made from the state.

import '../../src/base/platform.ts';
import { expect, test } from 'vitest';
import { messageRow, type Message } from '../../src/index.ts';
import { peerRows, roomRows } from '../../cli/rpc/rows.ts';
import { peopleOf, samplePerson, sampleState } from '../support/rpc-fake-node.ts';

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
const state = sampleState({
  people: peopleOf(samplePerson('carol', { online: false, status: 'lunch', rooms: ['den'] }), samplePerson('bob')),
  rooms: new Map([
    ['den', { name: 'Den', joined: true, members: ['id-of-carol', 'id-of-stranger'] }],
    ['attic', { name: 'attic', joined: false, members: ['id-of-bob'] }],
  ]),
});

test('rows of people, by name; absent fields are left out', () => {
  expect(peerRows(state)).toEqual([
    { peerId: 'id-of-bob', name: 'bob', online: true, via: 'p2p', rooms: [], trust: 'new' },
    { peerId: 'id-of-carol', name: 'carol', online: false, status: 'lunch', via: 'p2p', rooms: ['den'], trust: 'new' },
  ]);
  const measured = sampleState({ people: peopleOf(samplePerson('bob', { rttMs: 2, status: '' })) });
  expect(peerRows(measured)[0]).toHaveProperty('rttMs', 2);
  expect(peerRows(measured)[0]).not.toHaveProperty('status');
  const blocked = sampleState({ people: peopleOf(samplePerson('bob', { blocked: true, trust: 'changed' })) });
  expect(peerRows(blocked)[0]).toMatchObject({ blocked: true, trust: 'changed' });
});

test('rows of rooms: with oneself where joined, online', () => {
  expect(roomRows(state)).toEqual([
    {
      room: 'Den',
      joined: true,
      closed: false,
      members: [
        { peerId: 'id-of-alice', name: 'alice', online: true },
        { peerId: 'id-of-carol', name: 'carol', online: false },
        { peerId: 'id-of-stranger', name: 'id-of-stranger', online: false },
      ],
    },
    { room: 'attic', joined: false, closed: false, members: [{ peerId: 'id-of-bob', name: 'bob', online: true }] },
  ]);
});

test('a closed room says so', () => {
  const rooms = new Map([['den', { name: 'den', joined: true, closed: true, members: [] }]]);
  expect(roomRows(sampleState({ rooms }))).toMatchObject([{ room: 'den', closed: true }]);
});

test('a message to everyone has neither `to` nor `room`', () => {
  const from = { peerId: 'id-of-bob', name: 'bob', via: 'p2p' };
  expect(messageRow(message, state)).toEqual({ id: 'm1', from, text: 'hello', at: 5, kind: 'text' });
});

test('a message to a room, a private one received, a private one sent', () => {
  const inRoom = messageRow({ ...message, destination: { kind: 'room', room: 'Den' }, replyTo: 'm0' }, state);
  expect(inRoom).toMatchObject({ room: 'Den', replyTo: 'm0' });
  expect(inRoom).not.toHaveProperty('to');

  const received = messageRow({ ...message, destination: { kind: 'person', peerId: 'id-of-bob' } }, state);
  expect(received).toMatchObject({ to: 'alice', toPeerId: 'id-of-alice' });
  expect(received).not.toHaveProperty('state');

  const sent: Message = {
    ...message,
    author: 'id-of-alice',
    own: true,
    destination: { kind: 'person', peerId: 'id-of-bob' },
    recipients: ['id-of-bob'],
  };
  expect(messageRow(sent, state)).toMatchObject({ from: { name: 'alice' }, to: 'bob', state: 'waiting' });
  expect(messageRow({ ...sent, deliveredTo: ['id-of-bob'] }, state)).toMatchObject({ state: 'delivered' });
});

test('a message of one\u2019s own is delivered when somebody has it, and everybody for whom it was', () => {
  const own = { ...message, author: 'id-of-alice', own: true };
  const stateOf = (recipients: string[], deliveredTo: string[]): unknown =>
    messageRow({ ...own, recipients, deliveredTo }, state).state;
  expect(stateOf([], [])).toBe('waiting');
  expect(stateOf(['b', 'c'], [])).toBe('waiting');
  expect(stateOf(['b', 'c'], ['b'])).toBe('waiting');
  expect(stateOf(['b', 'c'], ['c', 'x', 'b'])).toBe('delivered');
  // It was said to a room where nobody was; later somebody came.
  expect(stateOf([], ['b'])).toBe('delivered');
});

test('a message that was changed, with names of those who reacted', () => {
  const row = messageRow(
    {
      ...message,
      edited: true,
      mentions: ['id-of-alice', 'id-of-stranger'],
      reactions: [{ emoji: '\u{1F44D}', by: ['id-of-stranger', 'id-of-alice', 'id-of-bob'] }],
    },
    state,
  );
  expect(row).toMatchObject({ edited: true, mentions: ['id-of-alice', 'id-of-stranger'] });
  expect(row.reactions).toEqual([
    {
      emoji: '\u{1F44D}',
      by: [
        { peerId: 'id-of-stranger', name: 'id-of-stranger' },
        { peerId: 'id-of-alice', name: 'alice' },
        { peerId: 'id-of-bob', name: 'bob' },
      ],
    },
  ]);
  expect(messageRow({ ...message, text: '', deleted: true }, state)).toMatchObject({ text: '', deleted: true });
  expect(messageRow({ ...message, text: '', missing: true, forked: true }, state)).toMatchObject({
    missing: true,
    forked: true,
  });
});

test('what did not happen is left out', () => {
  const row = messageRow({ ...message, edited: false, deleted: false, mentions: [], reactions: [] }, state);
  expect(Object.keys(row)).toEqual(['id', 'from', 'text', 'at', 'kind']);
});

test('joins and leaves are of the kind `system` and say which', () => {
  const join = messageRow({ ...message, kind: 'join', text: '', own: true, author: 'id-of-alice' }, state);
  expect(join).toMatchObject({ kind: 'system', event: 'join', text: '' });
  expect(join).not.toHaveProperty('state');
});
