// Discovery with real sockets on the loopback, on ports of its own.

import '../../src/base/platform.ts';
import { createSocket, type Socket } from 'node:dgram';
import { hostname } from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { peerIdOfKey } from '../../src/base/peer-id.ts';
import { systemRandom } from '../../src/base/random.ts';
import type { Announcement, DiscoveryEvent, DiscoveryHint } from '../../src/contracts/discovery.ts';
import { LanDiscovery, type LanDiscoveryParts } from '../../src/net/discovery.ts';
import type { InterfaceTable } from '../../src/net/interfaces.ts';
import { encodeBeacon } from '../../src/wire/beacon.ts';

const beaconPort = 20_000 + Math.floor(Math.random() * 10_000);
const mdnsPort = beaconPort + 10_000;
const running: LanDiscovery[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((discovery) => discovery.stop()));
  await Promise.all(sockets.splice(0).map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))));
});

function discoverer(more: Partial<LanDiscoveryParts> = {}): LanDiscovery {
  const parts = { clock: systemClock, random: systemRandom, log: silentLog, beaconPort, mdnsPort };
  const discovery = new LanDiscovery({ ...parts, interfaces: ['127.0.0.1'], ...more });
  running.push(discovery);
  return discovery;
}

function open(port = 9011): Announcement & { peerId: string } {
  return { instanceId: toHex(systemRandom.bytes(8)), peerId: peerIdOfKey(systemRandom.bytes(32)), port };
}

function closed(secret: number): Announcement {
  const networkTag = (id: string): Uint8Array => new Uint8Array(8).fill(secret ^ Number.parseInt(id.slice(0, 2), 16));
  return { instanceId: toHex(systemRandom.bytes(8)), networkTag, port: 9011 };
}

function hintFrom(discovery: LanDiscovery, wanted: (hint: DiscoveryHint) => boolean): Promise<DiscoveryHint> {
  return new Promise((resolve) => {
    discovery.on((event) => {
      if (event.type === 'hint' && wanted(event.hint)) resolve(event.hint);
    });
  });
}

function boundSocket(port: number, options: { reuseAddr?: boolean } = {}): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', ...options });
  sockets.push(socket);
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, '0.0.0.0', () => resolve(socket));
  });
}

