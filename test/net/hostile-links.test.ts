// Somebody attacks the connection of a real node: it drops or limits them, stays up, and an honest pair goes on talking.

import '../../src/base/platform.ts';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { concatBytes } from '../../src/base/bytes.ts';
import { encodeFrame, MAX_FRAME_BYTES } from '../../src/wire/frames.ts';
import { MAX_DIGEST_ITEMS } from '../../src/wire/limits.ts';
import { encodePeerMessage } from '../../src/wire/peer-messages.ts';
import { writeVarint } from '../../src/wire/varint.ts';
import { eventually, HonestPair, linkEnds, timesShown } from '../support/honest-pair.ts';
import { freshIdentity, garbage, halfOpen, longText, RawPeer, type RawLink } from '../support/raw-peer.ts';

/** As in src/net/libp2p-links.ts. */
const MAX_LINKS_PER_HOST = 128;
/** Without a Hello a connection ends after five seconds by itself. */
const SOONER_THAN_SILENT_MS = 4_500;

const pause = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs));

describe('a hostile link', () => {
  let pair: HonestPair;
  const attackers: RawPeer[] = [];
  const timers: NodeJS.Timeout[] = [];

  beforeAll(async () => {
    pair = await HonestPair.start();
  });

  afterEach(async () => {
    for (const timer of timers.splice(0)) clearInterval(timer);
    await Promise.all(attackers.splice(0).map((peer) => peer.stop()));
    await pair.talk();
    // Nobody but the two is left, and nothing of the attack either.
    await eventually(pair.alice, 'the attackers to be gone', () =>
      [...pair.alice.node.state.people.values()].every(({ online, name }) => !online || name === 'bob'),
    );
  });

  afterAll(async () => {
    await pair.stop();
    const open = (): string[] => process.getActiveResourcesInfo().filter((kind) => kind.startsWith('TCP'));
    for (let waits = 0; open().length > 0 && waits < 20; waits++) await pause(100);
    expect(open()).toEqual([]);
  });

  async function attacker(): Promise<RawPeer> {
    const peer = await RawPeer.create();
    attackers.push(peer);
    return peer;
  }

  /** Heartbeats until the test ends: silence must not be what ends this link. */
  function stayingAlive(link: RawLink): void {
    const timer = setInterval(() => {
      if (link.isOpen) link.push(new Uint8Array([0]));
    }, 500);
    timers.push(timer);
  }

  async function linked(name?: string): Promise<RawLink> {
    return (await attacker()).link(pair.alice.address, name);
  }

  it('garbage instead of a Hello ends the connection', async () => {
    const peer = await attacker();
    for (const seed of [1, 2, 3]) {
      const link = await peer.open(pair.alice.address);
      link.push(garbage(5_000, seed));
      await link.closed(SOONER_THAN_SILENT_MS);
    }
  });

  it('garbage after the Hello drops the link', async () => {
    for (const seed of [1, 2, 3, 4]) {
      const link = await linked(`noise ${seed}`);
      link.push(garbage(100_000, seed));
      await link.closed();
      expect(linkEnds(pair.alice, link.peer.peerId)).toEqual(['misbehaved']);
    }
  });

  it('well-formed frames full of garbage drop the link', async () => {
    const link = await linked('frames');
    link.frame(garbage(1_000, 7));
    link.frame(garbage(MAX_FRAME_BYTES, 8));
    await link.closed();
    expect(linkEnds(pair.alice, link.peer.peerId)).toEqual(['misbehaved']);
    // One bad frame is enough: the ones behind it are neither read nor logged.
    const complaints = pair.alice.logged.filter(({ fields }) => fields['peer'] === link.peer.peerId);
    expect(complaints.filter(({ message }) => message === 'a peer was dropped')).toHaveLength(1);
  });

  it('an announced frame over the limit drops the link before it comes', async () => {
    for (const announced of [MAX_FRAME_BYTES + 1, 2 ** 31, 2 ** 32 - 1]) {
      const link = await linked();
      const length = new Uint8Array(5);
      link.push(length.subarray(0, writeVarint(length, announced, 0)));
      await link.closed();
      expect(linkEnds(pair.alice, link.peer.peerId)).toEqual(['misbehaved']);
    }
    const link = await linked();
    link.push(new Uint8Array(100).fill(0xff));
    await link.closed();
    expect(linkEnds(pair.alice, link.peer.peerId)).toEqual(['misbehaved']);
  });

  it('another protocol version is dropped, and said to people', async () => {
    const link = await (await attacker()).open(pair.alice.address);
    link.hello({ version: 99 });
    await link.closed();
    const warning = pair.alice.events.find((event) => event.type === 'warning');
    expect(warning).toMatchObject({ warning: { code: 'wrong-version' } });
  });

  it('a first frame that is no Hello ends the connection', async () => {
    const link = await (await attacker()).open(pair.alice.address);
    link.send({ type: 'goodbye' });
    await link.closed(SOONER_THAN_SILENT_MS);
    expect(linkEnds(pair.alice, link.peer.peerId)).toEqual([]);
  });

  it('a second Hello, unknown messages and heartbeats change nothing', async () => {
    const link = await linked('polite');
    link.hello();
    link.frame(new Uint8Array([0xa2, 0x06, 1, 0]));
    link.push(new Uint8Array(50_000));
    link.frame(concatBytes(encodePeerMessage({ type: 'ping', token: 1 }), new Uint8Array([0xa2, 0x06, 1, 0])));
    await link.roundTrip();
    expect(link.isOpen).toBe(true);
  });

  it('who never says Hello is gone after some seconds', async () => {
    const peer = await attacker();
    const link = await peer.open(pair.alice.address);
    const connection = await peer.connect(pair.alice.address);
    await pair.talk();
    await link.closed();
    await expect.poll(() => connection.status).not.toBe('open');
  });

  /** Sends as fast as the node takes it while the pair talks; says how many chunks it took. */
  async function flood(link: RawLink, chunks: Iterable<Uint8Array>, rounds: number): Promise<number> {
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    let taken = 0;
    const flooding = (async (): Promise<void> => {
      for (const chunk of chunks) {
        if (stop.signal.aborted || !link.isOpen) return;
        await link.write(chunk);
        taken++;
        // The attacker lives in the same process: the others need their turns as well.
        if (taken % 50 === 0) await pause(0);
      }
    })().catch(() => undefined);
    // Also when the pair fails: nothing must flood the tests that follow.
    try {
      for (let round = 0; round < rounds; round++) await pair.talk();
    } finally {
      stop.abort();
      await link.peer.stop();
      await flooding;
    }
    return taken;
  }

  it('a flood of messages is read slowly; others notice nothing', async () => {
    const link = await linked('flood');
    const frames = Array.from({ length: 2_000 }, (_, token) => encodeFrame(encodePeerMessage({ type: 'ping', token })));
    const taken = await flood(link, new Array<Uint8Array>(1_000).fill(concatBytes(...frames)), 5);
    expect(taken).toBeGreaterThan(10);
    expect(taken).toBeLessThan(200);
  });

  it('a flood of presence, properly signed, is read slowly too', async () => {
    const link = await linked('changing');
    function* presences(): Generator<Uint8Array> {
      for (let counter = 2; counter < 100_000; counter++) {
        const presence = link.peer.presence({ counter, name: `changing ${counter % 100}` });
        yield encodeFrame(encodePeerMessage({ type: 'presence', presence }));
      }
    }
    const taken = await flood(link, presences(), 3);
    expect(taken).toBeGreaterThan(1_000);
  });

  it('a flood of the largest digests and requests is read slowly too', async () => {
    const link = await linked('digests');
    const authors = Array.from({ length: MAX_DIGEST_ITEMS }, () => freshIdentity().publicKey);
    const items = authors.map((author) => ({ author, startId: 1, counter: 1, addresses: ['203.0.113.7:9011'] }));
    const own = authors.map(() => link.peer.identity.publicKey);
    const chunk = concatBytes(
      encodeFrame(encodePeerMessage({ type: 'digest', items })),
      encodeFrame(encodePeerMessage({ type: 'request', authors: own })),
    );
    const taken = await flood(link, new Array<Uint8Array>(2_000).fill(chunk), 3);
    expect(taken).toBeGreaterThan(1);
    expect(taken).toBeLessThan(2_000);
  });

  it('a peer that never reads is dropped as stalled, and the others get everything', async () => {
    const peer = await attacker();
    const link = await peer.link(pair.alice.address, 'deaf');
    await eventually(pair.alice, 'the deaf one', () => pair.alice.node.state.people.get(peer.peerId)?.online);
    peer.neverRead(link.connection);
    stayingAlive(link);
    // More than any queue holds.
    const count = 140;
    for (let number = 0; number < count; number++) {
      await pair.alice.node.chat.send({ text: `${number} ${longText(65_000)}` });
      await pause(5);
    }
    await eventually(
      pair.alice,
      'the end of the deaf link',
      () => linkEnds(pair.alice, peer.peerId).length > 0,
      20_000,
    );
    expect(linkEnds(pair.alice, peer.peerId)).toEqual(['stalled']);
    for (let number = 0; number < count; number++)
      await eventually(pair.bob, `text ${number}`, () => timesShown(pair.bob, `${number} ${longText(65_000)}`) === 1);
    expect(linkEnds(pair.bob, pair.alice.node.status().peerId)).toEqual([]);
  });

  it('a thousand half-open connections keep nobody out', async () => {
    for (const from of ['127.0.0.2', '127.0.0.1']) {
      const sockets = await halfOpen(1_000, pair.alice.address, from);
      const startMs = performance.now();
      const carol = await attacker();
      let link: RawLink | undefined;
      while (link === undefined) {
        link = await carol.link(pair.alice.address, 'carol').catch(() => undefined);
        if (link === undefined) await pause(300);
        expect(performance.now() - startMs, 'kept out').toBeLessThan(30_000);
      }
      await eventually(pair.alice, 'carol', () => pair.alice.node.state.people.get(carol.peerId)?.online);
      await pair.talk();
      sockets.close();
    }
  });

  it('600 connections with fresh keys from one host are bounded', { timeout: 400_000 }, async () => {
    const links: RawLink[] = [];
    let most = 0;
    // However long it takes to open so many, silence must not be what ends those that are open.
    const beat = setInterval(() => {
      for (const link of links) if (link.isOpen) link.push(new Uint8Array([0]));
    }, 500);
    timers.push(beat);
    for (let made = 0; made < 600; made += 30) {
      await Promise.all(
        Array.from({ length: 30 }, async () => {
          const peer = await attacker();
          try {
            const link = await peer.open(pair.alice.address);
            link.hello();
            links.push(link);
          } catch {
            // Refused: that is the point.
          }
        }),
      );
      // Those over the limit are open for a moment, between the handshake and the refusal.
      await pause(100);
      const open = links.filter(({ isOpen }) => isOpen);
      most = Math.max(most, open.length);
    }
    // Bob and his alice are among the 128.
    expect(most).toBeGreaterThan(MAX_LINKS_PER_HOST - 20);
    expect(most).toBeLessThanOrEqual(MAX_LINKS_PER_HOST);
    await pair.talk();
  });

  it('streams beyond the one are refused, a flood of them drops the connection', async () => {
    const link = await linked('streams');
    stayingAlive(link);
    const outcome = await Promise.allSettled(
      Array.from({ length: 20 }, () => link.connection.newStream('/mmchat/1', { maxOutboundStreams: 1_000 })),
    );
    await pause(200);
    const open = outcome.filter((one) => one.status === 'fulfilled' && one.value.status === 'open');
    expect(open.length).toBeLessThanOrEqual(1);
    expect(link.isOpen).toBe(true);
    for (let round = 0; round < 40 && link.isOpen; round++)
      await Promise.allSettled(
        Array.from({ length: 20 }, async () => {
          const stream = await link.connection.newStream('/no-such/1', { signal: AbortSignal.timeout(500) });
          stream.abort(new Error('enough'));
        }),
      );
    await link.closed();
  });

  describe('below the streams', () => {
    /** Raw Yamux frames, past our own muxer. */
    function muxer({ connection }: RawLink): { send(bytes: Uint8Array): boolean } {
      return (connection as unknown as { muxer: { send(bytes: Uint8Array): boolean } }).muxer;
    }

    function carrier({ connection }: RawLink): { pause(): void; resume(): void } {
      return (connection as unknown as { maConn: { pause(): void; resume(): void } }).maConn;
    }

    function yamuxHeader(type: number, flags: number, streamId: number, length: number): Uint8Array {
      const header = new Uint8Array(12);
      const view = new DataView(header.buffer);
      view.setUint8(1, type);
      view.setUint16(2, flags);
      view.setUint32(4, streamId);
      view.setUint32(8, length);
      return header;
    }

    it('a huge announced Yamux frame ends the connection before it comes', async () => {
      for (const length of [256 * 1024 + 1, 2 ** 32 - 1]) {
        const link = await linked();
        stayingAlive(link);
        muxer(link).send(yamuxHeader(0, 0, 1, length));
        await link.closed();
      }
    });

    it('a flood of Yamux pings ends the connection', async () => {
      const link = await linked();
      await eventually(pair.alice, 'the link', () => pair.alice.node.state.people.size > 0);
      stayingAlive(link);
      // Answers that nobody asked for would end it at our own muxer.
      carrier(link).pause();
      const pings = concatBytes(...Array.from({ length: 1_000 }, (_, index) => yamuxHeader(2, 1, 0, index)));
      muxer(link).send(pings);
      const ends = (): number => linkEnds(pair.alice, link.peer.peerId).length;
      await expect.poll(ends).toBe(1);
    });

    it('a window without end does not make the node’s queue endless', async () => {
      const peer = await attacker();
      const link = await peer.link(pair.alice.address, 'window');
      await eventually(pair.alice, 'the attacker', () => pair.alice.node.state.people.get(peer.peerId)?.online);
      for (const stream of link.connection.streams) {
        if (stream.direction !== 'inbound') continue;
        muxer(link).send(yamuxHeader(1, 0, Number(stream.id), 0x7fff_ffff));
        // Our own end has to believe it as well.
        Object.assign(stream, { recvWindowCapacity: 2 ** 40 });
      }
      stayingAlive(link);
      // A little is read now and then, so that the node's streams believe that all can be sent.
      carrier(link).pause();
      const sips = setInterval(() => {
        if (!link.isOpen) return;
        carrier(link).resume();
        setImmediate(() => {
          if (link.isOpen) carrier(link).pause();
        });
      }, 3_000);
      timers.push(sips);
      // Sent before the disk has it: waiting for that each time would leave the sips time to take it all.
      const kept: Promise<unknown>[] = [];
      for (let number = 0; number < 1_000 && linkEnds(pair.alice, peer.peerId).length === 0; number++) {
        kept.push(pair.alice.node.chat.send({ text: `window ${number} ${longText(65_000)}` }));
        await pause(1);
      }
      expect(linkEnds(pair.alice, peer.peerId)).toHaveLength(1);
      await Promise.all(kept);
    });
  });
});
