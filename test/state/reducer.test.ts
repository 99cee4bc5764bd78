// Whatever happens, the state holds together, and what didn't change stays the same object.
import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NodeEvent } from '../../src/state/events.ts';
import { initialState } from '../../src/state/initial.ts';
import { assignLabels } from '../../src/state/labels.ts';
import { foldRoomName, NAMELESS, nameKeys } from '../../src/state/names.ts';
import { comparePeerIds } from '../../src/state/peer-order.ts';
import { compareMessages } from '../../src/state/message-list.ts';
import { reduce } from '../../src/state/reducer.ts';
import type { NodeState, PeerId, Person, Room } from '../../src/state/values.ts';
import { me, seen, someEvent, someMessage } from './sample-events.ts';
import { samplePeerId } from './sample-people.ts';

const start = initialState(me, { closedNetwork: false });
const after = (...events: NodeEvent[]): NodeState => events.reduce(reduce, start);
const labelOf = (state: NodeState, number: number): string | undefined => state.people.get(samplePeerId(number))?.name;

function usesGuardedName(state: NodeState, { claimedName }: Person): boolean {
  const keys = nameKeys(claimedName === '' ? NAMELESS : claimedName);
  return [...state.people.values()].some(
    (other) =>
      (other.trust === 'pinned' || other.trust === 'verified') &&
      !other.online &&
      nameKeys(other.claimedName === '' ? NAMELESS : other.claimedName).some((key) => keys.includes(key)),
  );
}

function isIn(state: NodeState, key: string, room: Room, peerId: PeerId): boolean {
  const person = state.people.get(peerId);
  const isLogged = room.logged?.has(peerId) ?? false;
  if (room.closed === true || person === undefined) return isLogged;
  if (!person.online && room.logged !== undefined) return isLogged;
  return person.rooms.some((name) => foldRoomName(name) === key);
}

function expectInvariants(state: NodeState): void {
  // Labels are those of the whole crowd, however it came together.
  const labels = assignLabels(state.self, state.people.values());
  for (const [peerId, person] of state.people) {
    expect(person.peerId).toBe(peerId);
    expect(person.name).toBe(labels.get(peerId));
    if (!person.online) expect([person.linked, person.rttMs]).toEqual([false, undefined]);
    if (person.trust === 'pinned' || person.trust === 'verified') expect(person.pinnedAt).toBeDefined();
    if (person.trust === 'new' || person.trust === 'changed') {
      expect(person.pinnedAt).toBeUndefined();
      expect(person.trust).toBe(usesGuardedName(state, person) ? 'changed' : 'new');
    }
    if (person.blocked === true) expect([person.online, person.status, person.rooms]).toEqual([false, undefined, []]);
  }
  expect(state.people.has(state.self.peerId)).toBe(false);
  for (const [key, room] of state.rooms) {
    expect(foldRoomName(room.name)).toBe(key);
    const members = [...new Set([...state.people.keys(), ...(room.logged ?? [])])].filter((id) =>
      isIn(state, key, room, id),
    );
    expect([...room.members]).toEqual(members.sort(comparePeerIds));
    expect(room.joined || room.members.length > 0).toBe(true);
    if (room.joined) expect(state.conversations.has(`room:${key}`)).toBe(true);
    else expect([room.closed, room.logged]).toEqual([undefined, undefined]);
  }
  for (const { rooms } of state.people.values())
    for (const room of rooms) expect(state.rooms.has(foldRoomName(room))).toBe(true);
  expect(state.conversations.has('everyone')).toBe(true);
  for (const [key, { key: own, messages }] of state.conversations) {
    expect(own).toBe(key);
    expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length);
    expect([...messages].sort(compareMessages)).toEqual(messages);
    for (const { author, deliveredTo, reactions = [] } of messages) {
      expect(new Set(deliveredTo).size).toBe(deliveredTo.length);
      for (const peerId of [author, ...reactions.flatMap(({ by }) => by)])
        expect(state.people.get(peerId)?.blocked).not.toBe(true);
    }
  }
  expect(state.warnings.length).toBeLessThanOrEqual(20);
}

