// Who is in a room: people who are here say it themselves, for the others the room's log does; of closed rooms only that.
import '../../src/base/platform.ts';
import { describe, expect, it } from 'vitest';
import type { NodeEvent } from '../../src/state/events.ts';
import { initialState } from '../../src/state/initial.ts';
import { LOGGED_MEMBERS_LIMIT } from '../../src/state/reduce-rooms.ts';
import { reduce } from '../../src/state/reducer.ts';
import type { NodeState } from '../../src/state/values.ts';
import { me, seen } from './sample-events.ts';
import { samplePeerId } from './sample-people.ts';

const start = initialState(me, { closedNetwork: false });
const after = (...events: NodeEvent[]): NodeState => events.reduce(reduce, start);
const gone = (number: number): NodeEvent => ({ type: 'person-gone', peerId: samplePeerId(number), reason: 'lost' });
const joined = (closed = false): NodeEvent => ({ type: 'own-room-joined', room: 'dev', ...(closed ? { closed } : {}) });
const left: NodeEvent = { type: 'own-room-left', room: 'dev' };
const logged = (...numbers: number[]): NodeEvent => ({
  type: 'room-members',
  room: 'DEV',
  members: numbers.map(samplePeerId),
});
const membersOf = (state: NodeState, room = 'dev'): number[] | undefined =>
  state.rooms
    .get(room)
    ?.members.map((peerId) => [1, 2, 3, 4, 5, 1000].find((number) => samplePeerId(number) === peerId)!);

describe('the members of an open room', () => {
  it('are those here who say so and those away who are in its log', () => {
    const state = after(
      joined(),
      seen(1, 'alice', { rooms: ['dev'] }),
      seen(2, 'bob', { rooms: [] }),
      seen(3, 'carol', { rooms: ['dev'] }),
      gone(3),
      // Bob says that he isn't, and he must know; carol left and one hears of it now; number 5 was never met.
      logged(1, 2, 4, 5, 1000),
    );
    expect(membersOf(state)).toEqual([1, 4, 5]);
    expect(membersOf(reduce(state, gone(2)))).toEqual([1, 2, 4, 5]);
    expect(membersOf(reduce(state, seen(3, 'carol', { rooms: ['dev'] })))).toEqual([1, 3, 4, 5]);
    expect(membersOf(reduce(state, seen(4, 'dave', { rooms: [] })))).toEqual([1, 5]);
    expect(membersOf(reduce(state, logged(1)))).toEqual([1]);
    expect(reduce(state, logged(5, 4, 2, 1))).toBe(state);
  });

  it('are those of their last presence where no log is known', () => {
    const state = after(seen(1, 'alice', { rooms: ['dev'] }), gone(1), logged(2));
    expect(membersOf(state)).toEqual([1]);
    const own = [joined(), logged(2)].reduce(reduce, state);
    expect(membersOf(own)).toEqual([2]);
    // Whoever leaves a room reads its log no more.
    expect(membersOf(reduce(own, left))).toEqual([1]);
    expect(reduce(own, left).rooms.get('dev')).not.toHaveProperty('logged');
  });
});

describe('the members of a closed room', () => {
  it('are those of its log, whatever anybody says', () => {
    const state = after(seen(1, 'alice', { rooms: ['dev'] }), joined(true), seen(3, 'carol', { rooms: ['dev'] }));
    expect(state.rooms.get('dev')).toMatchObject({ closed: true, members: [] });
    const known = reduce(state, logged(2, 3));
    expect(membersOf(known)).toEqual([2, 3]);
    expect(membersOf(reduce(known, seen(2, 'bob', { rooms: [] })))).toEqual([2, 3]);
    expect(membersOf(reduce(known, gone(1)))).toEqual([2, 3]);
    // Outside of it there is an open room of that name.
    expect(reduce(known, left).rooms.get('dev')).toEqual({
      name: 'dev',
      joined: false,
      members: [samplePeerId(1), samplePeerId(3)],
    });
    expect(after(joined(true), left).rooms.size).toBe(0);
  });
});

it('Members by a log are bounded, people one knows first', () => {
  const crowd = Array.from({ length: LOGGED_MEMBERS_LIMIT + 500 }, (_, index) => samplePeerId(10_000 + index));
  const state = after(joined(), seen(9, 'ida'), gone(9), {
    type: 'room-members',
    room: 'dev',
    members: [...crowd, samplePeerId(9)],
  });
  expect(state.rooms.get('dev')?.members.length).toBe(LOGGED_MEMBERS_LIMIT);
  expect(state.rooms.get('dev')?.members).toContain(samplePeerId(9));
});
