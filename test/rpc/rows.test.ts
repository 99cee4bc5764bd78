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
