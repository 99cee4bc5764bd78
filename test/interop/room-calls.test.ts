// Calls to a room: the request reaches the members, everybody hears everybody, the end of one is the end for all.
import '../../src/base/platform.ts';
import { expect, test, vi } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { ChatRoom, system } from './chat-room.ts';
import type { ClassicClient } from './classic-client.ts';

const BLOCK_SAMPLES = 1_600;

function request(caller: ClassicClient, room = 'lab'): void {
  caller.say({ type: 'call_request', mode: 'audio', udp_port: caller.udpPort, room });
}

/** What the classic client does by itself: its target is who asked. */
function accept(callee: ClassicClient, caller: string): void {
  callee.say({ type: 'call_accepted', to: caller, mode: 'audio', udp_port: callee.udpPort });
}

async function members(room: ChatRoom, ...names: string[]): Promise<ClassicClient[]> {
  const clients = await room.joinAll(...names);
  for (const client of clients) {
    client.say({ type: 'join_room', room: 'lab' });
    await client.heard();
  }
  return clients;
}

function block(value: number): Buffer {
  const bytes = Buffer.alloc(4 * BLOCK_SAMPLES);
  for (let at = 0; at < bytes.length; at += 4) bytes.writeFloatLE(value, at);
  return bytes;
}

/** Header and samples of what came. */
function heardBlock(datagram: Buffer): { header: unknown; samples: number; value: number } {
  const end = datagram.indexOf('|');
  const header: unknown = JSON.parse(datagram.toString('latin1', 0, end));
  const payload = datagram.subarray(end + 1);
  return { header, samples: payload.length / 4, value: payload.readFloatLE(0) };
}

async function call(room: ChatRoom): Promise<[ClassicClient, ClassicClient, ClassicClient]> {
  const [alice, bob, carol] = (await members(room, 'alice', 'bob', 'carol')) as [
    ClassicClient,
    ClassicClient,
    ClassicClient,
  ];
  request(alice);
  await alice.heard();
  for (const callee of [bob, carol]) {
    expect(await callee.heard()).toEqual([
      `{"type":"call_request","from":"alice","mode":"audio","udp_port":${alice.udpPort},"room":"lab"}`,
    ]);
    accept(callee, 'alice');
    await callee.heard();
  }
  // Once: the classic client begins to stream at each accept.
  expect(await alice.heard()).toEqual([
    `{"type":"call_accepted","from":"bob","to":"alice","mode":"audio","udp_port":${bob.udpPort}}`,
  ]);
  return [alice, bob, carol];
}

test('everybody hears all others, mixed into one stream of blocks', async () => {
  await using room = await ChatRoom.open();
  const [alice, bob, carol] = await call(room);
  const speak = systemClock.every(100, () => {
    alice.stream({ type: 'audio_stream', from: 'alice', room: 'lab' }, block(0.125));
    bob.stream({ type: 'audio_stream', from: 'bob', to: 'alice' }, block(0.25));
    carol.stream({ type: 'audio_stream', from: 'carol', to: 'alice' }, block(0.5));
  });
  try {
    for (const [listener, from, sum] of [
      [alice, 'bob', 0.75],
      [bob, 'alice', 0.625],
      [carol, 'alice', 0.375],
    ] as const)
      await vi.waitFor(async () => {
        expect(heardBlock(await listener.nextMedia())).toEqual({
          header: { type: 'audio_stream', from, to: listener.name },
          samples: BLOCK_SAMPLES,
          value: sum,
        });
      });
  } finally {
    speak.cancel();
  }
});

test('pictures go to all others, byte for byte', async () => {
  await using room = await ChatRoom.open();
  const [alice, bob, carol] = await call(room);
  const sent = bob.stream({ type: 'video_stream', from: 'bob', to: 'alice' }, Buffer.from('jpeg'));
  expect(await alice.nextMedia()).toEqual(sent);
  expect(await carol.nextMedia()).toEqual(sent);
});

test('of two, each hears the other byte for byte', async () => {
  await using room = await ChatRoom.open();
  const [alice, bob] = (await members(room, 'alice', 'bob')) as [ClassicClient, ClassicClient];
  request(alice);
  await alice.heard();
  accept(bob, 'alice');
  await bob.heard();
  const there = alice.stream({ type: 'audio_stream', from: 'alice', room: 'lab' }, block(0.3));
  expect(await bob.nextMedia()).toEqual(there);
  const back = bob.stream({ type: 'audio_stream', from: 'bob', to: 'alice' }, block(0.3));
  expect(await alice.nextMedia()).toEqual(back);
});

test('the end of one is the end for all', async () => {
  await using room = await ChatRoom.open();
  const [alice, bob, carol] = await call(room);
  await carol.heard();
  bob.say({ type: 'call_end', to: 'alice' });
  await bob.heard();
  // Its client knows the call by the room or by who accepted.
  expect(await alice.heard()).toEqual([
    '{"type":"call_end","from":"lab","to":"alice"}',
    '{"type":"call_end","from":"bob","to":"alice"}',
  ]);
  expect(await carol.heard()).toEqual(['{"type":"call_end","from":"alice","to":"carol"}']);
  expect(room.server.status().roomCalls).toBe(0);
});

