// Events for tests, short to write and arbitrary.
import fc from 'fast-check';
import type { NodeEvent } from '../../src/state/events.ts';
import type { Message } from '../../src/state/values.ts';
import { samplePeerId } from './sample-people.ts';

export const me = { peerId: samplePeerId(1000), name: 'me' };

type Seen = Extract<NodeEvent, { type: 'person-seen' }>;

export function seen(number: number, claimedName: string, more: Partial<Seen> = {}): Seen {
  return {
    type: 'person-seen',
    peerId: samplePeerId(number),
    claimedName,
    rooms: [],
    via: 'p2p',
    linked: true,
    ...more,
  };
}

export function message(id: string, more: Partial<Message> = {}): Message {
  return {
    id,
    author: samplePeerId(1),
    own: false,
    destination: { kind: 'everyone' },
    kind: 'text',
    text: `text of ${id}`,
    at: 0,
    order: 1,
    recipients: [],
    deliveredTo: [],
    ...more,
  };
}

const peerId = fc.integer({ min: 1, max: 6 }).map(samplePeerId);
const claimedName = fc.constantFrom('bob', 'BOB', 'alice', 'me', 'bob_1', 'b\u043eb', '');
const room = fc.constantFrom('dev', 'DEV', 'ops', 'tea');
const rooms = fc.array(room, { maxLength: 4 });
const destination = fc.oneof(
  fc.constant({ kind: 'everyone' as const }),
  room.map((name) => ({ kind: 'room' as const, room: name })),
  fc.oneof(peerId, fc.constant(me.peerId)).map((id) => ({ kind: 'person' as const, peerId: id })),
);

export const someMessage: fc.Arbitrary<Message> = fc
  .record({ number: fc.nat({ max: 40 }), destination })
  // An id stands for all that was signed: the same id, the same author and order.
  .map(({ number, destination }) =>
    message(`m${number}`, { author: samplePeerId(1 + (number % 6)), order: number % 4, destination, own: false }),
  );

const remembrance = fc.record(
  {
    peerId,
    claimedName,
    rooms,
    pinnedAt: fc.integer({ min: 1, max: 3 }),
    verified: fc.boolean(),
    blocked: fc.boolean(),
  },
  { requiredKeys: ['peerId', 'claimedName', 'rooms'] },
);

/** The same message as it was, or edited, or reacted to, with or without some receipts. */
const someChange: fc.Arbitrary<Message> = fc
  .record({ held: someMessage, text: fc.constantFrom('as it was', 'edited'), readers: fc.subarray(['a', 'b', 'c']) })
  .chain(({ held, text, readers }) =>
    fc.subarray([1, 2, 3, 4]).map((reacting) => ({
      ...held,
      text,
      deliveredTo: readers,
      ...(reacting.length === 0 ? {} : { reactions: [{ emoji: '\u{1f389}', by: reacting.map(samplePeerId) }] }),
    })),
  );

/** Any event about up to six people and three rooms. */
export const someEvent: fc.Arbitrary<NodeEvent> = fc.oneof(
  fc.constantFrom<NodeEvent>({ type: 'started' }, { type: 'stopped' }),
  fc.record({
    type: fc.constant('self-changed' as const),
    name: fc.constantFrom('me', 'bob'),
    status: fc.constantFrom('', 'away'),
  }),
  fc.record({
    type: fc.constant('interfaces-changed' as const),
    interfaces: fc.array(fc.record({ name: fc.constant('eth0'), address: fc.constantFrom('10.0.0.1', '10.0.0.2') })),
  }),
  remembrance.map((person) => ({ type: 'person-remembered' as const, ...person })),
  fc.record({ type: fc.constant('people-remembered' as const), people: fc.array(remembrance, { maxLength: 4 }) }),
  fc.record(
    {
      type: fc.constant('person-seen' as const),
      peerId: fc.oneof(peerId, fc.constant(me.peerId)),
      claimedName,
      rooms,
      via: fc.constantFrom('p2p' as const, 'legacy' as const),
      linked: fc.boolean(),
      status: fc.constantFrom('here', 'busy'),
    },
    { requiredKeys: ['type', 'peerId', 'claimedName', 'rooms', 'via', 'linked'] },
  ),
  fc.record({ type: fc.constant('person-gone' as const), peerId, reason: fc.constant('lost') }),
  fc.record({
    type: fc.constant('trust-changed' as const),
    peerId,
    trust: fc.constantFrom('new' as const, 'pinned' as const, 'verified' as const, 'changed' as const),
    at: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({ type: fc.constant('rtt-measured' as const), peerId, rttMs: fc.constantFrom(1, 2) }),
  fc.record({ type: fc.constant('blocked-changed' as const), peerId, blocked: fc.boolean() }),
  fc.record(
    { type: fc.constant('own-room-joined' as const), room, closed: fc.boolean() },
    { requiredKeys: ['type', 'room'] },
  ),
  fc.record({ type: fc.constant('own-room-left' as const), room }),
  fc.record({
    type: fc.constant('room-members' as const),
    room,
    // Numbers above six are people that nobody met.
    members: fc.array(fc.integer({ min: 1, max: 9 }).map(samplePeerId), { maxLength: 5 }),
  }),
  someMessage.map((added) => ({ type: 'message-added' as const, message: added })),
  fc.record({
    type: fc.constantFrom('messages-added' as const, 'history-loaded' as const),
    messages: fc.array(someMessage, { maxLength: 6 }),
  }),
  someChange.map((changed) => ({ type: 'message-changed' as const, message: changed })),
  fc.record({
    type: fc.constant('message-delivered' as const),
    messageId: fc.nat({ max: 40 }).map((number) => `m${number}`),
    conversation: fc.constantFrom('everyone', 'room:dev', `with:${samplePeerId(1)}`),
    peerId,
  }),
  fc.record({
    type: fc.constant('warning' as const),
    warning: fc.constant({ code: 'clock-off', text: 'A clock is off.' }),
  }),
);
