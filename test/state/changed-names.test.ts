// A new key under the name of somebody known who is away is shown as changed, whatever happened in which order.
import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NodeEvent, Remembrance } from '../../src/state/events.ts';
import { initialState } from '../../src/state/initial.ts';
import { PEOPLE_LIMIT } from '../../src/state/reduce-people.ts';
import { reduce } from '../../src/state/reducer.ts';
import type { NodeState, Trust } from '../../src/state/values.ts';
import { me, seen, someEvent } from './sample-events.ts';
import { samplePeerId } from './sample-people.ts';

const start = initialState(me, { closedNetwork: false });
const after = (...events: NodeEvent[]): NodeState => events.reduce(reduce, start);
const gone = (number: number): NodeEvent => ({ type: 'person-gone', peerId: samplePeerId(number), reason: 'lost' });
const trust = (number: number, given: Trust, at = 1): NodeEvent => ({
  type: 'trust-changed',
  peerId: samplePeerId(number),
  trust: given,
  at,
});
const remembered = (number: number, claimedName: string, more: Partial<Remembrance> = {}): NodeEvent => ({
  type: 'person-remembered',
  peerId: samplePeerId(number),
  claimedName,
  rooms: [],
  ...more,
});
const shown = (state: NodeState, number: number): [string?, Trust?] => {
  const person = state.people.get(samplePeerId(number));
  return [person?.name, person?.trust];
};

// How a room is written is up to the first who names it.
const members = ({ rooms }: NodeState): unknown =>
  Object.fromEntries([...rooms].map(([key, room]) => [key, room.members]));

describe('a new key under a known name', () => {
  const knownBob = [seen(5, 'bob'), trust(5, 'pinned'), gone(5)];

  it.each<[string, readonly NodeEvent[]]>([
    ['comes while the known one is away', [...knownBob, seen(1, 'bob')]],
    ['is there when the known one goes', [seen(1, 'bob'), ...knownBob]],
    ['looks like the known one', [...knownBob, seen(1, 'B\u043eb')]],
    ['was never met', [...knownBob, remembered(1, 'bob')]],
    ['is there when one remembers', [seen(1, 'bob'), remembered(5, 'bob', { pinnedAt: 3 })]],
    ['is there when the known one gets verified', [seen(1, 'bob'), seen(5, 'bob'), gone(5), trust(5, 'verified')]],
    ['takes the name', [...knownBob, seen(1, 'carol'), seen(1, 'bob')]],
  ])('is changed when it %s', (_how, events) => {
    const state = after(...events);
    const [name, shownTrust] = shown(state, 1);
    expect(shownTrust).toBe('changed');
    expect(name?.endsWith('_1')).toBe(true);
    expect(shown(state, 5)[0]).toBe('bob');
  });

  it.each<[string, NodeEvent, Trust]>([
    ['the known one comes back', seen(5, 'bob'), 'new'],
    ['it is pinned', trust(1, 'pinned', 9), 'pinned'],
    ['it is verified', trust(1, 'verified', 9), 'verified'],
    ['it takes another name', seen(1, 'carol'), 'new'],
    ['the known one is not trusted any more', trust(5, 'new'), 'new'],
    ['the known one took another name', seen(5, 'rob'), 'new'],
  ])('is that no more when %s', (_how, event, expected) => {
    const state = after(...knownBob, seen(1, 'bob'), event);
    expect(shown(state, 1)[1]).toBe(expected);
    // And again, when the cause is back.
    if (event.type === 'person-seen' && event.claimedName === 'bob')
      expect(shown(reduce(state, gone(5)), 1)[1]).toBe('changed');
  });

  it('is new when nobody known is meant', () => {
    expect(shown(after(seen(5, 'bob'), gone(5), seen(1, 'bob')), 1)).toEqual(['bob', 'new']);
    expect(shown(after(...knownBob, seen(1, 'alice')), 1)).toEqual(['alice', 'new']);
  });

  it('can’t be said, only follow', () => {
    const state = after(seen(1, 'alice'));
    expect(reduce(state, trust(1, 'changed'))).toBe(state);
    const changed = after(...knownBob, seen(1, 'bob'));
    expect(reduce(changed, trust(1, 'new'))).toBe(changed);
  });

  it('is the same in any order of what happened to different people', () => {
    const byPerson = fc
      .array(someEvent, { maxLength: 30 })
      .map((events) => events.filter((event) => 'peerId' in event && event.type !== 'message-delivered'));
    fc.assert(
      fc.property(byPerson, fc.array(fc.nat({ max: 5 }), { minLength: 30, maxLength: 30 }), (events, choices) => {
        const queues = Array.from({ length: 6 }, (_, index) =>
          events.filter((event) => 'peerId' in event && event.peerId === samplePeerId(index + 1)),
        );
        const expected = after(...queues.flat());
        const mixed = choices.flatMap((choice) => queues[choice]!.shift() ?? []);
        const state = after(...mixed, ...queues.flat());
        for (const [peerId, person] of expected.people) expect(state.people.get(peerId)).toEqual(person);
        expect(state.people.size).toBe(expected.people.size);
        expect(members(state)).toEqual(members(expected));
      }),
      { numRuns: 300 },
    );
  });
});

