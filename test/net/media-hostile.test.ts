// Whatever comes to the port of media: nothing of it changes more than counters.

import '../../src/base/platform.ts';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { isMediaCheck } from '../../src/wire/media/media-check.ts';
import { MediaCall, packetOf, reportOf } from '../support/media-contract.ts';
import { startMediaNode, udpMediaWorld, type UdpMediaWorld } from '../support/udp-media-world.ts';

const HOST = '127.0.0.1';

describe('strangers and liars at the port of media', () => {
  const cleanups: (() => Promise<void> | void)[] = [];

  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  async function call(): Promise<{ call: MediaCall; world: UdpMediaWorld; genuine: Buffer[] }> {
    const world = await udpMediaWorld();
    cleanups.push(async () => world[Symbol.asyncDispose]());
    const genuine: Buffer[] = [];
    world.relay.change = (bytes, to) => {
      if (to === 1) genuine.push(Buffer.from(bytes));
      return [bytes];
    };
    const begun = MediaCall.begin(world);
    await begun.onUdp();
    return { call: begun, world, genuine };
  }

  async function stranger(): Promise<{ socket: Socket; heard: Buffer[] }> {
    const socket = createSocket('udp4');
    socket.bind(0, HOST);
    await once(socket, 'listening');
    cleanups.push(() => void socket.close());
    const heard: Buffer[] = [];
    socket.on('message', (bytes) => heard.push(bytes));
    return { socket, heard };
  }

  /** What was sent before it has been handled: datagrams on the loopback keep their order. */
  async function arrives(one: MediaCall, text: string): Promise<void> {
    await one.gets(one.alice, one.bob, text);
  }

  it('garbage, and genuine packets cut, lengthened and with flipped bits', async () => {
    const { call: one, world, genuine } = await call();
    one.alice.session.send('audio', packetOf('a packet that is genuine'));
    one.alice.session.sendControl(reportOf(one.alice.session.ssrcOf('audio')));
    await one.until('the genuine ones', () => one.bob.heard.length === 1 && one.bob.controls.length === 1);
    const samples = genuine.slice();
    expect(samples.some(isMediaCheck)).toBe(true);
    const { socket, heard } = await stranger();
    const sent: Uint8Array[] = [];
    const sample = fc.nat().map((index) => Buffer.from(samples[index % samples.length]!));
    const datagram = fc.oneof(
      fc.uint8Array({ maxLength: 1_500 }),
      fc.tuple(sample, fc.nat()).map(([bytes, cut]) => bytes.subarray(0, cut % bytes.length)),
      fc.tuple(sample, fc.uint8Array({ minLength: 1, maxLength: 20 })).map((parts) => Buffer.concat(parts)),
      fc.tuple(sample, fc.nat(), fc.nat(7)).map(([bytes, at, bit]) => {
        bytes[at % bytes.length]! ^= 1 << bit;
        return bytes;
      }),
    );
    fc.assert(
      fc.property(datagram, fc.boolean(), (bytes, fromStranger) => {
        sent.push(bytes);
        if (fromStranger) socket.send(bytes, world.bob.transport.port, HOST);
        else world.relay.send(bytes, 1);
      }),
      { numRuns: 1_500 },
    );
    await arrives(one, 'still here');
    const { counters } = one.bob.session;
    expect(counters.forged).toBeGreaterThan(100);
    expect(world.bob.transport.drops['unknown-ssrc']).toBeGreaterThan(0);
    expect(world.bob.transport.drops.malformed).toBeGreaterThan(100);
    expect(one.bob.texts.filter((text) => !text.startsWith('still here'))).toEqual(['a packet that is genuine']);
    expect(one.bob.controls).toHaveLength(1);
    expect(heard).toEqual([]);
    expect(one.bob.ways).toEqual(['udp']);
  });

  it('packets twice, later, and in another order are each taken once', async () => {
    const { call: one, world } = await call();
    const held: Buffer[] = [];
    world.relay.change = (bytes, to) => {
      if (to === 0 || isMediaCheck(bytes)) return [bytes];
      held.push(Buffer.from(bytes));
      if (held.length < 8) return [];
      const all = held.splice(0).reverse();
      return [...all, ...all];
    };
    const texts = Array.from({ length: 80 }, (_, number) => `packet ${number}`);
    for (const text of texts) one.alice.session.send('audio', packetOf(text));
    await one.until('all', () => one.bob.heard.length >= 80 && one.bob.session.counters.replayed >= 80);
    expect([...one.bob.texts].sort()).toEqual([...texts].sort());
    expect(one.bob.session.counters).toMatchObject({ packetsReceived: 80, replayed: 80, forged: 0 });
  });

  it('checks that somebody overheard, from elsewhere, are not answered and lead nothing there', async () => {
    const { call: one, world, genuine } = await call();
    await one.until('some checks', () => genuine.filter(isMediaCheck).length >= 3);
    const { socket, heard } = await stranger();
    for (const bytes of genuine.filter(isMediaCheck)) {
      socket.send(bytes, world.bob.transport.port, HOST);
      socket.send(bytes, world.alice.transport.port, HOST);
    }
    const { counters } = one.bob.session;
    await one.until('the replays', () => counters.replayed >= 3);
    await arrives(one, 'after it');
    await one.gets(one.bob, one.alice, 'and back');
    expect(heard).toEqual([]);
  });

  it('100,000 datagrams of strangers: the call goes on, nothing is answered, nothing grows', async () => {
    const { call: one, world } = await call();
    const { socket, heard } = await stranger();
    const rtp = Buffer.alloc(200, 7);
    rtp[0] = 0x80;
    rtp[1] = 111;
    const before = process.memoryUsage().arrayBuffers;
    let sent = 0;
    let lost = 0;
    const { drops } = world.bob.transport;
    for (let round = 0; round < 1_000; round++) {
      for (let number = 0; number < 100; number++) {
        rtp.writeUInt32BE(sent++, 8);
        socket.send(Buffer.from(rtp), world.bob.transport.port, HOST);
      }
      if (round % 10 === 0 && one.alice.session.send('audio', packetOf(`sound ${round}`)) === undefined) lost++;
      // This process is both sides: whoever sends faster than it reads would only fill the system's buffer.
      for (let turn = 0; turn < 50 && drops['unknown-ssrc'] < sent; turn++)
        await new Promise((resolve) => setImmediate(resolve));
    }
    expect(drops['unknown-ssrc']).toBeGreaterThan(80_000);
    await arrives(one, 'after the flood');
    expect(one.bob.texts.filter((text) => text.startsWith('sound')).length).toBeGreaterThan(80);
    expect(lost).toBe(0);
    expect(heard).toEqual([]);
    expect(one.bob.ways).toEqual(['udp']);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
  }, 60_000);

  it('a peer that sends ten times too much is cut', async () => {
    const { call: one, world } = await call();
    let sent = 0;
    const startMs = one.world.nowMs();
    await one.until('the cut', () => {
      for (let number = 0; number < 200; number++, sent++) one.alice.session.send('audio', packetOf('more'));
      return world.bob.transport.drops['too-many'] > 500;
    });
    const seconds = (one.world.nowMs() - startMs) / 1_000;
    expect(one.bob.heard.length).toBeLessThan(2_100 + seconds * 2_000);
    // It recovers as soon as the other one is reasonable.
    await arrives(one, 'quietly');
  });

  it('forged packets from unknown addresses do not use up what the call may send', async () => {
    const { call: one, world, genuine } = await call();
    one.alice.session.send('audio', packetOf('first'));
    await one.until('the first', () => one.bob.heard.length === 1);
    const forged = Buffer.from(genuine.find((bytes) => !isMediaCheck(bytes))!);
    forged[20]! ^= 1;
    const { socket } = await stranger();
    for (let number = 0; number < 3_000; number++) {
      socket.send(forged, world.bob.transport.port, HOST);
      if (number % 100 === 0) await one.world.pass(1);
    }
    await one.until('the cut', () => world.bob.transport.drops['too-many'] > 1_000);
    for (let number = 0; number < 50; number++) one.alice.session.send('audio', packetOf('sound'));
    await one.until('the sound', () => one.bob.texts.filter((text) => text === 'sound').length === 50);
  });

  it('what a peer says about its media is checked', async () => {
    const world = await udpMediaWorld();
    cleanups.push(async () => world[Symbol.asyncDispose]());
    const one = new MediaCall(world);
    const { ofBob } = one;
    for (const bad of [{ key: new Uint8Array(15) }, { salt: new Uint8Array(13) }, { videoSsrc: ofBob.audioSsrc }])
      expect(() => one.halves[0].connect({ ...ofBob, ...bad }, true, one.alice)).toThrow(/can not be used/);
    one.connectAlice();
  });
});

