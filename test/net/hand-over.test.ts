// Two connections of the same two, in the orders that a loaded machine or a slow network makes of them: the peer on the
// other side is played, so that every step comes exactly when the test says so.

import '../../src/base/platform.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock, type Clock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import type { LinkEvent } from '../../src/contracts/links.ts';
import { Libp2pLinks } from '../../src/net/libp2p-links.ts';
import { decodePeerMessage, encodePeerMessage } from '../../src/wire/peer-messages.ts';
import { freshIdentity, RawPeer, type RawLink } from '../support/raw-peer.ts';
import { ManualClock } from './manual-clock.ts';

const INSTANCE = new Uint8Array(8);

describe('a link that moves from one connection to another', () => {
  const cleanups: (() => Promise<void>)[] = [];
  let links: Libp2pLinks;
  let peer: RawPeer;
  let events: LinkEvent[];
  let heard: number[];
  /** Awaited after each frame. */
  let hold: Promise<undefined> | undefined;

  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  async function start(clock: Clock = systemClock): Promise<void> {
    links = new Libp2pLinks({
      identity: freshIdentity(),
      port: { given: 0, first: 0, last: 0 },
      prologue: new Uint8Array(0),
      program: 'test/1',
      clock,
      log: silentLog,
    });
    events = [];
    heard = [];
    hold = undefined;
    links.on((event) => events.push(event));
    links.onFrame((_, frame) => {
      const message = decodePeerMessage(frame);
      if (message.type === 'ping') heard.push(message.token);
      return hold;
    });
    await links.start({ instanceId: '00000000000000aa' });
    cleanups.push(() => links.stop());
    peer = await RawPeer.create();
    cleanups.push(() => peer.stop());
  }

  const open = (): Promise<RawLink> => peer.open({ host: '127.0.0.1', port: links.port });
  const say = (link: RawLink, token: number): void => link.frame(encodePeerMessage({ type: 'ping', token }));

  it('what comes on it waits for another connection whose Hello is still on the way', async () => {
    await start();
    const kept = await open();
    kept.hello({ instanceId: INSTANCE, connection: 2 });
    await expect.poll(() => links.links.size).toBe(1);
    const earlier = await open();
    say(kept, 2);
    await kept.roundTrip();
    expect(heard).toEqual([]);
    earlier.hello({ instanceId: INSTANCE, connection: 1 });
    say(earlier, 1);
    await earlier.stream.close();
    await expect.poll(() => heard).toEqual([1, 2]);
    await earlier.closed();
    expect(events.map(({ type }) => type)).toEqual(['up']);
  });

  it('goes through three connections in order', async () => {
    await start();
    const [first, second, third] = [await open(), await open(), await open()];
    third.hello({ instanceId: INSTANCE, connection: 3 });
    second.hello({ instanceId: INSTANCE, connection: 2 });
    first.hello({ instanceId: INSTANCE, connection: 1 });
    for (const link of [first, second, third]) await link.roundTrip();
    for (const [link, token] of [
      [third, 3],
      [second, 2],
      [first, 1],
    ] as const) {
      say(link, token);
      await link.roundTrip();
    }
    expect(heard).toEqual([1]);
    await first.stream.close();
    await expect.poll(() => heard).toEqual([1, 2]);
    await second.stream.close();
    await expect.poll(() => heard).toEqual([1, 2, 3]);
    expect(events.map(({ type }) => type)).toEqual(['up']);
  });

  it('goes down when what was on the way on the other connection is lost', async () => {
    await start();
    const earlier = await open();
    earlier.hello({ instanceId: INSTANCE, connection: 1 });
    say(earlier, 1);
    await expect.poll(() => heard).toEqual([1]);
    const kept = await open();
    kept.hello({ instanceId: INSTANCE, connection: 2 });
    say(kept, 3);
    await kept.roundTrip();
    earlier.connection.abort(new Error('broken'));
    await kept.closed();
    expect(heard).toEqual([1]);
    expect(events).toMatchObject([{ type: 'up' }, { type: 'down', reason: 'lost' }]);
  });

  it('reads the other connection to its end, however long that takes', async () => {
    const clock = new ManualClock();
    await start(clock);
    const earlier = await open();
    earlier.hello({ instanceId: INSTANCE, connection: 1 });
    const gate = Promise.withResolvers<undefined>();
    hold = gate.promise;
    for (const token of [1, 2, 3]) say(earlier, token);
    await expect.poll(() => heard).toEqual([1]);
    const kept = await open();
    kept.hello({ instanceId: INSTANCE, connection: 2 });
    say(kept, 4);
    await earlier.stream.close();
    for (let passedMs = 0; passedMs < 30_000; passedMs += 500) {
      kept.push(new Uint8Array([0]));
      await kept.roundTrip();
      clock.advance(500);
    }
    expect(heard).toEqual([1]);
    expect(earlier.isOpen).toBe(true);
    hold = undefined;
    gate.resolve(undefined);
    await expect.poll(() => heard).toEqual([1, 2, 3, 4]);
    await earlier.closed();
    expect(events.map(({ type }) => type)).toEqual(['up']);
  });

  it('gives a connection up that was read to its end, and whose other side does not say the same for 10 s', async () => {
    const clock = new ManualClock();
    await start(clock);
    peer.tellsEnds = false;
    const [earlier, kept] = [await open(), await open()];
    earlier.hello({ instanceId: INSTANCE, connection: 1 });
    kept.hello({ instanceId: INSTANCE, connection: 2 });
    say(earlier, 1);
    await earlier.stream.close();
    say(kept, 2);
    await expect.poll(() => heard).toEqual([1, 2]);
    async function pass(forMs: number): Promise<void> {
      for (let passedMs = 0; passedMs < forMs; passedMs += 500) {
        kept.push(new Uint8Array([0]));
        await kept.roundTrip();
        clock.advance(500);
      }
    }
    await pass(9_000);
    expect(earlier.isOpen).toBe(true);
    await pass(3_000);
    await earlier.closed();
    say(kept, 3);
    await expect.poll(() => heard).toEqual([1, 2, 3]);
    expect(events.map(({ type }) => type)).toEqual(['up']);
  });

  it('is a new one where the old connection was closed and only not read to its end', async () => {
    await start();
    const old = await open();
    old.hello({ instanceId: INSTANCE, connection: 2 });
    const gate = Promise.withResolvers<undefined>();
    hold = gate.promise;
    say(old, 1);
    await expect.poll(() => heard).toEqual([1]);
    await old.connection.close();
    const anew = await open();
    anew.hello({ instanceId: INSTANCE, connection: 1 });
    await expect.poll(() => events.map(({ type }) => type)).toEqual(['up', 'down', 'up']);
    gate.resolve(undefined);
    say(anew, 2);
    await expect.poll(() => heard).toEqual([1, 2]);
    expect(anew.isOpen).toBe(true);
  });
});
