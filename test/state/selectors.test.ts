// The questions front ends ask.
import '../../src/base/platform.ts';
import { describe, expect, it } from 'vitest';
import { initialState } from '../../src/state/initial.ts';
import { reduce } from '../../src/state/reducer.ts';
import {
  allPeople,
  allRooms,
  conversationOf,
  findPerson,
  findRoom,
  joinedRooms,
  nameOf,
  onlinePeople,
  roomMembers,
} from '../../src/state/selectors.ts';
import type { NodeEvent } from '../../src/state/events.ts';
import { me, message, seen } from './sample-events.ts';
import { samplePeerId } from './sample-people.ts';

const events: NodeEvent[] = [
  seen(3, 'bob', { rooms: ['dev'] }),
  seen(1, 'bob', { rooms: ['dev', 'ops'] }),
  seen(2, 'Alice', { rooms: ['Dev'] }),
  { type: 'person-gone', peerId: samplePeerId(2), reason: 'lost' },
  { type: 'own-room-joined', room: 'DEV' },
];
const state = events.reduce(reduce, initialState(me, { closedNetwork: false }));
const names = (people: readonly { name: string }[]): string[] => people.map(({ name }) => name);

describe('selectors', () => {
  it('find people by label, look or id', () => {
    expect(findPerson(state, 'bob')?.peerId).toBe(samplePeerId(1));
    expect(findPerson(state, 'bob_1')?.peerId).toBe(samplePeerId(3));
    expect(findPerson(state, ' BOB ')?.peerId).toBe(samplePeerId(1));
    expect(findPerson(state, 'alice')?.peerId).toBe(samplePeerId(2));
    expect(findPerson(state, samplePeerId(3))?.name).toBe('bob_1');
    expect(findPerson(state, 'carol')).toBeUndefined();
    expect(findPerson(state, 'me')).toBeUndefined();
  });

  it('list people by name', () => {
    expect(names(allPeople(state))).toEqual(['Alice', 'bob', 'bob_1']);
    expect(names(onlinePeople(state))).toEqual(['bob', 'bob_1']);
    expect(names(roomMembers(state, 'dev'))).toEqual(['Alice', 'bob', 'bob_1']);
    expect(names(roomMembers(state, 'ops'))).toEqual(['bob']);
    expect(roomMembers(state, 'none')).toEqual([]);
  });

  it('find rooms and conversations in any case', () => {
    expect(findRoom(state, 'dEv')?.name).toBe('DEV');
    expect(names(allRooms(state))).toEqual(['DEV', 'ops']);
    expect(names(joinedRooms(state))).toEqual(['DEV']);
    expect(conversationOf(state, { kind: 'room', room: 'dev' })?.key).toBe('room:dev');
    expect(conversationOf(state, { kind: 'person', peerId: samplePeerId(1) })).toBeUndefined();
  });

  it('name everybody', () => {
    expect(nameOf(state, me.peerId)).toBe('me');
    expect(nameOf(state, samplePeerId(3))).toBe('bob_1');
    expect(nameOf(state, samplePeerId(99))).toBe(`…${samplePeerId(99).slice(-8)}`);
  });

  it('give the same lists until something changes in them', () => {
    const next = reduce(state, { type: 'message-added', message: message('m') });
    expect(next).not.toBe(state);
    expect(onlinePeople(next)).toBe(onlinePeople(state));
    expect(roomMembers(next, 'dev')).toBe(roomMembers(state, 'DEV'));
    expect(joinedRooms(next)).toBe(joinedRooms(state));
    const away = reduce(state, { type: 'person-gone', peerId: samplePeerId(1), reason: 'lost' });
    expect(names(onlinePeople(away))).toEqual(['bob_1']);
    expect(roomMembers(away, 'dev').map(({ online }) => online)).toEqual([false, false, true]);
  });
});
