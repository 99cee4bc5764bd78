// What strangers can fill has a bound, and who is known keeps their place.
import '../../src/base/platform.ts';
import { describe, expect, it } from 'vitest';
import type { NodeEvent } from '../../src/state/events.ts';
import { initialState } from '../../src/state/initial.ts';
import { OTHER_CONVERSATIONS_LIMIT } from '../../src/state/reduce-messages.ts';
import { PEOPLE_LIMIT, ROOMS_PER_PERSON_LIMIT } from '../../src/state/reduce-people.ts';
import { FOREIGN_ROOMS_LIMIT } from '../../src/state/reduce-rooms.ts';
import { reduce } from '../../src/state/reducer.ts';
import { CONVERSATION_LIMIT, WARNING_LIMIT, type NodeState } from '../../src/state/values.ts';
import { me, message, seen } from './sample-events.ts';
import { samplePeerId } from './sample-people.ts';

const start = initialState(me, { closedNetwork: false });
const all = (events: Iterable<NodeEvent>, from: NodeState = start): NodeState => [...events].reduce(reduce, from);
const numbers = (count: number, first = 0): number[] => Array.from({ length: count }, (_, index) => first + index);
const FIRST = 10_000;
const gone = (number: number): NodeEvent => ({ type: 'person-gone', peerId: samplePeerId(number), reason: 'lost' });
const pinned = (number: number): NodeEvent => ({
  type: 'trust-changed',
  peerId: samplePeerId(number),
  trust: 'pinned',
  at: 1,
});

describe('people', () => {
  it('are at most 2,000: strangers who are away go first, nobody known goes', () => {
    const known = all([seen(1, 'alice'), pinned(1), gone(1), seen(2, 'bob')]);
    const full = all(
      numbers(PEOPLE_LIMIT - 2, FIRST).map((number) => seen(number, `x${number}`, { linked: false })),
      known,
    );
    expect(full.people.size).toBe(PEOPLE_LIMIT);

    const refused = reduce(full, seen(3, 'carol', { linked: false }));
    expect(refused).toBe(full);

    const withGone = reduce(full, gone(FIRST + 7));
    const replaced = reduce(withGone, seen(3, 'carol', { linked: false }));
    expect(replaced.people.size).toBe(PEOPLE_LIMIT);
    expect(replaced.people.has(samplePeerId(FIRST + 7))).toBe(false);
    expect(replaced.people.get(samplePeerId(3))?.name).toBe('carol');

    // Whoever links oneself is worth more than hearsay.
    const linked = reduce(full, seen(4, 'dave'));
    expect(linked.people.size).toBe(PEOPLE_LIMIT);
    expect(linked.people.has(samplePeerId(4))).toBe(true);
    for (const number of [1, 2]) expect(linked.people.has(samplePeerId(number))).toBe(true);
  });

  it('keep their place against any stranger when they are known', () => {
    const people = numbers(PEOPLE_LIMIT, FIRST).map((number) => ({
      peerId: samplePeerId(number),
      claimedName: `x${number}`,
      rooms: [],
      ...(number % 2 === 0 ? { pinnedAt: 1 } : { blocked: true }),
    }));
    const full = all([{ type: 'people-remembered', people }]);
    expect(full.people.size).toBe(PEOPLE_LIMIT);
    expect(reduce(full, seen(1, 'x'))).toBe(full);
    const more = { ...seen(1, 'x'), type: 'person-remembered' as const, pinnedAt: 1, verified: true, blocked: true };
    expect(reduce(full, more)).toBe(full);
  });

  it('give their rooms and labels back when they are dropped', () => {
    const first = all([seen(FIRST, 'bob', { rooms: ['tea'] }), gone(FIRST)]);
    const full = all(
      numbers(PEOPLE_LIMIT - 1, FIRST + 1).map((number) => seen(number, 'x')),
      first,
    );
    expect(full.rooms.has('tea')).toBe(true);
    const next = reduce(full, seen(1, 'bob'));
    expect(next.rooms.has('tea')).toBe(false);
    expect(next.people.get(samplePeerId(1))?.name).toBe('bob');
  }, 120_000);

  it('are in a bounded number of rooms each', () => {
    const state = reduce(start, seen(1, 'alice', { rooms: numbers(1000).map((number) => `room ${number}`) }));
    expect(state.people.get(samplePeerId(1))?.rooms.length).toBe(ROOMS_PER_PERSON_LIMIT);
    expect(state.rooms.size).toBe(ROOMS_PER_PERSON_LIMIT);
  });
});

