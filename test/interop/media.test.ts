// Sound and picture by UDP: who is registered how, what is relayed to whom, and what is not.
import '../../src/base/platform.ts';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { vi } from 'vitest';
import type { CounterName } from '../../src/super-peer/classic/counters.ts';
import { ChatRoom, system } from './chat-room.ts';
import type { ClassicClient } from './classic-client.ts';

/** A stream to nobody: its only effect is that the server knows where this client takes media. */
async function register(room: ChatRoom, ...clients: ClassicClient[]): Promise<void> {
  for (const client of clients)
    await counted(room, 'media-packets-in', () => client.stream({ type: 'audio_stream', from: client.name }));
}

/** Waits until this counter has gone up. */
async function counted(room: ChatRoom, name: CounterName, act: () => void): Promise<void> {
  const count = (): number => room.server.status().counters[name];
  const before = count();
  act();
  await vi.waitFor(() => expect(count()).toBeGreaterThan(before));
}

describe('relaying', () => {
  it('is byte for byte, to a person, to oneself, and to a room but oneself', async () => {
    await using room = await ChatRoom.open();
    const [alice, bob, carol] = await room.joinAll('alice', 'bob', 'carol');
    await register(room, alice, bob, carol);
    const payload = Buffer.from([0, 1, 2, 0x7c, 0xff, 0x0a]);
    const sent = alice.stream({ type: 'video_stream', from: 'alice', to: 'bob', extra: ['x'] }, payload);
    expect(await bob.nextMedia()).toEqual(sent);
    expect(await nextFromOwnPort(room, alice, bob)).toBe(room.udpPort);
    const own = alice.stream({ type: 'audio_stream', from: 'alice', to: 'alice' }, payload);
    expect(await alice.nextMedia()).toEqual(own);
    for (const client of [alice, bob, carol]) {
      client.say({ type: 'join_room', room: 'lab' });
      await client.heard();
    }
    const toRoom = alice.stream({ type: 'audio_stream', from: 'alice', room: 'lab' }, payload);
    expect(await bob.nextMedia()).toEqual(toRoom);
    expect(await carol.nextMedia()).toEqual(toRoom);
    // A truthy `to` wins over `room`.
    alice.stream({ type: 'audio_stream', from: 'alice', to: 'carol', room: 'lab' }, payload);
    await carol.nextMedia();
    expect([alice.media, bob.media]).toEqual([[], []]);
  });

  it('takes datagrams of 65,000 bytes, and empty ones', async () => {
    await using room = await ChatRoom.open();
    const [alice, bob] = await room.joinAll('alice', 'bob');
    await register(room, alice, bob);
    for (const length of [65_000, 0]) {
      const sent = alice.stream({ type: 'video_stream', from: 'alice', to: 'bob' }, Buffer.alloc(length, 7));
      expect((await bob.nextMedia()).equals(sent)).toBe(true);
    }
  });

  it('drops what is no media, and registers nobody by it', async () => {
    await using room = await ChatRoom.open();
    const [alice, bob] = await room.joinAll('alice', 'bob');
    await register(room, bob);
    const junk: (string | Uint8Array)[] = [
      'no separator',
      '|',
      '{"type":"audio_stream","from":"alice","to":"bob"',
      '{"type":"other","from":"alice","to":"bob"}|x',
      '{"type":"audio_stream","from":"","to":"bob"}|x',
      '{"type":"audio_stream","to":"bob"}|x',
      '["audio_stream"]|x',
      'not json|x',
      '{"type":"audio_stream","from":["alice"],"to":"bob"}|x',
      Buffer.from([0xff, 0xfe, 0x7c, 0x00]),
      `${'['.repeat(2_000)}|`,
    ];
    for (const bytes of junk)
      await counted(room, 'media-packets-in', () => alice.udp.send(bytes, room.udpPort, '127.0.0.1'));
    await counted(room, 'media-no-target', () => bob.stream({ type: 'audio_stream', from: 'bob', to: 'alice' }));
    await counted(room, 'media-no-target', () => bob.stream({ type: 'audio_stream', from: 'bob', to: 'nobody' }));
    expect([alice.media, bob.media]).toEqual([[], []]);
  });

  it('stream_init says where media goes, and later packets from elsewhere do not move it', async () => {
    await using room = await ChatRoom.open();
    const [alice, bob] = await room.joinAll('alice', 'bob');
    await register(room, alice, bob);
    const other = createSocket('udp4');
    other.bind(0, '127.0.0.1');
    await once(other, 'listening');
    bob.say({ type: 'stream_init', udp_port: other.address().port });
    expect(await bob.heard()).toEqual([system('UDP address registered.')]);
    await register(room, bob);
    const sent = alice.stream({ type: 'audio_stream', from: 'alice', to: 'bob' });
    const [datagram] = (await once(other, 'message')) as [Buffer];
    expect(datagram).toEqual(sent);
    expect(bob.media).toEqual([]);
    other.close();
  });

  it('ends with the connection', async () => {
    await using room = await ChatRoom.open();
    const [alice, bob] = await room.joinAll('alice', 'bob');
    await register(room, alice, bob);
    bob.tcp.destroy();
    await alice.until((line) => line.includes('bob left'));
    await counted(room, 'media-no-target', () => alice.stream({ type: 'audio_stream', from: 'alice', to: 'bob' }));
    await counted(room, 'media-unknown-sender', () => bob.stream({ type: 'audio_stream', from: 'bob', to: 'alice' }));
    expect(alice.media).toEqual([]);
  });
});

