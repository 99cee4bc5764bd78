// Streams by purpose over libp2p with somebody at the other end who does as they please.

import '../../src/base/platform.ts';
import type { Stream } from '@libp2p/interface';
import { afterEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../src/base/log.ts';
import type { LinkEvent, PeerLink, PurposeStream } from '../../src/contracts/links.ts';
import { Libp2pLinks } from '../../src/net/libp2p-links.ts';
import { STREAM_PROTOCOLS } from '../../src/net/libp2p-streams.ts';
import { encodeFrame, FrameDecoder, HEARTBEAT, MAX_FRAME_BYTES } from '../../src/wire/frames.ts';
import { carriedBytes } from '../../src/net/yamux-guard.ts';
import { writeVarint } from '../../src/wire/varint.ts';
import { numbered, numberIn, upTo } from '../support/link-ends.ts';
import { freshIdentity, RawPeer, type RawLink } from '../support/raw-peer.ts';
import { ManualClock } from './manual-clock.ts';

const PROTOCOL = STREAM_PROTOCOLS.sync;
/** A window and what is read ahead, twice. */
const AT_MOST_HELD_BYTES = 1024 * 1024;

const pause = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs));

describe('a stream by purpose', () => {
  const cleanups: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  interface Node {
    readonly links: Libp2pLinks;
    readonly clock: ManualClock;
    readonly events: LinkEvent[];
    /** Numbers of the frames that came on the link, and on the stream. */
    readonly heard: number[];
    readonly heardOnStream: number[];
    onStream: (link: PeerLink) => void | Promise<void>;
  }

  async function started(): Promise<Node> {
    const clock = new ManualClock();
    const links = new Libp2pLinks({
      identity: freshIdentity(),
      port: { given: 0, first: 0, last: 0 },
      prologue: new Uint8Array(0),
      program: 'test/1',
      clock,
      log: silentLog,
    });
    cleanups.push(() => links.stop());
    const node: Node = { links, clock, events: [], heard: [], heardOnStream: [], onStream: () => undefined };
    links.on((event) => node.events.push(event));
    links.onFrame((_, frame) => void node.heard.push(numberIn(frame)));
    links.onStreamFrame('sync', (link, frame) => {
      node.heardOnStream.push(numberIn(frame));
      return node.onStream(link);
    });
    await links.start({ instanceId: '00000000000000aa' });
    return node;
  }

  const addressOf = ({ links }: Node): { host: string; port: number } => ({ host: '127.0.0.1', port: links.port });

  async function rawPeer(): Promise<RawPeer> {
    const peer = await RawPeer.create();
    cleanups.push(() => peer.stop());
    return peer;
  }

  async function linked(node: Node, peer?: RawPeer): Promise<{ raw: RawLink; link: PeerLink }> {
    peer ??= await rawPeer();
    const raw = await peer.link(addressOf(node));
    await expect.poll(() => node.links.links.has(raw.peer.peerId)).toBe(true);
    return { raw, link: node.links.links.get(raw.peer.peerId)! };
  }

  /** Moves time on and lets the network work in between; `alive` says a heartbeat each time. */
  async function pass({ clock }: Node, forMs: number, alive?: RawLink): Promise<void> {
    for (let passedMs = 0; passedMs < forMs; passedMs += 500) {
      if (alive?.isOpen === true) {
        alive.push(HEARTBEAT);
        await alive.roundTrip();
      } else {
        await pause(15);
      }
      clock.advance(500);
    }
  }

  const typesOf = ({ events }: Node): string[] => events.map(({ type }) => type);
  const put = (stream: Stream, number: number, length?: number): boolean =>
    stream.send(encodeFrame(numbered(number, length)));

  it('with bytes on it that are no frames makes the link misbehave', async () => {
    const node = await started();
    const length = new Uint8Array(5);
    const announced = length.subarray(0, writeVarint(length, MAX_FRAME_BYTES + 1, 0));
    for (const bytes of [announced, new Uint8Array(100).fill(0xff)]) {
      const { raw } = await linked(node);
      const stream = await raw.connection.newStream(PROTOCOL);
      put(stream, 1);
      stream.send(bytes);
      await raw.closed();
      expect(node.events.at(-1)).toMatchObject({ type: 'down', reason: 'misbehaved' });
    }
    expect(node.heardOnStream).toEqual([1, 1]);
  });

  it('is one for each connection: a second is refused, the first goes on', async () => {
    const node = await started();
    const { raw } = await linked(node);
    const stream = await raw.connection.newStream(PROTOCOL);
    put(stream, 1);
    await expect.poll(() => node.heardOnStream).toEqual([1]);
    const second = await raw.connection.newStream(PROTOCOL);
    await expect.poll(() => second.status).not.toBe('open');
    put(stream, 2);
    await expect.poll(() => node.heardOnStream).toEqual([1, 2]);
    expect(typesOf(node)).toEqual(['up']);
  });

  it('may end and come again; one that breaks is told', async () => {
    const node = await started();
    const { raw } = await linked(node);
    const first = await raw.connection.newStream(PROTOCOL);
    put(first, 1);
    await first.close();
    await expect.poll(() => node.heardOnStream).toEqual([1]);
    await expect.poll(() => first.status).not.toBe('open');
    expect(typesOf(node)).toEqual(['up']);
    const second = await raw.connection.newStream(PROTOCOL);
    put(second, 2);
    await expect.poll(() => node.heardOnStream).toEqual([1, 2]);
    second.abort(new Error('enough'));
    await expect.poll(() => typesOf(node)).toEqual(['up', 'stream-reset']);
    put(await raw.connection.newStream(PROTOCOL), 3);
    await expect.poll(() => node.heardOnStream).toEqual([1, 2, 3]);
  });

  it('that comes before the Hello waits for it, and holds little', async () => {
    const node = await started();
    const peer = await rawPeer();
    const raw = await peer.open(addressOf(node));
    const stream = await raw.connection.newStream(PROTOCOL);
    for (const number of upTo(100)) put(stream, number, MAX_FRAME_BYTES);
    await pause(100);
    expect(node.heardOnStream).toEqual([]);
    expect(stream.writeBufferLength).toBeGreaterThan(100 * MAX_FRAME_BYTES - AT_MOST_HELD_BYTES);
    raw.hello();
    await expect.poll(() => node.heardOnStream).toEqual(upTo(100));
  });

  it('that nobody handles holds little, and the link is neither silent nor stalled for it', async () => {
    const node = await started();
    const { raw, link } = await linked(node);
    node.onStream = () => new Promise(() => undefined);
    const stream = await raw.connection.newStream(PROTOCOL);
    for (const number of upTo(100)) put(stream, number, MAX_FRAME_BYTES);
    await pass(node, 30_000, raw);
    expect(stream.writeBufferLength).toBeGreaterThan(100 * MAX_FRAME_BYTES - AT_MOST_HELD_BYTES);
    raw.frame(numbered(7));
    await expect.poll(() => node.heard).toEqual([7]);
    expect([node.heardOnStream, link.queuedBytes, typesOf(node)]).toEqual([[0], 0, ['up']]);
  });

  it('that is broken and opened again and again while a frame of it is handled never has two handled', async () => {
    const node = await started();
    const { raw } = await linked(node);
    const gate = Promise.withResolvers<undefined>();
    node.onStream = () => gate.promise;
    for (const number of upTo(10)) {
      const stream = await raw.connection.newStream(PROTOCOL);
      for (let count = 0; count < 5; count++) put(stream, number, MAX_FRAME_BYTES);
      await pause(10);
      if (number < 9) stream.abort(new Error('enough'));
    }
    expect(node.heardOnStream).toEqual([0]);
    gate.resolve(undefined);
    await expect.poll(() => node.heardOnStream).toEqual([0, 9, 9, 9, 9, 9]);
  });

  it('on which frames come is a sign of life', async () => {
    const node = await started();
    const { raw } = await linked(node);
    const stream = await raw.connection.newStream(PROTOCOL);
    for (const number of upTo(20)) {
      put(stream, number);
      await raw.roundTrip();
      await pass(node, 500);
    }
    expect(typesOf(node)).toEqual(['up']);
    await pass(node, 5_000);
    expect(node.events.at(-1)).toMatchObject({ type: 'down', reason: 'lost' });
  });

  it('that the other side does not read waits by itself: the link goes on', async () => {
    const node = await started();
    const peer = await rawPeer();
    await peer.takeStreams(PROTOCOL, (stream) => stream.pause());
    const { raw, link } = await linked(node, peer);
    const stream = link.stream('sync');
    for (const number of upTo(30)) expect(stream.send(numbered(number, MAX_FRAME_BYTES))).toBe(true);
    const drained = stream.drained(1);
    await pass(node, 30_000, raw);
    expect(typesOf(node)).toEqual(['up']);
    expect(stream.queuedBytes).toBeGreaterThan(30 * MAX_FRAME_BYTES - AT_MOST_HELD_BYTES);
    expect(link.queuedBytes).toBe(0);
    raw.connection.abort(new Error('enough'));
    expect(await drained).toBe(false);
    await expect.poll(() => typesOf(node)).toEqual(['up', 'down']);
  });

  it('moves its connection: that is what tells a link that is busy from one that is stuck', async () => {
    const node = await started();
    const { raw } = await linked(node);
    const gate = Promise.withResolvers<undefined>();
    node.onStream = () => gate.promise;
    const stream = await raw.connection.newStream(PROTOCOL);
    const beforeBytes = carriedBytes(raw.connection);
    for (const number of upTo(30)) put(stream, number, MAX_FRAME_BYTES);
    await pause(50);
    // What waits in the stream was not carried.
    expect(carriedBytes(raw.connection) - beforeBytes).toBeLessThan(AT_MOST_HELD_BYTES);
    gate.resolve(undefined);
    await expect.poll(() => node.heardOnStream.length).toBe(30);
    expect(carriedBytes(raw.connection) - beforeBytes).toBeGreaterThan(30 * MAX_FRAME_BYTES);
  });

  it('that the other side breaks at once is opened once a second, not more', async () => {
    const node = await started();
    const peer = await rawPeer();
    let opened = 0;
    await peer.takeStreams(PROTOCOL, (stream) => {
      opened++;
      stream.abort(new Error('no'));
    });
    const { raw, link } = await linked(node, peer);
    // As somebody would who starts again each time.
    node.links.on(({ type }) => {
      if (type === 'stream-reset') link.stream('sync').send(numbered(1));
    });
    link.stream('sync').send(numbered(1));
    await expect.poll(() => opened).toBe(1);
    await pass(node, 10_000, raw);
    expect(opened).toBeGreaterThan(5);
    expect(opened).toBeLessThanOrEqual(11);
    expect(typesOf(node).filter((type) => type === 'stream-reset').length).toBeLessThanOrEqual(11);
    expect(typesOf(node)).not.toContain('down');
  });

  it('is for writing to who opened it: what the other side writes there stays with it', async () => {
    const node = await started();
    const peer = await rawPeer();
    const theirs: Stream[] = [];
    const numbers: number[] = [];
    await peer.takeStreams(PROTOCOL, (stream) => {
      const decoder = new FrameDecoder();
      theirs.push(stream);
      stream.addEventListener('message', ({ data }) => numbers.push(...decoder.push(data.subarray()).map(numberIn)));
      stream.send(new Uint8Array(10_000_000));
    });
    const { raw, link } = await linked(node, peer);
    link.stream('sync').send(numbered(1));
    await expect.poll(() => numbers).toEqual([1]);
    link.stream('sync').send(numbered(2));
    await expect.poll(() => numbers).toEqual([1, 2]);
    expect(theirs[0]?.writeBufferLength).toBeGreaterThan(10_000_000 - AT_MOST_HELD_BYTES);
    raw.frame(numbered(3));
    await expect.poll(() => node.heard).toEqual([3]);
    expect(typesOf(node)).toEqual(['up']);
  });

  it('whose handler fails is broken and told; the link goes on', async () => {
    const node = await started();
    const { raw } = await linked(node);
    node.onStream = () => Promise.reject(new Error('the disk is full'));
    const stream = await raw.connection.newStream(PROTOCOL);
    put(stream, 1);
    await expect.poll(() => typesOf(node)).toEqual(['up', 'stream-reset']);
    await expect.poll(() => stream.status).toBe('reset');
    node.onStream = () => undefined;
    put(await raw.connection.newStream(PROTOCOL), 2);
    await expect.poll(() => node.heardOnStream).toEqual([1, 2]);
  });

  it('counts on the connection that the link is on', async () => {
    const node = await started();
    const peer = await rawPeer();
    const instanceId = new Uint8Array(8);
    const connections = [1, 2, 3].map(() => peer.open(addressOf(node)));
    const [first, second, third] = (await Promise.all(connections)) as [RawLink, RawLink, RawLink];
    const streams = await Promise.all([first, second, third].map((raw) => raw.connection.newStream(PROTOCOL)));
    const [onFirst, onSecond, onThird] = streams as [Stream, Stream, Stream];
    second.hello({ instanceId, connection: 2 });
    await expect.poll(() => typesOf(node)).toEqual(['up']);
    for (const stream of streams) put(stream, streams.indexOf(stream) + 1);
    await expect.poll(() => node.heardOnStream).toEqual([2]);
    // The other side may be on its way to a connection that is not preferred: it will notice.
    first.hello({ instanceId, connection: 1 });
    put(onFirst, 10);
    put(onSecond, 20);
    await expect.poll(() => node.heardOnStream).toEqual([2, 20]);
    third.hello({ instanceId, connection: 3 });
    await expect.poll(() => node.heardOnStream).toEqual([2, 20, 3]);
    expect(typesOf(node)).toEqual(['up', 'stream-reset']);
    put(onSecond, 200);
    put(onThird, 30);
    await expect.poll(() => node.heardOnStream).toEqual([2, 20, 3, 30]);
    // What is left of the others goes with their connections, without another word.
    for (const raw of [first, second]) await raw.stream.close();
    await Promise.all([first.closed(), second.closed()]);
    expect([onFirst.status, onSecond.status].includes('open')).toBe(false);
    expect([typesOf(node), node.heardOnStream]).toEqual([
      ['up', 'stream-reset'],
      [2, 20, 3, 30],
    ]);
  });

  it('that a link left full on its old connection does not keep that connection', async () => {
    const node = await started();
    const peer = await rawPeer();
    await peer.takeStreams(PROTOCOL, (stream) => stream.pause());
    const instanceId = new Uint8Array(8);
    const first = await peer.open(addressOf(node));
    first.hello({ instanceId, connection: 1 });
    await expect.poll(() => typesOf(node)).toEqual(['up']);
    const link = node.links.links.get(peer.peerId)!;
    for (const number of upTo(30)) link.stream('sync').send(numbered(number, MAX_FRAME_BYTES));
    const drained = link.stream('sync').drained(1);
    const second = await peer.open(addressOf(node));
    second.hello({ instanceId, connection: 2 });
    expect(await drained).toBe(false);
    expect(typesOf(node)).toEqual(['up', 'stream-reset']);
    // No time goes by on the node's clock: nothing is waited for.
    await first.stream.close();
    for (const stream of [...first.connection.streams]) if (stream.protocol !== PROTOCOL) await stream.close();
    await first.closed();
    expect([second.isOpen, typesOf(node)]).toEqual([true, ['up', 'stream-reset']]);
  });

  it('leaves nothing behind when the node stops while it is opened', async () => {
    const node = await started();
    const { link } = await linked(node);
    const stream: PurposeStream = link.stream('sync');
    stream.send(numbered(1));
    const drained = stream.drained(1);
    await node.links.stop();
    expect(await drained).toBe(false);
    expect(stream.send(numbered(2))).toBe(false);
    expect(node.clock.timerCount).toBe(0);
  });
});