describe('LanDiscovery on the loopback', () => {
  it.each(['mdns', 'beacon'] as const)(
    'hears of another node by %s alone, both ways, with what it announced',
    async (source) => {
      const elsewhere = source === 'mdns' ? { beaconPort: beaconPort + 1 } : { mdnsPort: mdnsPort + 1 };
      const [alice, bob] = [discoverer(), discoverer(elsewhere)];
      const [ofAlice, ofBob] = [open(9011), open(9012)];
      const heard = Promise.all([
        hintFrom(alice, (hint) => hint.instanceId === ofBob.instanceId),
        hintFrom(bob, (hint) => hint.instanceId === ofAlice.instanceId),
      ]);
      await alice.start(ofAlice);
      await bob.start(ofBob);
      const [hint, back] = await heard;
      expect([hint.source, back.source]).toEqual([source, source]);
      expect([hint.peerId, back.peerId]).toEqual([ofBob.peerId, ofAlice.peerId]);
      expect(hint.addresses[0]).toEqual({ host: '127.0.0.1', port: 9012 });
      const { interfaces, problems, mdnsHeard, beaconsHeard } = alice.report();
      expect(interfaces).toEqual([{ name: 'lo', address: '127.0.0.1' }]);
      expect(problems).toEqual([]);
      expect([mdnsHeard > 0, beaconsHeard > 0]).toEqual([source === 'mdns', source === 'beacon']);
    },
  );

  it('shows closed networks only to those who have their key, and no peer id in them', async () => {
    const [member, other, stranger, watcher] = [discoverer(), discoverer(), discoverer(), discoverer()];
    const hints: DiscoveryHint[] = [];
    const [ofMember, ofOther] = [closed(1), closed(1)];
    member.on((event) => {
      if (event.type === 'hint') hints.push(event.hint);
    });
    const ofWatcher = open();
    const strangers: DiscoveryEvent[] = [];
    for (const outside of [stranger, watcher]) outside.on((event) => event.type === 'hint' && strangers.push(event));
    const found = hintFrom(member, (hint) => hint.instanceId === ofOther.instanceId);
    await stranger.start(closed(2));
    await watcher.start(ofWatcher);
    await member.start(ofMember);
    await other.start(ofOther);
    await found;
    await vi.waitFor(() => {
      const { mdnsHeard, beaconsHeard } = member.report();
      expect(Math.min(mdnsHeard, beaconsHeard)).toBeGreaterThan(0);
    });
    expect(hints.every((hint) => hint.instanceId === ofOther.instanceId && hint.peerId === undefined)).toBe(true);
    expect(strangers).toEqual([]);
  });

  it('puts neither the machine’s name nor, in a closed network, its key into mDNS, and says goodbye', async () => {
    const ear = await boundSocket(mdnsPort, { reuseAddr: true });
    ear.addMembership('224.0.0.251', '127.0.0.1');
    const packets: string[] = [];
    ear.on('message', (bytes) => packets.push(bytes.toString('latin1')));
    const announcement = { ...closed(1), peerId: open().peerId };
    const ours = (): string[] => packets.filter((packet) => packet.includes(announcement.instanceId));
    const alice = discoverer();
    await alice.start(announcement);
    await vi.waitFor(() => expect(ours()).not.toEqual([]));
    await alice.stop();
    // PTR, class IN, time to live 0.
    await vi.waitFor(() => expect(ours().at(-1)).toContain('\u0005local\0\0\u000c\0\u0001\0\0\0\0'));
    expect(ours()[0]).not.toContain('\u0005local\0\0\u000c\0\u0001\0\0\0\0');
    for (const secret of [hostname(), announcement.peerId]) expect(packets.join('')).not.toContain(secret);
  });

  it('survives garbage and floods on both ports and still hears the next node', async () => {
    const alice = discoverer();
    await alice.start(open());
    const sender = await boundSocket(0);
    const send = (bytes: Uint8Array, port: number): Promise<void> =>
      new Promise((resolve) => sender.send(bytes, port, '127.0.0.1', () => resolve()));
    const header = Buffer.from([0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
    for (let count = 0; count < 300; count++) {
      const noise = systemRandom.bytes(20 + count);
      await send(noise, beaconPort);
      await send(Buffer.concat([Buffer.from('MMP2P'), noise]), beaconPort);
      await send(
        Buffer.concat([header, Buffer.from('\u0007_mmchat\u0004_tcp\u0005local\0', 'latin1'), noise]),
        mdnsPort,
      );
      await send(noise, mdnsPort);
    }
    const invented = { port: 1, network: 'open' as const, publicKey: new Uint8Array(32) };
    for (let count = 0; count < 1000; count++)
      await send(encodeBeacon({ ...invented, instanceId: toHex(systemRandom.bytes(8)) }), beaconPort);
    expect(alice.report().beaconsHeard).toBeLessThan(150);
    // Its own bucket is empty now for this source, but buckets fill again.
    const ofBob = open();
    const heard = hintFrom(alice, (hint) => hint.instanceId === ofBob.instanceId);
    await discoverer().start(ofBob);
    await heard;
  });

  it('leaves no socket open, and may be stopped at any time and twice', async () => {
    const [alice, bob, never] = [discoverer(), discoverer(), discoverer()];
    const starting = alice.start(open());
    await Promise.all([starting, alice.stop(), bob.start(open())]);
    await Promise.all([bob.stop(), bob.stop(), never.stop()]);
    // Without reuseAddr a bind fails while anybody has the port.
    await boundSocket(beaconPort);
    await boundSocket(mdnsPort);
    // libuv lets go of closed handles a moment later.
    const handles = (): string[] => process.getActiveResourcesInfo().filter((kind) => kind === 'UDPWrap');
    await vi.waitFor(() => expect(handles()).toHaveLength(2));
  });

  it('says in sentences what could not be opened, and goes on without it', async () => {
    await boundSocket(beaconPort);
    await boundSocket(mdnsPort);
    const alice = discoverer({ interfaces: ['127.0.0.1', 'nosuch0'] });
    await alice.start(open());
    const problems = alice.report().problems.join('\n');
    expect(problems).toMatch(/^Beacons can't be heard on UDP port \d+: .*\.$/m);
    expect(problems).toMatch(/^mDNS on lo \(127\.0\.0\.1\) could not be opened: .*\.$/m);
    expect(problems).toMatch(/^No interface that is up is nosuch0\.$/m);
  });

  it('follows interfaces that come up later, and survives a failing list', async () => {
    const loopback = { address: '127.0.0.1', cidr: '127.0.0.1/8', netmask: '255.0.0.0', mac: '', internal: true };
    const table: InterfaceTable = { lo: [{ ...loopback, family: 'IPv4' }] };
    let list = (): InterfaceTable => {
      throw new Error('EMFILE');
    };
    const late = discoverer({ interfaces: [], listInterfaces: () => list() });
    const bob = discoverer();
    const [ofLate, ofBob] = [open(), open()];
    await Promise.all([late.start(ofLate), bob.start(ofBob)]);
    expect(late.report().problems).toEqual(["The network interfaces can't be listed: EMFILE."]);
    const events: DiscoveryEvent['type'][] = [];
    late.on((event) => events.push(event.type));
    const heard = Promise.all([
      hintFrom(late, (hint) => hint.instanceId === ofBob.instanceId),
      hintFrom(bob, (hint) => hint.instanceId === ofLate.instanceId),
    ]);
    list = () => table;
    await heard;
    expect(events[0]).toBe('interfaces');
    expect(late.report().problems).toEqual(['No network is up: only nodes on this machine can be found.']);
  });
});