describe('who speaks', () => {
  it('names that never joined are not relayed, and not registered', async () => {
    await using room = await ChatRoom.open();
    const [alice, bob] = await room.joinAll('alice', 'bob');
    await register(room, bob);
    await counted(room, 'media-unknown-sender', () => alice.stream({ type: 'audio_stream', from: 'dave', to: 'bob' }));
    expect(bob.media).toEqual([]);
  });

  it('a name is only taken from the address of its connection', async () => {
    await using room = await ChatRoom.open();
    const [alice, bob] = await room.joinAll('alice', 'bob');
    const carol = await room.join('carol', '127.0.0.2');
    await register(room, alice, bob, carol);
    await counted(room, 'media-wrong-address', () => carol.stream({ type: 'audio_stream', from: 'alice', to: 'bob' }));
    // Also not by whoever has a name of their own behind the same address.
    await counted(room, 'media-wrong-address', () => bob.stream({ type: 'audio_stream', from: 'alice', to: 'carol' }));
    expect([alice.media, bob.media, carol.media]).toEqual([[], [], []]);
  });

  it('namesakes on two machines each get their own', async () => {
    await using room = await ChatRoom.open();
    const [alice, bob] = await room.joinAll('alice', 'bob');
    const namesake = await room.join('bob', '127.0.0.2');
    await register(room, alice, bob, namesake);
    const first = alice.stream({ type: 'audio_stream', from: 'alice', to: 'bob_1' });
    expect(await namesake.nextMedia()).toEqual(first);
    const second = alice.stream({ type: 'audio_stream', from: 'alice', to: 'bob' });
    expect(await bob.nextMedia()).toEqual(second);
    // Both call themselves bob.
    const sent = namesake.stream({ type: 'audio_stream', from: 'bob', to: 'bob' });
    expect(await bob.nextMedia()).toEqual(sent);
  });

  it('namesakes behind one address are told apart by the port that their call messages say', async () => {
    await using room = await ChatRoom.open();
    const [alice, bob] = await room.joinAll('alice', 'bob');
    const namesake = await room.join('bob');
    await register(room, alice);
    await counted(room, 'media-ambiguous-sender', () =>
      namesake.stream({ type: 'audio_stream', from: 'bob', to: 'alice' }),
    );
    namesake.say({ type: 'call_request', mode: 'audio', udp_port: namesake.udpPort, to: 'alice' });
    await namesake.heard();
    const sent = namesake.stream({ type: 'audio_stream', from: 'bob', to: 'alice' });
    expect(await alice.nextMedia()).toEqual(sent);
    // Now exactly one of them is without a port.
    await register(room, bob);
    const toNamesake = alice.stream({ type: 'audio_stream', from: 'alice', to: 'bob_1' });
    expect(await namesake.nextMedia()).toEqual(toNamesake);
    const toBob = alice.stream({ type: 'audio_stream', from: 'alice', to: 'bob' });
    expect(await bob.nextMedia()).toEqual(toBob);
  });

  it('a call port that is not where packets come from (NAT) does no harm', async () => {
    await using room = await ChatRoom.open();
    const [alice, bob] = await room.joinAll('alice', 'bob');
    bob.say({ type: 'call_request', mode: 'audio', udp_port: 1, to: 'alice' });
    await bob.heard();
    await register(room, alice, bob);
    const sent = alice.stream({ type: 'audio_stream', from: 'alice', to: 'bob' });
    expect(await bob.nextMedia()).toEqual(sent);
  });
});

/** The source port of what arrives. */
async function nextFromOwnPort(room: ChatRoom, from: ClassicClient, to: ClassicClient): Promise<number> {
  const arrived = once(to.udp, 'message') as Promise<[Buffer, { port: number }]>;
  await counted(room, 'media-packets-out', () => from.stream({ type: 'audio_stream', from: from.name, to: to.name }));
  const [, { port }] = await arrived;
  to.media.length = 0;
  return port;
}
