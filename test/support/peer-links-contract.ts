// What every PeerLinks must do, whatever carries the links. An implementation's own test file calls this.

import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { WireError } from '../../src/base/errors.ts';
import type { PeerLink } from '../../src/contracts/links.ts';
import { MAX_FRAME_BYTES } from '../../src/wire/frames.ts';
import { Ends, numbered, numberIn, pause, upTo, type End, type EndOptions, type LinksNetwork } from './link-ends.ts';
import { purposeStreamsContract } from './purpose-streams-contract.ts';

/** As much as may ever wait for one peer, with the buffers below. */
const QUEUE_BOUND_BYTES = 16 * 1024 * 1024;

export function peerLinksContract(name: string, makeNetwork: () => LinksNetwork): void {
  describe(`${name} keeps the contract of PeerLinks`, () => {
    const ends = new Ends(makeNetwork);
    const start = (options?: EndOptions): Promise<End> => ends.start(options);
    const pair = (): Promise<[End, End]> => ends.pair();

    afterEach(() => ends.stop());

    it('a dial gives a link that both ends see', async () => {
      const [alice, bob] = [await start(), await start()];
      const link = await alice.node.links.dial(ends.network.addressOf(bob.node));
      expect(link.peerId).toBe(bob.peerId);
      expect(link.listenAddress).toEqual(ends.network.addressOf(bob.node));
      expect(link).toBe(alice.linkTo(bob));
      const back = await bob.up(alice);
      expect(back.peerId).toBe(alice.peerId);
      expect(back.listenAddress).toEqual(ends.network.addressOf(alice.node));
      expect([back.instanceId, link.instanceId]).toEqual([
        (ends.starts - 1).toString(16).padStart(16, '0'),
        ends.starts.toString(16).padStart(16, '0'),
      ]);
      expect([alice.eventsOf('up').length, bob.eventsOf('up').length]).toEqual([1, 1]);
    });

    it('dialling somebody linked gives the same link', async () => {
      const [alice, bob] = await pair();
      const link = alice.linkTo(bob);
      expect(await alice.node.links.dial(ends.network.addressOf(bob.node))).toBe(link);
      expect(await bob.node.links.dial(ends.network.addressOf(alice.node))).toBe(bob.linkTo(alice));
      expect([...alice.eventsOf('up'), ...alice.eventsOf('down')]).toHaveLength(1);
    });

    it('frames of any size come in order, both ways at once', async () => {
      const [alice, bob] = await pair();
      const sizes = [8, 9, 127, 128, 129, 1_000, 16_383, 16_384, 65_536, MAX_FRAME_BYTES];
      const count = 300;
      for (const number of upTo(count)) {
        const length = sizes[number % sizes.length] ?? 8;
        expect(alice.linkTo(bob).send(numbered(number, length))).toBe(true);
        expect(bob.linkTo(alice).send(numbered(number, length))).toBe(true);
        if (number % 20 === 0) await pause(1);
      }
      for (const [from, to] of [
        [alice, bob],
        [bob, alice],
      ] as const) {
        await to.until(() => to.framesFrom(from.peerId).length >= count, 'all frames');
        expect(to.framesFrom(from.peerId).map(numberIn)).toEqual(upTo(count));
        expect(to.framesFrom(from.peerId).map(({ length }) => length)).toEqual(
          upTo(count).map((number) => sizes[number % sizes.length]),
        );
      }
    });

    it('frames that are empty or too large are refused at the sender', async () => {
      const [alice, bob] = await pair();
      expect(() => alice.linkTo(bob).send(new Uint8Array(0))).toThrow(WireError);
      expect(() => alice.linkTo(bob).send(new Uint8Array(MAX_FRAME_BYTES + 1))).toThrow(WireError);
      alice.linkTo(bob).send(numbered(1));
      await bob.until(() => bob.framesFrom(alice.peerId).length === 1, 'the frame after them');
    });

    it('two that dial each other at once have one link, and no frame is lost, doubled or out of order', async () => {
      const delays = fc.record({ aliceMs: fc.nat(12), bobMs: fc.nat(12), twice: fc.boolean() });
      for (const { aliceMs, bobMs, twice } of fc.sample(delays, 12)) {
        const [alice, bob] = [await start(), await start()];
        const dial = async (from: End, to: End, delayMs: number): Promise<PeerLink> => {
          await pause(delayMs);
          return from.node.links.dial(ends.network.addressOf(to.node));
        };
        const count = 60;
        const talk = async (from: End, to: End): Promise<void> => {
          await from.up(to);
          for (const number of upTo(count)) {
            expect(from.linkTo(to).send(numbered(number, 1 + ((number * 997) % 5_000)))).toBe(true);
            if (number % 3 === 0) await pause(1);
          }
          await to.until(() => to.framesFrom(from.peerId).length >= count, 'all frames');
        };
        await Promise.all([
          dial(alice, bob, aliceMs),
          dial(bob, alice, bobMs),
          twice ? dial(alice, bob, aliceMs) : undefined,
          talk(alice, bob),
          talk(bob, alice),
        ]);
        // What would come twice would come by now.
        await pause(50);
        for (const [from, to] of [
          [alice, bob],
          [bob, alice],
        ] as const) {
          expect(to.framesFrom(from.peerId).map(numberIn)).toEqual(upTo(count));
          expect([to.node.links.links.size, to.eventsOf('up').length, to.eventsOf('down').length]).toEqual([1, 1, 0]);
        }
        await ends.stop();
      }
    });

    it('close sends what is queued first; each end hears of the end once', async () => {
      const [alice, bob] = await pair();
      const link = alice.linkTo(bob);
      for (const number of upTo(40)) link.send(numbered(number, 65_536));
      link.close('goodbye');
      link.close('closed');
      expect(await alice.down()).toMatchObject({ type: 'down', link, reason: 'goodbye' });
      await bob.down();
      expect(bob.framesFrom(alice.peerId).map(numberIn)).toEqual(upTo(40));
      expect(link.send(numbered(41))).toBe(false);
      await pause(100);
      for (const end of [alice, bob]) {
        expect(end.eventsOf('down')).toHaveLength(1);
        expect(end.node.links.links.size).toBe(0);
      }
    });

    it('two can link again after a link ended', async () => {
      const [alice, bob] = await pair();
      alice.linkTo(bob).close('closed');
      await Promise.all([alice.down(), bob.down()]);
      await bob.node.links.dial(ends.network.addressOf(alice.node));
      (await alice.up(bob)).send(numbered(7));
      await bob.until(() => bob.framesFrom(alice.peerId).length === 1, 'a frame on the new link');
    });

    it('stop ends every link, once, however often it is called', async () => {
      const [alice, bob] = await pair();
      alice.linkTo(bob).send(numbered(1));
      await Promise.all([alice.node.links.stop(), alice.node.links.stop()]);
      await alice.node.links.stop();
      expect(alice.eventsOf('down')).toMatchObject([{ reason: 'stopped' }]);
      await bob.down();
      expect(bob.framesFrom(alice.peerId).map(numberIn)).toEqual([1]);
      await expect(alice.node.links.dial(ends.network.addressOf(bob.node))).rejects.toMatchObject({ code: 'stopped' });
      await expect(bob.node.links.dial(ends.network.addressOf(alice.node))).rejects.toMatchObject({
        code: 'unreachable',
      });
    });

    it('stop without start does nothing', async () => {
      await ends.network.make().links.stop();
    });

    it('nodes of another network can’t link, and learn it at once', async () => {
      const [alice, bob] = [await start({ network: 'one secret' }), await start({ network: 'another secret' })];
      const startMs = performance.now();
      await expect(alice.node.links.dial(ends.network.addressOf(bob.node))).rejects.toMatchObject({
        code: 'unreachable',
      });
      // Sooner than any deadline of a dial.
      expect(performance.now() - startMs).toBeLessThan(2_900);
      expect([...alice.events, ...bob.events]).toEqual([]);
      const carol = await start({ network: 'one secret' });
      await carol.node.links.dial(ends.network.addressOf(alice.node));
    });

    it('nobody is linked with themselves', async () => {
      const alice = await start();
      await expect(alice.node.links.dial(ends.network.addressOf(alice.node))).rejects.toMatchObject({
        code: 'unreachable',
      });
      expect(alice.events).toEqual([]);
    });

    it('somebody else with one’s own key is reported', async () => {
      const alice = await start();
      const copy = await start({ sameKeyAs: alice.node });
      await expect(copy.node.links.dial(ends.network.addressOf(alice.node))).rejects.toMatchObject({
        code: 'identity-in-use',
      });
      expect(copy.eventsOf('identity-in-use')).toHaveLength(1);
      expect(copy.node.links.links.size + alice.node.links.links.size).toBe(0);
    });

    it('dialling where nobody listens fails', async () => {
      const alice = await start();
      await expect(alice.node.links.dial(ends.network.emptyAddress)).rejects.toMatchObject({ code: 'unreachable' });
    });

    it('a dial can be given up', async () => {
      const [alice, bob] = [await start(), await start()];
      const signal = AbortSignal.abort();
      await expect(alice.node.links.dial(ends.network.addressOf(bob.node), { signal })).rejects.toMatchObject({
        code: 'unreachable',
      });
    });

    it('a handler that takes its time slows its sender down, and nothing is lost', async () => {
      const [alice, bob] = await pair();
      const gate = Promise.withResolvers<undefined>();
      bob.hold = gate.promise;
      const link = alice.linkTo(bob);
      for (const number of upTo(60)) {
        expect(link.send(numbered(number, 65_536))).toBe(true);
        await pause(2);
      }
      await bob.until(() => bob.framesFrom(alice.peerId).length > 0, 'the first frame');
      await pause(100);
      expect(bob.framesFrom(alice.peerId)).toHaveLength(1);
      // The rest waits at its sender, apart from a window's worth.
      expect(link.queuedBytes).toBeGreaterThan(2_000_000);
      bob.hold = undefined;
      gate.resolve(undefined);
      await bob.until(() => bob.framesFrom(alice.peerId).length >= 60, 'all frames');
      expect(bob.framesFrom(alice.peerId).map(numberIn)).toEqual(upTo(60));
      await alice.until(() => true, 'nothing');
      expect(alice.eventsOf('down').length + bob.eventsOf('down').length).toBe(0);
    });

    it('what waits for somebody who does not read is bounded: the link goes down as stalled', async () => {
      const [alice, bob] = await pair();
      bob.hold = new Promise(() => undefined);
      const link = alice.linkTo(bob);
      let sent = 0;
      while (link.send(numbered(sent, MAX_FRAME_BYTES))) {
        sent++;
        expect(link.queuedBytes).toBeLessThan(QUEUE_BOUND_BYTES);
        expect(sent * MAX_FRAME_BYTES).toBeLessThan(2 * QUEUE_BOUND_BYTES);
        if (sent % 8 === 0) await pause(1);
      }
      expect(await alice.down()).toMatchObject({ reason: 'stalled' });
      expect(alice.node.links.links.size).toBe(0);
      expect(alice.eventsOf('down')).toHaveLength(1);
    });

    it('a slow peer does not hold others back', async () => {
      const [alice, bob] = await pair();
      const carol = await start();
      await carol.node.links.dial(ends.network.addressOf(alice.node));
      bob.hold = new Promise(() => undefined);
      for (const number of upTo(30)) alice.linkTo(bob).send(numbered(number, 65_536));
      (await alice.up(carol)).send(numbered(1));
      await carol.until(() => carol.framesFrom(alice.peerId).length === 1, 'a frame past the slow peer');
    });
  });
  purposeStreamsContract(name, makeNetwork);
}
