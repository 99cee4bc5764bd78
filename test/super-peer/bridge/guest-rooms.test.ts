// A super-peer is in the rooms of its guests: for as long as they are, and a little longer.

import '../../../src/base/platform.ts';
import { expect, test } from 'vitest';
import { silentLog } from '../../../src/base/log.ts';
import type { Conversation } from '../../../src/services/conversations.ts';
import { GuestRooms } from '../../../src/super-peer/bridge/guest-rooms.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

interface World {
  readonly clock: VirtualClock;
  readonly rooms: GuestRooms;
  /** What the node did: `join lab`. */
  readonly done: string[];
  readonly open: Set<string>;
  readonly drops: string[];
}

function world(...own: string[]): World {
  const clock = new VirtualClock();
  const open = new Set(own);
  const done: string[] = [];
  const drops: string[] = [];
  const rooms = new GuestRooms({
    clock,
    log: silentLog,
    rooms: {
      has: (name) => open.has(name),
      get open() {
        return [...open];
      },
      join: async (name) => {
        await Promise.resolve();
        done.push(`join ${name}`);
        open.add(name);
      },
      leave: async (name) => {
        await Promise.resolve();
        done.push(`leave ${name}`);
        open.delete(name);
      },
      ready: () => undefined,
    },
    conversations: { roomOf: (name) => (open.has(name) ? ({ hexId: name } as unknown as Conversation) : undefined) },
    changed: () => undefined,
    countDrop: (reason) => drops.push(reason),
  });
  return { clock, rooms, done, open, drops };
}

test('joined with the first guest, left half a minute after the last', async () => {
  const { clock, rooms, done } = world();
  rooms.join('gus', 'lab');
  rooms.join('kim', 'lab');
  rooms.join('kim', 'Lab');
  await clock.advance(1);
  expect(done).toEqual(['join lab']);
  expect(rooms.roomsOf('kim')).toEqual(['lab']);
  expect(rooms.writtenAs('LAB')).toEqual(['lab', 'Lab']);
  rooms.leaveAll('kim');
  expect(rooms.writtenAs('lab')).toEqual(['lab']);
  rooms.leave('gus', 'lab');
  await clock.advance(29_000);
  expect(done).toEqual(['join lab']);
  await clock.advance(2_000);
  expect(done).toEqual(['join lab', 'leave lab']);
  expect(await rooms.conversationOf('lab')).toBeUndefined();
});

test('a guest that comes back in time finds it as it was; one that comes while it is left waits', async () => {
  const { clock, rooms, done } = world();
  rooms.join('gus', 'lab');
  rooms.leaveAll('gus');
  await clock.advance(20_000);
  rooms.join('gus', 'lab');
  await clock.advance(60_000);
  expect(done).toEqual(['join lab']);
  rooms.leaveAll('gus');
  await clock.advance(30_000);
  rooms.join('gus', 'lab');
  await clock.advance(1);
  expect(done).toEqual(['join lab', 'leave lab', 'join lab']);
  expect((await rooms.conversationOf('lab'))?.hexId).toBe('lab');
});

test('a room in which the node is anyway is not left with the guests', async () => {
  const { clock, rooms, done } = world('lab');
  rooms.join('gus', 'lab');
  rooms.leaveAll('gus');
  await clock.advance(60_000);
  await rooms.stop();
  expect(done).toEqual([]);
});

test('rooms of an earlier run are left when no guest comes back', async () => {
  const { clock, rooms, done } = world('lab', 'kitchen');
  rooms.adopt(['lab', 'kitchen']);
  rooms.join('gus', 'kitchen');
  await clock.advance(60_000);
  expect(done).toEqual(['leave lab']);
  await rooms.stop();
  expect(done).toEqual(['leave lab', 'leave kitchen']);
});

test('no more rooms than a node can be in; those over it stay among the guests', async () => {
  const { clock, rooms, done, drops } = world();
  for (let number = 0; number < 1_000; number++) rooms.join('gus', `room ${number}`);
  await clock.advance(1);
  expect(done).toHaveLength(56);
  expect(drops).toHaveLength(944);
  expect(await rooms.conversationOf('room 999')).toBeUndefined();
  expect(rooms.roomsOf('gus')).toHaveLength(56);
});

test('rooms that peers could not make stay among the guests', async () => {
  const { clock, rooms, done } = world();
  for (const room of [1n, null, true, '', 'x'.repeat(100), '\u0000', 'everyone']) rooms.join('gus', room);
  await clock.advance(1);
  expect(done).toEqual([]);
  expect(rooms.roomsOf('gus')).toEqual([]);
});