describe('reduce', () => {
  it('keeps everything in order over any events', () => {
    fc.assert(
      fc.property(fc.array(someEvent, { maxLength: 60 }), (events) => {
        let state = start;
        for (const event of events) {
          const next = reduce(state, event);
          // Nothing is changed in place.
          if (event.type !== 'warning') expect(reduce(state, event)).toEqual(next);
          state = next;
        }
        expectInvariants(state);
      }),
      { numRuns: 400 },
    );
  });

  it('returns the same state when an event changes nothing', () => {
    fc.assert(
      fc.property(fc.array(someEvent, { maxLength: 30 }), someEvent, (events, event) => {
        fc.pre(event.type !== 'warning');
        const state = reduce(events.reduce(reduce, start), event);
        expect(reduce(state, event)).toBe(state);
      }),
      { numRuns: 400 },
    );
  });

  it('keeps the references of what an event does not touch', () => {
    const before = after(seen(1, 'alice', { rooms: ['dev'] }), seen(2, 'bob'), {
      type: 'own-room-joined',
      room: 'dev',
    });
    const next = reduce(before, seen(2, 'bob', { status: 'away' }));
    expect(next.people).not.toBe(before.people);
    expect(next.people.get(samplePeerId(1))).toBe(before.people.get(samplePeerId(1)));
    expect(next.rooms).toBe(before.rooms);
    expect(next.conversations).toBe(before.conversations);
    const talked = fc.sample(someMessage, 1).map((message): NodeEvent => ({ type: 'message-added', message }));
    expect(talked.reduce(reduce, before).people).toBe(before.people);
  });

  it('has the same conversations whatever the order in which messages came', () => {
    const someMessages = fc.uniqueArray(someMessage, { selector: ({ id }) => id, maxLength: 40 });
    fc.assert(
      fc.property(
        someMessages.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([messages, shuffled]) => {
          const state = after(...messages.map((message): NodeEvent => ({ type: 'message-added', message })));
          // Some come twice.
          const twice = [...shuffled, ...shuffled.slice(0, 5)];
          const other = after(...twice.map((message): NodeEvent => ({ type: 'message-added', message })));
          const shown = ({ conversations }: NodeState): unknown =>
            Object.fromEntries([...conversations].map(([key, conversation]) => [key, conversation.messages]));
          expect(shown(other)).toEqual(shown(state));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('people', () => {
  it('come, change, go and stay known', () => {
    const here = after(seen(1, 'alice', { status: 'fine', rooms: ['dev'] }), {
      type: 'rtt-measured',
      peerId: samplePeerId(1),
      rttMs: 3,
    });
    expect(here.people.get(samplePeerId(1))).toMatchObject({
      name: 'alice',
      online: true,
      linked: true,
      status: 'fine',
      rttMs: 3,
    });
    const gone = reduce(here, { type: 'person-gone', peerId: samplePeerId(1), reason: 'goodbye' });
    expect(gone.people.get(samplePeerId(1))).toMatchObject({ online: false, linked: false, rooms: ['dev'] });
    expect(gone.rooms.get('dev')?.members).toEqual([samplePeerId(1)]);
    const back = reduce(gone, seen(1, 'alice', { linked: false }));
    expect(back.people.get(samplePeerId(1))).toMatchObject({ online: true, linked: false });
    expect(back.people.get(samplePeerId(1))?.status).toBeUndefined();
    expect(back.rooms.size).toBe(0);
  });

  it('keep the names they are known by, also while they are away', () => {
    const known = after(
      { type: 'person-remembered', peerId: samplePeerId(5), claimedName: 'bob', rooms: [], pinnedAt: 7 },
      seen(1, 'bob'),
    );
    expect([labelOf(known, 5), labelOf(known, 1)]).toEqual(['bob', 'bob_1']);
    const pinnedLater = reduce(known, { type: 'trust-changed', peerId: samplePeerId(1), trust: 'pinned', at: 9 });
    expect([labelOf(pinnedLater, 5), labelOf(pinnedLater, 1)]).toEqual(['bob', 'bob_1']);
    const verified = reduce(pinnedLater, { type: 'trust-changed', peerId: samplePeerId(1), trust: 'verified', at: 10 });
    expect([labelOf(verified, 5), labelOf(verified, 1)]).toEqual(['bob_1', 'bob']);
    expect(verified.people.get(samplePeerId(1))?.pinnedAt).toBe(9);
  });

  it('make way for oneself', () => {
    const state = after(seen(1, 'bob'), { type: 'self-changed', name: 'Bob', status: 'hi' });
    expect(state.self).toEqual({ peerId: me.peerId, name: 'Bob', status: 'hi' });
    expect(labelOf(state, 1)).toBe('bob_1');
    expect(labelOf(reduce(state, { type: 'self-changed', name: 'me' }), 1)).toBe('bob');
  });

  it('are remembered, a thousand of them', () => {
    let state = start;
    for (let number = 1; number <= 1000; number++)
      state = reduce(state, {
        type: 'person-remembered',
        peerId: samplePeerId(2000 + number),
        claimedName: `person ${number}`,
        rooms: ['dev', 'ops'],
        pinnedAt: number,
      });
    expect(state.people.size).toBe(1000);
  });
});

describe('rooms', () => {
  it('are there as long as somebody is in them', () => {
    const state = after(seen(1, 'alice', { rooms: ['Dev'] }), seen(2, 'bob', { rooms: ['dev', 'DEV', 'ops'] }));
    expect(state.rooms.get('dev')).toEqual({ name: 'Dev', joined: false, members: [samplePeerId(1), samplePeerId(2)] });
    const joined = reduce(state, { type: 'own-room-joined', room: 'DEV' });
    expect(joined.rooms.get('dev')).toMatchObject({ name: 'DEV', joined: true });
    const alone = [seen(1, 'alice'), seen(2, 'bob')].reduce(reduce, joined);
    expect([...alone.rooms]).toEqual([['dev', { name: 'DEV', joined: true, members: [] }]]);
    const left = reduce(alone, { type: 'own-room-left', room: 'dev' });
    expect(left.rooms.size).toBe(0);
    expect(left.conversations.has('room:dev')).toBe(true);
  });
});