test.each([{ room: 'lab' }, { to: 'lab' }, { to: 'bob' }])('the starter ends it by %o', async (target) => {
  await using room = await ChatRoom.open();
  const [alice, bob, carol] = await call(room);
  alice.say({ type: 'call_end', ...target });
  await alice.heard();
  for (const callee of [bob, carol])
    expect(await callee.heard()).toEqual([`{"type":"call_end","from":"alice","to":"${callee.name}"}`]);
});

test('who leaves is out of it; when the starter or the last but one leaves, it is over', async () => {
  await using room = await ChatRoom.open();
  const [alice, bob, carol] = await call(room);
  carol.tcp.destroy();
  await bob.until((line) => line.includes('active_list'));
  expect(room.server.status().roomCalls).toBe(1);
  bob.tcp.destroy();
  const lines = await alice.until((line) => line.includes('"from":"bob","to":"alice"'));
  expect(lines).toContain('{"type":"call_end","from":"lab","to":"alice"}');
  expect(room.server.status().roomCalls).toBe(0);
});

test('rejected by all is rejected; nobody there is said', async () => {
  await using room = await ChatRoom.open();
  const [alice, bob, carol] = (await members(room, 'alice', 'bob', 'carol')) as [
    ClassicClient,
    ClassicClient,
    ClassicClient,
  ];
  request(alice);
  await alice.heard();
  for (const callee of [bob, carol]) {
    callee.say({ type: 'call_rejected', to: 'alice', mode: 'audio', udp_port: callee.udpPort });
    await callee.heard();
  }
  expect(await alice.heard()).toEqual([
    '{"type":"call_rejected","from":"carol","to":"alice","mode":"audio","udp_port":0}',
  ]);
  request(alice, 'empty');
  expect(await alice.heard()).toEqual([
    system("Nobody else is in room 'empty'."),
    '{"type":"call_rejected","from":"empty","to":"alice","mode":"audio","udp_port":0}',
  ]);
  expect(room.server.status().roomCalls).toBe(0);
});

test('nobody answers: it is over when the client of the caller gives up', async () => {
  await using room = await ChatRoom.open({ limits: { callMs: 50 } });
  const [alice, bob] = (await members(room, 'alice', 'bob')) as [ClassicClient, ClassicClient];
  request(alice);
  expect(await bob.until((line) => line.includes('call_end'))).toEqual([
    `{"type":"call_request","from":"alice","mode":"audio","udp_port":${alice.udpPort},"room":"lab"}`,
    '{"type":"call_end","from":"alice","to":"bob"}',
  ]);
  expect(room.server.status().roomCalls).toBe(0);
});

test('who calls a room that is in a call takes part', async () => {
  await using room = await ChatRoom.open();
  const [alice, bob] = await call(room);
  const dave = await room.join('dave');
  request(dave);
  expect(await dave.heard()).toEqual([
    '{"type":"call_accepted","from":"alice","to":"dave","mode":"audio","udp_port":0}',
  ]);
  const sent = dave.stream({ type: 'video_stream', from: 'dave', room: 'lab' });
  expect(await alice.nextMedia()).toEqual(sent);
  expect(await bob.nextMedia()).toEqual(sent);
});

test('a namesake calls and is called under its own name', async () => {
  await using room = await ChatRoom.open();
  const [alice, bob, namesake] = await (async () => {
    const [first, second] = await room.joinAll('alice', 'bob');
    return [first, second, await room.join('bob')] as const;
  })();
  await alice.heard();
  await bob.heard();
  namesake.say({ type: 'call_request', mode: 'audio', udp_port: namesake.udpPort, to: 'alice' });
  await namesake.heard();
  expect(await alice.heard()).toEqual([
    `{"type":"call_request","from":"bob_1","mode":"audio","udp_port":${namesake.udpPort},"to":"alice"}`,
  ]);
  accept(alice, 'bob_1');
  await alice.heard();
  expect(await namesake.heard()).toEqual([
    `{"type":"call_accepted","from":"alice","to":"bob_1","mode":"audio","udp_port":${alice.udpPort}}`,
  ]);
  const voice = namesake.stream({ type: 'audio_stream', from: 'bob', to: 'alice' });
  alice.stream({ type: 'audio_stream', from: 'alice' });
  await vi.waitFor(() => expect(room.server.status().counters['media-packets-in']).toBe(2));
  namesake.stream({ type: 'audio_stream', from: 'bob', to: 'alice' });
  expect(await alice.nextMedia()).toEqual(voice);
  const answer = alice.stream({ type: 'audio_stream', from: 'alice', to: 'bob_1' });
  expect(await namesake.nextMedia()).toEqual(answer);
  expect(await bob.heard()).toEqual([]);
  expect(bob.media).toEqual([]);
});