describe('rooms', () => {
  const roomsOf = (number: number): string[] => numbers(20).map((index) => `r${number}-${index}`);
  const strangers = numbers(40).map((number) => seen(FIRST + number, `x${number}`, { rooms: roomsOf(number) }));

  it('are at most 500 beyond one’s own, those of known people first', () => {
    const full = all(strangers);
    expect(full.rooms.size).toBe(FOREIGN_ROOMS_LIMIT);
    expect(full.rooms.has('r0-0')).toBe(true);

    const known = all([seen(1, 'alice'), pinned(1), seen(1, 'alice', { rooms: ['tea'] })], full);
    expect(known.rooms.size).toBe(FOREIGN_ROOMS_LIMIT);
    expect(known.rooms.get('tea')?.members).toEqual([samplePeerId(1)]);

    // One's own don't count, and know their members also when they had no place before.
    const absent = roomsOf(39).find((room) => !full.rooms.has(room)) ?? 'none';
    const joined = reduce(full, { type: 'own-room-joined', room: absent });
    expect(joined.rooms.get(absent)).toEqual({ name: absent, joined: true, members: [samplePeerId(FIRST + 39)] });
    expect(joined.rooms.size).toBe(FOREIGN_ROOMS_LIMIT + 1);
    expect(reduce(joined, { type: 'own-room-left', room: absent }).rooms.size).toBe(FOREIGN_ROOMS_LIMIT);
  });

  it('that found no place come back when there is some', () => {
    const emptied = all(
      numbers(30).map((number) => seen(FIRST + number, `x${number}`)),
      all(strangers),
    );
    expect([...emptied.rooms.keys()].sort()).toEqual(numbers(10, 30).flatMap(roomsOf).sort());
  });
});

describe('conversations', () => {
  const from = (number: number): NodeEvent => ({
    type: 'message-added',
    message: message(`from ${number}`, {
      author: samplePeerId(number),
      destination: { kind: 'person', peerId: me.peerId },
    }),
  });

  it('are at most 500 beyond everyone and one’s rooms: the quietest go first, verified people’s last', () => {
    const own = numbers(10).map((number): NodeEvent => ({ type: 'own-room-joined', room: `own ${number}` }));
    const friends: NodeEvent[] = [
      seen(1, 'alice'),
      { type: 'trust-changed', peerId: samplePeerId(1), trust: 'verified', at: 1 },
      from(1),
      from(2),
    ];
    const state = all([...own, ...friends, ...numbers(OTHER_CONVERSATIONS_LIMIT, FIRST).map(from)]);
    expect(state.conversations.size).toBe(1 + 10 + OTHER_CONVERSATIONS_LIMIT);
    expect(state.conversations.has('everyone')).toBe(true);
    expect(state.conversations.has(`with:${samplePeerId(1)}`)).toBe(true);
    expect(state.conversations.has(`with:${samplePeerId(2)}`)).toBe(false);
    expect(state.conversations.has(`with:${samplePeerId(FIRST)}`)).toBe(false);
    expect(state.conversations.has(`with:${samplePeerId(FIRST + OTHER_CONVERSATIONS_LIMIT - 1)}`)).toBe(true);
    const left = reduce(state, { type: 'own-room-left', room: 'own 3' });
    expect(left.conversations.size).toBe(1 + 9 + OTHER_CONVERSATIONS_LIMIT);
  });

  it('hold the newest 1,000 messages, in whatever order they come', () => {
    const added = numbers(CONVERSATION_LIMIT + 200).map((number): NodeEvent => ({
      type: 'message-added',
      message: message(`m${number}`, { order: number }),
    }));
    const up = all(added).conversations.get('everyone')?.messages;
    const down = all([...added].reverse()).conversations.get('everyone')?.messages;
    expect(up?.length).toBe(CONVERSATION_LIMIT);
    expect(up?.[0]?.order).toBe(200);
    expect(down).toEqual(up);
  });
});

describe('warnings', () => {
  it('are the last 20', () => {
    const state = all(
      numbers(50).map((number): NodeEvent => ({ type: 'warning', warning: { code: 'x', text: String(number) } })),
    );
    expect(state.warnings.length).toBe(WARNING_LIMIT);
    expect(state.warnings.at(-1)?.text).toBe('49');
  });
});
