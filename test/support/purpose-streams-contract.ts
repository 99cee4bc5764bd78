// What the streams by purpose of every PeerLinks must do. Called by the contract of PeerLinks.

import { afterEach, describe, expect, it } from 'vitest';
import { WireError } from '../../src/base/errors.ts';
import type { PeerLink } from '../../src/contracts/links.ts';
import { MAX_FRAME_BYTES } from '../../src/wire/frames.ts';
import { Ends, numbered, numberIn, pause, upTo, type End, type LinksNetwork } from './link-ends.ts';

/** What may wait on one stream. */
const MAX_STREAM_QUEUED_BYTES = 4 * 1024 * 1024;

export function purposeStreamsContract(name: string, makeNetwork: () => LinksNetwork): void {
  describe(`${name} keeps the contract of streams by purpose`, () => {
    const ends = new Ends(makeNetwork);
    afterEach(() => ends.stop());

    /** The other end holds the first frame, and as much waits here as is said. */
    async function heldUp(count: number): Promise<{ alice: End; bob: End; link: PeerLink; letGo: () => void }> {
      const [alice, bob] = await ends.pair();
      const gate = Promise.withResolvers<undefined>();
      bob.holdStream = gate.promise;
      const link = alice.linkTo(bob);
      for (const number of upTo(count)) expect(link.stream('sync').send(numbered(number, 65_536))).toBe(true);
      await bob.until(() => bob.streamFramesFrom(alice.peerId).length > 0, 'the first frame');
      const letGo = (): void => {
        bob.holdStream = undefined;
        gate.resolve(undefined);
      };
      return { alice, bob, link, letGo };
    }

    it('frames of any size come in order, both ways at once, beside those of the link', async () => {
      const [alice, bob] = await ends.pair();
      const sizes = [8, 9, 127, 128, 129, 1_000, 16_383, 16_384, 65_536, MAX_FRAME_BYTES];
      const count = 200;
      const [ofAlice, ofBob] = [alice.linkTo(bob).stream('sync'), bob.linkTo(alice).stream('sync')];
      for (const number of upTo(count)) {
        const length = sizes[number % sizes.length] ?? 8;
        expect(ofAlice.send(numbered(number, length))).toBe(true);
        expect(ofBob.send(numbered(number, length))).toBe(true);
        expect(alice.linkTo(bob).send(numbered(number))).toBe(true);
        if (number % 20 === 0) await pause(1);
      }
      for (const [from, to] of [
        [alice, bob],
        [bob, alice],
      ] as const) {
        await to.until(() => to.streamFramesFrom(from.peerId).length >= count, 'all frames');
        expect(to.streamFramesFrom(from.peerId).map(numberIn)).toEqual(upTo(count));
        expect(to.streamFramesFrom(from.peerId).map(({ length }) => length)).toEqual(
          upTo(count).map((number) => sizes[number % sizes.length]),
        );
      }
      await bob.until(() => bob.framesFrom(alice.peerId).length >= count, 'all frames of the link');
      expect(alice.eventsOf('stream-reset').length + bob.eventsOf('stream-reset').length).toBe(0);
      expect(alice.linkTo(bob).stream('sync')).toBe(ofAlice);
    });

    it('frames that are empty or too large are refused at the sender', async () => {
      const [alice, bob] = await ends.pair();
      const stream = alice.linkTo(bob).stream('sync');
      expect(() => stream.send(new Uint8Array(0))).toThrow(WireError);
      expect(() => stream.send(new Uint8Array(MAX_FRAME_BYTES + 1))).toThrow(WireError);
      stream.send(numbered(1));
      await bob.until(() => bob.streamFramesFrom(alice.peerId).length === 1, 'the frame after them');
    });

    it('a slow handler of a stream slows that stream and nothing else', async () => {
      const { alice, bob, link, letGo } = await heldUp(50);
      for (const number of upTo(200)) expect(link.send(numbered(number, 10_000))).toBe(true);
      await bob.until(() => bob.framesFrom(alice.peerId).length === 200, 'all frames of the link');
      // By now everything that the network holds by itself has come.
      expect(bob.streamFramesFrom(alice.peerId)).toHaveLength(1);
      expect(link.stream('sync').queuedBytes).toBeGreaterThan(2_000_000);
      expect(link.queuedBytes).toBe(0);
      letGo();
      await bob.until(() => bob.streamFramesFrom(alice.peerId).length >= 50, 'all frames of the stream');
      expect(bob.streamFramesFrom(alice.peerId).map(numberIn)).toEqual(upTo(50));
    });

    it('a slow handler of the link does not slow a stream', async () => {
      const [alice, bob] = await ends.pair();
      const gate = Promise.withResolvers<undefined>();
      bob.hold = gate.promise;
      for (const number of upTo(30)) alice.linkTo(bob).send(numbered(number, 65_536));
      for (const number of upTo(30)) alice.linkTo(bob).stream('sync').send(numbered(number, 65_536));
      await bob.until(() => bob.streamFramesFrom(alice.peerId).length === 30, 'all frames of the stream');
      expect(bob.framesFrom(alice.peerId).length).toBeLessThanOrEqual(1);
      bob.hold = undefined;
      gate.resolve(undefined);
      await bob.until(() => bob.framesFrom(alice.peerId).length === 30, 'all frames of the link');
    });

    it('drained tells when the other end has read enough', async () => {
      const { alice, bob, link, letGo } = await heldUp(50);
      const order: string[] = [];
      const stream = link.stream('sync');
      const note = async (name: string, belowBytes: number): Promise<void> => {
        expect(await stream.drained(belowBytes)).toBe(true);
        expect(stream.queuedBytes).toBeLessThan(belowBytes);
        order.push(name);
      };
      await note('at once', 10_000_000);
      const waiting = [note('empty', 1), note('half', 1_000_000)];
      link.send(numbered(1));
      await bob.until(() => bob.framesFrom(alice.peerId).length === 1, 'a frame of the link');
      order.push('let go');
      letGo();
      await Promise.all(waiting);
      expect(order).toEqual(['at once', 'let go', 'half', 'empty']);
      expect(await stream.drained(1)).toBe(true);
    });

    it('above 4 MiB a stream is reset, the link is not; the next frame opens a new one', async () => {
      const { alice, bob, link, letGo } = await heldUp(20);
      const stream = link.stream('sync');
      const drained = stream.drained(1);
      let sent = 20;
      while (stream.send(numbered(sent, MAX_FRAME_BYTES))) {
        sent++;
        expect(stream.queuedBytes).toBeLessThanOrEqual(MAX_STREAM_QUEUED_BYTES);
        expect(sent * MAX_FRAME_BYTES).toBeLessThan(2 * MAX_STREAM_QUEUED_BYTES);
        if (sent % 8 === 0) await pause(1);
      }
      expect(sent * MAX_FRAME_BYTES).toBeGreaterThan(MAX_STREAM_QUEUED_BYTES);
      expect(stream.queuedBytes).toBe(0);
      // Nobody is called back from within send().
      expect(alice.eventsOf('stream-reset')).toEqual([]);
      await alice.until(() => alice.eventsOf('stream-reset').length > 0, 'the reset');
      await bob.until(() => bob.eventsOf('stream-reset').length > 0, 'the reset at the other end');
      expect(await drained).toBe(false);
      expect(stream.send(numbered(1_000))).toBe(true);
      letGo();
      await bob.until(() => bob.streamFramesFrom(alice.peerId).length === 2, 'a frame of the new stream');
      // Of the old one came what was being handled, and no more.
      expect(bob.streamFramesFrom(alice.peerId).map(numberIn)).toEqual([0, 1_000]);
      expect(alice.eventsOf('stream-reset')).toMatchObject([{ link, purpose: 'sync' }]);
      expect(bob.eventsOf('stream-reset')).toMatchObject([{ link: bob.linkTo(alice), purpose: 'sync' }]);
      expect(alice.eventsOf('down').length + bob.eventsOf('down').length).toBe(0);
    });

    it('what waits on a stream does not go with the other direction', async () => {
      const { alice, bob, link } = await heldUp(1);
      while (link.stream('sync').send(numbered(1, MAX_FRAME_BYTES))) await pause(0);
      bob.linkTo(alice).stream('sync').send(numbered(7));
      await alice.until(() => alice.streamFramesFrom(bob.peerId).length === 1, 'a frame the other way');
      expect(alice.streamFramesFrom(bob.peerId).map(numberIn)).toEqual([7]);
    });

    it('a link that moves to another connection tells so once; what is sent from then on comes, in order', async () => {
      for (const when of [0, 1, 3, 10]) {
        const both = [await ends.start(), await ends.start()];
        const [low, high] = both.sort((left, right) => (left.peerId < right.peerId ? -1 : 1)) as [End, End];
        await ends.dial(high, low);
        await low.up(high);
        // Thousands are the times that a stream was reset.
        const talk = async (from: End, to: End): Promise<void> => {
          const stream = from.linkTo(to).stream('sync');
          for (let number = 0, resets = 0; resets === 0 || number < 40; number++) {
            if (from.eventsOf('stream-reset').length > resets) {
              resets = from.eventsOf('stream-reset').length;
              number = 0;
            }
            expect(stream.send(numbered(resets * 1_000 + number, 1 + ((number * 997) % 5_000)))).toBe(true);
            if (number >= 800) throw new Error('nothing was reset');
            if (number % 3 === 0) await pause(1);
          }
        };
        const talks = [talk(low, high), talk(high, low)];
        await pause(when);
        await ends.dial(low, high);
        await Promise.all(talks);
        for (const [from, to] of [
          [low, high],
          [high, low],
        ] as const) {
          const heard = (): number[] => to.streamFramesFrom(from.peerId).map(numberIn);
          await to.until(() => heard().at(-1) === 1_039, 'all frames after the reset');
          expect(heard().filter((number) => number >= 1_000)).toEqual(upTo(40).map((number) => 1_000 + number));
          const before = heard().filter((number) => number < 1_000);
          expect(before).toEqual(upTo(before.length));
          expect(from.eventsOf('stream-reset')).toMatchObject([{ link: from.linkTo(to), purpose: 'sync' }]);
          expect([from.eventsOf('up').length, from.eventsOf('down').length]).toEqual([1, 0]);
        }
        await ends.stop();
      }
    });

    it('a link that moves drops what waits, and lets nobody wait for it', async () => {
      const both = [await ends.start(), await ends.start()];
      const [low, high] = both.sort((left, right) => (left.peerId < right.peerId ? -1 : 1)) as [End, End];
      await ends.dial(high, low);
      await low.up(high);
      const gate = Promise.withResolvers<undefined>();
      low.holdStream = gate.promise;
      const stream = high.linkTo(low).stream('sync');
      for (const number of upTo(50)) stream.send(numbered(number, 65_536));
      await low.until(() => low.streamFramesFrom(high.peerId).length > 0, 'the first frame');
      const drained = stream.drained(1);
      await ends.dial(low, high);
      expect(await drained).toBe(false);
      expect(stream.queuedBytes).toBe(0);
      expect(stream.send(numbered(1_000))).toBe(true);
      low.holdStream = undefined;
      gate.resolve(undefined);
      await low.until(() => low.streamFramesFrom(high.peerId).length >= 2, 'a frame after the move');
      expect(low.streamFramesFrom(high.peerId).map(numberIn)).toEqual([0, 1_000]);
      // Without frames of its own it has lost those of the other one all the same.
      expect([low, high].map((end) => end.eventsOf('stream-reset').length)).toEqual([1, 1]);
    });

    it('a link that moves without streams says nothing of them', async () => {
      const both = [await ends.start(), await ends.start()];
      const [low, high] = both.sort((left, right) => (left.peerId < right.peerId ? -1 : 1)) as [End, End];
      await ends.dial(high, low);
      await low.up(high);
      await ends.dial(low, high);
      // The other one may not know of the new connection yet.
      low.linkTo(high).stream('sync').send(numbered(1));
      await high.until(() => high.streamFramesFrom(low.peerId).length === 1, 'a frame after the move');
      expect([...low.eventsOf('stream-reset'), ...high.eventsOf('stream-reset')]).toEqual([]);
    });

    it('a stream ends with its link, and `down` is the only word about it', async () => {
      for (const ending of ['close', 'stop'] as const) {
        const [alice, bob] = await ends.pair();
        bob.holdStream = new Promise(() => undefined);
        const stream = alice.linkTo(bob).stream('sync');
        const back = bob.linkTo(alice).stream('sync');
        back.send(numbered(1));
        for (const number of upTo(50)) stream.send(numbered(number, 65_536));
        await bob.until(() => bob.streamFramesFrom(alice.peerId).length > 0, 'the first frame');
        const waiting = [stream.drained(1), stream.drained(1_000_000)];
        if (ending === 'close') alice.linkTo(bob).close('goodbye');
        else await alice.node.links.stop();
        await Promise.all([alice.down(), bob.down()]);
        expect(await Promise.all(waiting)).toEqual([false, false]);
        for (const dead of [stream, back]) {
          expect(dead.send(numbered(2))).toBe(false);
          expect(await dead.drained(1_000_000)).toBe(false);
          expect(dead.queuedBytes).toBe(0);
        }
        await pause(50);
        expect([...alice.eventsOf('stream-reset'), ...bob.eventsOf('stream-reset')]).toEqual([]);
        expect(bob.streamFramesFrom(alice.peerId)).toHaveLength(1);
        await ends.stop();
      }
    });

    it('a link that is closed sends what is queued first, also when the other end is busy with a stream', async () => {
      for (const isHeld of [false, true]) {
        const [alice, bob] = await ends.pair();
        if (isHeld) alice.holdStream = new Promise(() => undefined);
        for (const number of upTo(40)) bob.linkTo(alice).stream('sync').send(numbered(number, 65_536));
        await alice.until(() => alice.streamFramesFrom(bob.peerId).length > 0, 'the first frame of the stream');
        const link = alice.linkTo(bob);
        for (const number of upTo(40)) link.send(numbered(number, 65_536));
        link.close('goodbye');
        await Promise.all([alice.down(), bob.down()]);
        expect(bob.framesFrom(alice.peerId).map(numberIn)).toEqual(upTo(40));
        await ends.stop();
      }
    });

    it('a link that comes again has streams again', async () => {
      const [alice, bob] = await ends.pair();
      const old = alice.linkTo(bob).stream('sync');
      old.send(numbered(1));
      await bob.until(() => bob.streamFramesFrom(alice.peerId).length === 1, 'a frame');
      alice.linkTo(bob).close('closed');
      await Promise.all([alice.down(), bob.down()]);
      await ends.dial(bob, alice);
      const stream = (await alice.up(bob)).stream('sync');
      expect(stream).not.toBe(old);
      stream.send(numbered(2));
      await bob.until(() => bob.streamFramesFrom(alice.peerId).length === 2, 'a frame on the new link');
      expect(old.send(numbered(3))).toBe(false);
    });

    it('who does not take such streams costs nothing but the answer that they do not', async () => {
      const [alice, bob] = await ends.pair({ takesStreams: false });
      const link = alice.linkTo(bob);
      const stream = link.stream('sync');
      expect(stream.send(numbered(1))).toBe(true);
      expect(await stream.drained(1)).toBe(false);
      expect(stream.send(numbered(2))).toBe(false);
      expect(await stream.drained(1_000_000)).toBe(false);
      expect(stream.queuedBytes).toBe(0);
      link.send(numbered(3));
      await bob.until(() => bob.framesFrom(alice.peerId).length === 1, 'a frame of the link');
      // The other direction is a matter of its own.
      bob.linkTo(alice).stream('sync').send(numbered(4));
      await alice.until(() => alice.streamFramesFrom(bob.peerId).length === 1, 'a frame the other way');
      for (const end of [alice, bob])
        expect(end.events.map(({ type }) => type).filter((type) => type !== 'up')).toEqual([]);
    });

    it('a handler that finds a frame malformed ends the link as misbehaved', async () => {
      const [alice, bob] = await ends.pair();
      bob.holdStream = Promise.reject(new WireError('That is nothing.'));
      bob.holdStream.catch(() => undefined);
      alice.linkTo(bob).stream('sync').send(numbered(1));
      expect(await bob.down()).toMatchObject({ reason: 'misbehaved' });
      await alice.down();
      expect(bob.eventsOf('stream-reset')).toEqual([]);
    });
  });
}
