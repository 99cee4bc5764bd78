// A call while packets are lost, cables pulled, ways blocked, addresses changed, and one side is killed.

import '../../src/base/platform.ts';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { type HeadlessClient, startHeadless } from '../support/headless-client.ts';
import { createLan, type Lan } from '../support/lan.ts';
import { goesBy, hearsTone, missesTone, numbersWhen, talkTogether } from '../support/lan-calls.ts';
import { describeLan, report } from '../support/lan-test.ts';
import { everybodyMeets, timed } from '../support/meeting.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ALICE_HZ = 440;
const BOB_HZ = 880;

/** Alice and bob on two hosts, who hear each other's tone. */
class Talk implements AsyncDisposable {
  readonly lan: Lan;
  readonly alice: HeadlessClient;
  readonly bob: HeadlessClient;
  /** Newest last. */
  readonly #owned: readonly AsyncDisposable[];
  readonly #folder: string;
  callId = '';

  constructor(lan: Lan, alice: HeadlessClient, bob: HeadlessClient, folder: string, owned: readonly AsyncDisposable[]) {
    this.lan = lan;
    this.alice = alice;
    this.bob = bob;
    this.#folder = folder;
    this.#owned = owned;
  }

  static async start(): Promise<Talk> {
    const owned: AsyncDisposable[] = [];
    const own = <One extends AsyncDisposable>(one: One): One => {
      owned.push(one);
      return one;
    };
    const folder = own(await temporaryFolder()).path;
    const lan = own(await createLan({ hosts: 2, ipv6: 'none' }));
    const start = async (index: number, name: string, hz: number): Promise<HeadlessClient> =>
      own(
        await startHeadless({
          host: lan.host(index),
          name,
          args: ['--audio-in', `tone:${hz}`, '--audio-out', `file:${join(folder, `${name}.wav`)}`],
        }),
      );
    const [alice, bob] = [await start(0, 'alice', ALICE_HZ), await start(1, 'bob', BOB_HZ)];
    await Promise.all([alice.ready, bob.ready]);
    await everybodyMeets([alice, bob], 30_000);
    return new Talk(lan, alice, bob, folder, owned);
  }

  async call(): Promise<void> {
    this.callId = await talkTogether(this.alice, this.bob);
    await this.heard();
  }

  /** Both hear each other now. */
  async heard(timeoutMs = 10_000): Promise<void> {
    await Promise.all([
      hearsTone(join(this.#folder, 'alice.wav'), BOB_HZ, timeoutMs),
      hearsTone(join(this.#folder, 'bob.wav'), ALICE_HZ, timeoutMs),
    ]);
  }

  async silent(timeoutMs = 5_000): Promise<void> {
    await Promise.all([
      missesTone(join(this.#folder, 'alice.wav'), BOB_HZ, timeoutMs),
      missesTone(join(this.#folder, 'bob.wav'), ALICE_HZ, timeoutMs),
    ]);
  }

  async by(path: 'udp' | 'link', timeoutMs = 15_000): Promise<void> {
    await Promise.all(
      [this.alice, this.bob].map((one) => numbersWhen(one, this.callId, `by ${path}`, goesBy(path), timeoutMs)),
    );
  }

  hasEnded(): boolean {
    return [this.alice, this.bob].some((one) => one.all('call.ended').length > 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const one of this.#owned.toReversed()) await one[Symbol.asyncDispose]();
  }
}

describeLan('a call in trouble', () => {
  it('goes on with 5 % and 20 % of its packets lost, and its numbers tell', async () => {
    await using talk = await Talk.start();
    await talk.call();
    for (const percent of [5, 20]) {
      const before = await talk.alice.call('calls.stats', { callId: talk.callId });
      await talk.lan.block(`ip protocol udp numgen random mod 100 < ${percent} drop`);
      const lostBefore = before.peers[0]!.audio;
      for (const one of [talk.alice, talk.bob]) {
        await numbersWhen(one, talk.callId, 'loss and recovery', ({ peers }) => {
          const { packetsLost, packetsRecovered } = peers[0]!.audio;
          return packetsLost > lostBefore.packetsLost + 20 && packetsRecovered > lostBefore.packetsRecovered;
        });
      }
      await talk.heard();
      await talk.by('udp');
      await talk.lan.unblock();
    }
    expect(talk.hasEnded()).toBe(false);
  });

  it('goes on after a cable was out for 3 s', async () => {
    await using talk = await Talk.start();
    await talk.call();
    await talk.lan.host(1).pullCable('behind-switch');
    await talk.silent();
    await pause(1_500);
    await talk.lan.host(1).plugCable();
    report('a cable out for 3 s: heard again', await timed(() => talk.heard(15_000)));
    expect(talk.hasEnded()).toBe(false);
  });

  it('goes on with the link blocked, and over the link with UDP blocked, and back', async () => {
    await using talk = await Talk.start();
    await talk.lan.block('ip protocol udp udp dport != 5353 drop');
    await talk.call();
    await talk.by('link');
    await talk.lan.unblock();
    await talk.by('udp', 20_000);
    await talk.heard();
    await talk.lan.block('ip protocol udp udp dport != 5353 drop');
    await talk.by('link');
    await talk.heard();
    await talk.lan.unblock();
    await talk.by('udp', 20_000);
    await talk.lan.block('ip protocol tcp drop');
    await talk.alice.waitFor('peer.offline', () => true, 10_000);
    await talk.heard();
    await talk.lan.unblock();
    await talk.heard();
    expect(talk.hasEnded()).toBe(false);
  });

  it('goes on at another address', async () => {
    await using talk = await Talk.start();
    await talk.call();
    await talk.lan.host(1).setAddress('10.77.1.99/24');
    await pause(2_000);
    await talk.heard(15_000);
    await talk.by('udp');
    expect(talk.hasEnded()).toBe(false);
  });

  it('ends as lost when the other one is killed', async () => {
    await using talk = await Talk.start();
    await talk.call();
    await talk.bob.kill();
    const tookMs = await timed(async () => {
      const { reason } = await talk.alice.waitFor('call.ended', (one) => one.callId === talk.callId, 36_000);
      expect(reason).toBe('lost');
    });
    report('the other one was killed: ended', tookMs);
  });
});
