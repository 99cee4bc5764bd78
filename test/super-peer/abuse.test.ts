// What strangers may try: memory stays bounded, others don't notice, and the counters say what happened.
import '../../src/base/platform.ts';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import type { CounterName } from '../../src/super-peer/classic/counters.ts';
import { ChatRoom, system } from '../interop/chat-room.ts';
import type { ClassicClient } from '../interop/classic-client.ts';

const MIB = 2 ** 20;

function count(room: ChatRoom, name: CounterName): number {
  return room.server.status().counters[name];
}

/** Writes as fast as the server reads. */
async function pour(client: ClassicClient, bytes: Uint8Array | string, times = 1): Promise<void> {
  for (let index = 0; index < times; index++) if (!client.tcp.write(bytes)) await once(client.tcp, 'drain');
}

/** Both talk to each other as if nothing were the matter. */
async function expectChat(one: ClassicClient, other: ClassicClient): Promise<void> {
  one.say({ type: 'pm', to: other.name, msg: 'still there?' });
  await other.until((line) => line === `{"type":"pm","from":"${one.name}","msg":"still there?"}`);
}

describe('input', () => {
  it('a line of 1 GiB is skipped, takes no memory, and the connection lives on', async () => {
    await using room = await ChatRoom.open();
    const [alice, bob, flood] = await room.joinAll('alice', 'bob', 'flood');
    const before = process.memoryUsage().rss;
    const block = Buffer.alloc(MIB, 0x78);
    let highest = 0;
    for (let sent = 0; sent < 1_024; sent++) {
      await pour(flood, block);
      if (sent % 128 === 0) await expectChat(alice, bob);
      highest = Math.max(highest, process.memoryUsage().rss);
    }
    expect(highest - before).toBeLessThan(200 * MIB);
    flood.write('\n');
    expect(await flood.heard()).toEqual([]);
    expect(count(room, 'skipped-too-long')).toBe(1);
    expect(room.server.status().inputBytes).toBe(0);
  });

  it('a byte at a time is a line in the end', async () => {
    await using room = await ChatRoom.open();
    const [slow] = await room.joinAll('slow');
    for (const byte of Buffer.from('{"type":"pm","to":"slow","msg":"hi"}\n')) {
      slow.write(Uint8Array.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await slow.heard()).toEqual(['{"type":"pm","from":"slow","msg":"hi"}']);
  });

  it('more unfinished lines than there is memory for wait for each other and all arrive', async () => {
    // Room for one and a half of them.
    await using room = await ChatRoom.open({ limits: { inputBytes: 2.5 * MIB, lineBytes: MIB } });
    const [bob, ...senders] = await room.joinAll('bob', ...Array.from({ length: 8 }, (_, index) => `s${index}`));
    const msg = 'm'.repeat(900_000);
    for (const sender of senders) sender.write(`{"type":"pm","to":"bob","msg":"${msg}`);
    await vi.waitFor(() => expect(count(room, 'paused-input-memory')).toBeGreaterThan(0));
    expect(room.server.status().inputBytes).toBeLessThanOrEqual(2.5 * MIB);
    // A line that fits into what is free for everybody does not wait.
    const [alice] = await Promise.all([room.join('alice')]);
    await expectChat(alice, bob);
    for (const sender of senders) sender.write('"}\n');
    const from = new Set<string>();
    while (from.size < senders.length) {
      const [line] = (await bob.until((heard) => heard.startsWith('{"type":"pm"'))).slice(-1);
      from.add((JSON.parse(line!) as { from: string }).from);
      expect(line).toHaveLength(msg.length + '{"type":"pm","from":"s0","msg":""}'.length);
    }
    expect(room.server.status().inputBytes).toBe(0);
  });

  it('who keeps an unfinished line that others wait for loses it, and nothing else', async () => {
    await using room = await ChatRoom.open({ limits: { inputBytes: 1.5 * MIB, lineBytes: MIB, lineMs: 200 } });
    const [alice, bob, hoarder] = await room.joinAll('alice', 'bob', 'hoarder');
    hoarder.write('x'.repeat(MIB - 10));
    await vi.waitFor(() => expect(room.server.status().inputBytes).toBeGreaterThan(MIB / 2));
    alice.say({ type: 'pm', to: 'bob', msg: 'y'.repeat(900_000) });
    await bob.until((line) => line.includes('yyy'));
    expect(count(room, 'skipped-abandoned')).toBe(1);
    hoarder.write('x\n');
    expect(await hoarder.heard()).toEqual([]);
  });

  it('a flood of lines that are nothing is skipped and counted', async () => {
    await using room = await ChatRoom.open();
    const [alice, bob, flood] = await room.joinAll('alice', 'bob', 'flood');
    const flooding = pour(flood, Buffer.from(`${'['.repeat(900)}\n{"a":\n\xff\n\n`.repeat(200), 'latin1'), 50);
    await expectChat(alice, bob);
    await flooding;
    await flood.heard();
    expect(count(room, 'skipped-not-json')).toBe(2 * 200 * 50);
    expect(count(room, 'skipped-empty') + count(room, 'skipped-not-utf8')).toBe(2 * 200 * 50);
  });
});

describe('output', () => {
  const CHUNK = `{"type":"file_chunk","from":"alice","chunk":"${'QUJD'.repeat(683)}","to":"bob"}\n`;

  it('a file goes as fast as its receiver takes it, in order and whole, and nobody else waits', async () => {
    await using room = await ChatRoom.open();
    const [alice, bob, carol] = await room.joinAll('alice', 'bob', 'carol');
    bob.tcp.pause();
    const parts = 20_000;
    const sending = (async () => {
      for (let index = 0; index < parts; index++)
        await pour(alice, CHUNK.replace('QUJD', String(index).padStart(8, '0')));
    })();
    await vi.waitFor(() => expect(count(room, 'paused-slow-receiver')).toBeGreaterThan(0));
    const { outputBytes } = room.server.status();
    expect(outputBytes).toBeGreaterThan(0);
    expect(outputBytes).toBeLessThan(2 * MIB);
    await expectChat(carol, carol);
    bob.tcp.resume();
    await sending;
    await alice.heard();
    for (let index = 0; index < parts; index++)
      expect(await bob.next()).toContain(`"chunk":"${String(index).padStart(8, '0')}`);
    expect(room.server.status().outputBytes).toBe(0);
  });

  it('a receiver that takes nothing is dropped with a line in the log, and the sender goes on', async () => {
    await using room = await ChatRoom.open({ limits: { stuckMs: 300 } });
    const [alice, bob, carol] = await room.joinAll('alice', 'bob', 'carol');
    bob.tcp.pause();
    await pour(alice, CHUNK, 6_000);
    await carol.until((line) => line === system('bob left the chat.'));
    await expectChat(alice, carol);
    expect(count(room, 'closed-stuck')).toBe(1);
    expect(room.log).toEqual([expect.stringMatching(/ warn dropped.* name=bob reason=closed-stuck$/)]);
    expect(room.server.status().outputBytes).toBe(0);
  });

  it('broadcasts reach everybody although one is dead', async () => {
    await using room = await ChatRoom.open();
    const [alice, dead, bob] = await room.joinAll('alice', 'dead', 'bob');
    dead.tcp.pause();
    // More than its socket takes, but nobody has to wait.
    const msg = 'm'.repeat(100_000);
    for (let index = 0; index < 10; index++) {
      alice.say({ type: 'broadcast', msg: `${index}${msg}` });
      await bob.until((line) => line.includes(`"msg":"${index}m`));
    }
  });

  it('who asks and does not read the answers is not read', async () => {
    await using room = await ChatRoom.open();
    const [alice, bob, greedy] = await room.joinAll('alice', 'bob', 'greedy');
    greedy.tcp.pause();
    const asking = pour(greedy, '{"type":"list"}\n'.repeat(4_000), 30);
    await vi.waitFor(() => expect(count(room, 'paused-slow-receiver')).toBeGreaterThan(0));
    expect(room.server.status().outputBytes).toBeLessThan(2 * MIB);
    await expectChat(alice, bob);
    greedy.tcp.resume();
    await asking;
    await greedy.heard();
  });

  it('what waits for slow receivers is bounded all together: long lines wait for it', async () => {
    await using room = await ChatRoom.open({ limits: { outputBytes: 4 * MIB, heldBytes: 64 * MIB } });
    const [alice, bob, carol] = await room.joinAll('alice', 'bob', 'carol');
    bob.tcp.pause();
    const line = `{"type":"pm","to":"bob","msg":"${'m'.repeat(MIB)}"}\n`;
    const sending = pour(alice, line, 40);
    await vi.waitFor(() => expect(count(room, 'paused-output-memory')).toBeGreaterThan(0));
    expect(room.server.status().outputBytes).toBeLessThanOrEqual(5 * MIB);
    await expectChat(carol, carol);
    bob.tcp.resume();
    await sending;
    await alice.heard();
  });
});

describe('crowds', () => {
  it('a thousand names of one address all get in, and their lists are merged', async () => {
    await using room = await ChatRoom.open();
    const all = await Promise.all(Array.from({ length: 1_000 }, () => room.connect('bob')));
    for (const client of all) client.say({ type: 'join' });
    for (const client of all) expect(await client.next()).toMatch(/"Welcome bob/);
    const everybody = (line: string): boolean =>
      line.startsWith('{"type":"active_list"') && (JSON.parse(line) as { users: string[] }).users.length === 1_000;
    for (const client of all) await client.until(everybody);
    expect(count(room, 'lists-merged')).toBeGreaterThan(500);
    expect(count(room, 'bytes-out')).toBeLessThan(150 * MIB); // with all notices
    expect(new Set(room.server.hub.guests).size).toBe(1_000);
  });

  it('beyond the limit people are told, and may come when there is room', async () => {
    await using room = await ChatRoom.open({ limits: { connections: 2 } });
    const [, bob] = await room.joinAll('alice', 'bob');
    const carol = await room.connect('carol');
    expect(await carol.rest()).toEqual([system('The server is full.')]);
    expect(count(room, 'closed-full')).toBe(1);
    bob.tcp.destroy();
    await vi.waitFor(() => expect(room.server.status().connections).toBe(1));
    await room.join('dave');
  });

  it('10,000 rooms are a few megabytes, and one more is too many', async () => {
    await using room = await ChatRoom.open();
    const [alice] = await room.joinAll('alice');
    for (let index = 0; index < 10_000; index++) alice.say({ type: 'join_room', room: `room ${index}` });
    await alice.heard();
    expect(room.server.status().rooms).toBe(10_000);
    alice.say({ type: 'join_room', room: 'one more' });
    expect(await alice.heard()).toEqual([system('You are in too many rooms.')]);
    expect(count(room, 'skipped-room-limit')).toBe(1);
    const [bob] = await Promise.all([room.join('bob')]);
    bob.say({ type: 'join_room', room: 'r'.repeat(2 * MIB) });
    expect(await bob.heard()).toEqual([system('You are in too many rooms.')]);
    for (let index = 0; index < 20_000; index++) bob.say({ type: 'create_room', room: index });
    await bob.heard();
    alice.tcp.destroy();
    await vi.waitFor(() => expect(room.server.status().rooms).toBe(0));
  });

  it('long names are cut, so that lists stay small', async () => {
    await using room = await ChatRoom.open({ limits: { listBytes: 3_000 } });
    const length = async (name: string): Promise<number> => {
      const client = await room.join(name);
      return room.server.hub.guests.at(-1)!.length + 0 * client.udpPort;
    };
    expect(await length('a'.repeat(2_000_000))).toBe(1_024);
    expect(await length('b'.repeat(1_024))).toBe(1_024);
    expect(await length('c'.repeat(1_024))).toBe(64);
  });

  it('who never joins is let go, and who has joined may be silent', async () => {
    await using room = await ChatRoom.open({ limits: { joinMs: 300 } });
    const [alice] = await room.joinAll('alice');
    const nobody = await room.connect('nobody');
    nobody.write('{"type":"jo');
    expect(await nobody.rest()).toEqual([]);
    expect(count(room, 'closed-never-joined')).toBe(1);
    expect(await alice.heard()).toEqual([]);
  });

  it('half-open connections don’t stay', async () => {
    await using room = await ChatRoom.open({ limits: { lingerMs: 100 } });
    const half = await room.join('half');
    half.tcp.end();
    await half.rest();
    await vi.waitFor(() => expect(room.server.status().connections).toBe(0));
  });
});

describe('datagrams', () => {
  it('a storm of them leaves texts alone, and is counted', async () => {
    await using room = await ChatRoom.open();
    const [alice, bob] = await room.joinAll('alice', 'bob');
    const storm = createSocket('udp4');
    storm.bind(0, '127.0.0.1');
    await once(storm, 'listening');
    const payload = Buffer.alloc(1_000, 0x7c);
    const weather = new AbortController();
    const calm = weather.signal;
    const raged = (async () => {
      for (let index = 0; !calm.aborted; index++) {
        const header = `{"type":"audio_stream","from":"nobody${index}","to":"bob"}`;
        storm.send([header, payload], room.udpPort, '127.0.0.1');
        if (index % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    for (let index = 0; index < 50; index++) {
      await expectChat(alice, bob);
      await pause(5);
    }
    await vi.waitFor(() => expect(count(room, 'media-unknown-sender')).toBeGreaterThan(5_000));
    weather.abort();
    await raged;
    storm.close();
    expect(bob.media).toEqual([]);
    expect(count(room, 'media-packets-out')).toBe(0);
  });

  it('sending to a port where nobody listens harms nobody', async () => {
    await using room = await ChatRoom.open();
    const [alice, bob] = await room.joinAll('alice', 'bob');
    bob.say({ type: 'stream_init', udp_port: 1 });
    await bob.heard();
    for (let index = 0; index < 200; index++) alice.stream({ type: 'audio_stream', from: 'alice', to: 'bob' });
    await vi.waitFor(() => expect(count(room, 'media-packets-out')).toBeGreaterThan(100));
    await expectChat(alice, bob);
  });
});