describe('the sockets of media', () => {
  it('a port that was given and is taken is an error, a wished one is not', async () => {
    await using first = await started({ given: 0, wanted: () => 0 });
    const taken = first.node.transport.port;
    await expect(startMediaNode({ given: taken, wanted: () => 0 })).rejects.toMatchObject({
      code: 'port-in-use',
      message: `Port ${taken} can't be used: another program uses it. Choose another one with --udp-port.`,
    });
    await using second = await started({ wanted: () => taken });
    expect(second.node.transport.port).not.toBe(taken);
    expect(second.node.transport.port).toBeGreaterThan(0);
  });

  it('has IPv4 and IPv6 on one number', async () => {
    await using one = await started({ wanted: () => 0 });
    const { port } = one.node.transport;
    for (const [type, host] of [
      ['udp4', '127.0.0.1'],
      ['udp6', '::1'],
    ] as const) {
      const socket = createSocket(type);
      const before = one.node.transport.drops.malformed;
      const timer = setInterval(() => socket.send('hello', port, host), 10);
      while (one.node.transport.drops.malformed === before) await new Promise((resolve) => setTimeout(resolve, 5));
      clearInterval(timer);
      socket.close();
    }
  });

  it('one that dies is opened again on the same port', async () => {
    await using world = await udpMediaWorld();
    const one = MediaCall.begin(world);
    await one.onUdp();
    const { port } = world.bob.transport;
    const sockets = socketsOn(port);
    expect(sockets.length).toBeGreaterThan(0);
    for (const socket of sockets) socket.emit('error', new Error('the address is gone'));
    await one.until('another socket', () => socketsOn(port).some((socket) => !sockets.includes(socket)));
    expect(world.bob.transport.port).toBe(port);
    await one.onUdp();
    await one.gets(one.alice, one.bob, 'again');
  });

  it('leaves nothing behind', async () => {
    const world = await udpMediaWorld();
    const one = MediaCall.begin(world);
    await one.onUdp();
    const { port } = world.alice.transport;
    await world[Symbol.asyncDispose]();
    expect(socketsOn(port)).toEqual([]);
    expect(Buffer.from(one.halves[0].description.key).equals(Buffer.alloc(16))).toBe(true);
    expect(() => world.alice.transport.prepare('bob')).toThrow(/only while the node runs/);
  });
});

async function started(
  port: Parameters<typeof startMediaNode>[0],
): Promise<{ node: Awaited<ReturnType<typeof startMediaNode>> } & AsyncDisposable> {
  const node = await startMediaNode(port);
  return {
    node,
    [Symbol.asyncDispose]: async () => {
      await node.transport.stop();
      await node.links.stop();
    },
  };
}

function socketsOn(port: number): Socket[] {
  const { _getActiveHandles: handles } = process as unknown as { _getActiveHandles: () => unknown[] };
  return handles.call(process).filter((handle): handle is Socket => isSocket(handle) && portOf(handle) === port);
}

/** Undefined when it is closed. */
function portOf(socket: Socket): number | undefined {
  try {
    return socket.address().port;
  } catch {
    return undefined;
  }
}

function isSocket(handle: unknown): handle is Socket {
  return handle instanceof Object && handle.constructor.name === 'Socket' && 'addMembership' in handle;
}