describe('people who are remembered together', () => {
  it('come out as one by one', () => {
    const many = fc.array(
      fc.record(
        {
          peerId: fc.integer({ min: 1, max: 6 }).map(samplePeerId),
          claimedName: fc.constantFrom('bob', 'BOB', 'alice', 'me', ''),
          rooms: fc.array(fc.constantFrom('dev', 'ops'), { maxLength: 2 }),
          pinnedAt: fc.integer({ min: 1, max: 3 }),
          verified: fc.boolean(),
          blocked: fc.boolean(),
        },
        { requiredKeys: ['peerId', 'claimedName', 'rooms'] },
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(fc.array(someEvent, { maxLength: 20 }), many, (events, people) => {
        const before = after(...events);
        const one = people
          .map((person): NodeEvent => ({ type: 'person-remembered', ...person }))
          .reduce(reduce, before);
        const together = reduce(before, { type: 'people-remembered', people });
        expect(together.people).toEqual(one.people);
        expect(members(together)).toEqual(members(one));
        expect(new Map(together.conversations)).toEqual(new Map(one.conversations));
      }),
      { numRuns: 300 },
    );
  });

  it('are a thousand in no time', () => {
    const people = Array.from({ length: 1000 }, (_, index) => ({
      peerId: samplePeerId(2000 + index),
      claimedName: `person ${index}`,
      rooms: ['dev', `room ${index % 100}`],
      pinnedAt: index + 1,
    }));
    const state = after({ type: 'people-remembered', people });
    expect(state.people.size).toBe(1000);
    expect(state.rooms.size).toBe(101);
    expect(state.rooms.get('dev')?.members.length).toBe(1000);
  });

  it('are bounded like all people', () => {
    const people = Array.from({ length: PEOPLE_LIMIT + 10 }, (_, index) => ({
      peerId: samplePeerId(2000 + index),
      claimedName: `person ${index}`,
      rooms: [],
    }));
    expect(after({ type: 'people-remembered', people }).people.size).toBe(PEOPLE_LIMIT);
  }, 120_000);

  it('stay when they are blocked, before any stranger', () => {
    const people = Array.from({ length: PEOPLE_LIMIT - 1 }, (_, index) => ({
      peerId: samplePeerId(2000 + index),
      claimedName: `person ${index}`,
      rooms: [],
    }));
    const full = after(remembered(1, 'mallory', { blocked: true }), { type: 'people-remembered', people });
    const state = [7001, 7002, 7003].map((number) => seen(number, `y${number}`)).reduce(reduce, full);
    expect(state.people.size).toBe(PEOPLE_LIMIT);
    expect(state.people.get(samplePeerId(1))?.blocked).toBe(true);
  });
});
