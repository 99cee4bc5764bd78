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
  fc.record(
    {
      type: fc.constant('person-remembered' as const),
      peerId,
      claimedName,
      rooms,
      pinnedAt: fc.integer({ min: 1, max: 3 }),
    },
    { requiredKeys: ['type', 'peerId', 'claimedName', 'rooms'] },
  ),
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
  fc.record({ type: fc.constantFrom('own-room-joined' as const, 'own-room-left' as const), room }),
  someMessage.map((added) => ({ type: 'message-added' as const, message: added })),
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
