// Pictures between hosts, by the real program: the numbers in them tell which came, and when.

import '../../src/base/platform.ts';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type HeadlessClient, startHeadless } from '../support/headless-client.ts';
import type { CallNumbers } from '../support/headless-types.ts';
import { createLan, type Lan } from '../support/lan.ts';
import { numbersWhen } from '../support/lan-calls.ts';
import { describeLan } from '../support/lan-test.ts';
import { arrivalOf, countPictures, seenFrames } from '../support/lan-video.ts';
import { eventually, everybodyMeets } from '../support/meeting.ts';
import { patient } from '../support/patience.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Alice and bob on two hosts, each with a pattern for a camera and a folder for a window. */
class Sight implements AsyncDisposable {
  readonly lan: Lan;
  readonly alice: HeadlessClient;
  readonly bob: HeadlessClient;
  readonly folder: string;
  readonly #owned: readonly AsyncDisposable[];

  constructor(lan: Lan, alice: HeadlessClient, bob: HeadlessClient, folder: string, owned: readonly AsyncDisposable[]) {
    this.lan = lan;
    this.alice = alice;
    this.bob = bob;
    this.folder = folder;
    this.#owned = owned;
  }

  static async start(camera: string): Promise<Sight> {
    const owned: AsyncDisposable[] = [];
    const own = <One extends AsyncDisposable>(one: One): One => {
      owned.push(one);
      return one;
    };
    const folder = own(await temporaryFolder()).path;
    const lan = own(await createLan({ hosts: 2, ipv6: 'none' }));
    const start = async (index: number, name: string): Promise<HeadlessClient> => {
      const sound = ['--audio-in', 'tone:440', '--audio-out', 'none'];
      const sight = ['--video-in', camera, '--video-out', `dir:${join(folder, name)}`];
      return own(await startHeadless({ host: lan.host(index), name, args: [...sound, ...sight] }));
    };
    const [alice, bob] = [await start(0, 'alice'), await start(1, 'bob')];
    await Promise.all([alice.ready, bob.ready]);
    await everybodyMeets([alice, bob], 30_000);
    return new Sight(lan, alice, bob, folder, owned);
  }

  async call(mode: 'audio' | 'video'): Promise<string> {
    const { callId } = await this.alice.call('calls.start', { mode, to: this.bob.peerId });
    await this.bob.waitFor('call.incoming', (one) => one.callId === callId);
    await this.bob.call('calls.accept', { callId });
    await Promise.all([this.alice, this.bob].map((one) => one.waitFor('call.connected', (it) => it.callId === callId)));
    return callId;
  }

  async end(callId: string): Promise<void> {
    await this.alice.call('calls.end', { callId });
    await this.bob.waitFor('call.ended', (one) => one.callId === callId);
  }

  numbers(callId: string): Promise<[CallNumbers, CallNumbers]> {
    return Promise.all([this.alice.call('calls.stats', { callId }), this.bob.call('calls.stats', { callId })]);
  }

  seenBy(name: 'alice' | 'bob'): string {
    return join(this.folder, name);
  }

  /** Until so many more pictures were shown there. */
  async shows(name: 'alice' | 'bob', more: number, timeoutMs = 30_000): Promise<void> {
    const before = await countPictures(this.seenBy(name));
    await eventually(timeoutMs, `${more} pictures at ${name}`, async () => {
      return (await countPictures(this.seenBy(name))) >= before + more;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const one of this.#owned.toReversed()) await one[Symbol.asyncDispose]();
  }
}

describeLan('a video call between two hosts', () => {
  it.each([
    { percent: 0, complete: 0.97 },
    { percent: 5, complete: 0.9 },
  ])('shows each the pictures of the other, with $percent % of the packets lost', async ({ percent, complete }) => {
    await using sight = await Sight.start('pattern:640x480@20');
    const callId = await sight.call('video');
    await Promise.all([sight.shows('alice', 10), sight.shows('bob', 10)]);
    if (percent > 0) await sight.lan.block(`ip protocol udp numgen random mod 100 < ${percent} drop`);
    await Promise.all([sight.shows('alice', 150), sight.shows('bob', 150)]);
    const [atAlice, atBob] = await sight.numbers(callId);
    for (const [one, other] of [
      [atAlice, atBob],
      [atBob, atAlice],
    ] as const) {
      expect(one).toMatchObject({ mode: 'video', peers: [{ path: 'udp', video: { width: 640, height: 480 } }] });
      const { video } = one.peers[0]!;
      expect(video.framesPerSecond).toBeGreaterThan(3);
      expect(video.bitrate).toBeGreaterThan(100_000);
      // What was sent came: a busy machine takes fewer, and that is nobody's loss. The two were not asked at once.
      expect(video.framesReceived).toBeGreaterThan(complete * (other.peers[0]!.video.framesSent - 10));
      if (percent > 0) expect(video.packetsRecovered).toBeGreaterThan(10);
    }
    await sight.end(callId);
    for (const [seer, seen] of [
      ['alice', sight.bob],
      ['bob', sight.alice],
    ] as const) {
      const frames = await seenFrames(sight.seenBy(seer), seen.peerId);
      // Whole ones, each once, in order.
      expect(frames.filter(({ counter }) => counter === undefined)).toEqual([]);
      const counters = frames.map(({ counter }) => Number(counter));
      expect(counters).toEqual([...new Set(counters)].sort((a, b) => a - b));
      const { complete: shown, inTime, p50Ms, p95Ms } = arrivalOf(frames, 50);
      const numbers = [shown, inTime].map((share) => `${(100 * share).toFixed(1)} %`);
      process.stderr.write(`lan: at ${seer}, ${percent} % lost: shown and in time ${numbers.join(', ')}; `);
      process.stderr.write(`later than the quickest p50 ${p50Ms.toFixed(0)} ms, p95 ${p95Ms.toFixed(0)} ms\n`);
      expect(shown).toBeGreaterThan(0.7);
      // Long beside the period of a frame, short beside that of somebody who waits: nothing queues.
      expect(p50Ms).toBeLessThan(patient(150));
    }
  });

  it('begins with sound; the camera comes and goes, and a screen takes its place', async () => {
    await using sight = await Sight.start('pattern:320x240@15');
    const callId = await sight.call('audio');
    await numbersWhen(sight.bob, callId, 'sound', ({ peers }) => (peers[0]?.audio.packetsReceived ?? 0) > 100);
    expect(await countPictures(sight.seenBy('bob'))).toBe(0);
    await sight.alice.call('calls.mute', { callId, video: false });
    await sight.shows('bob', 20);
    expect(await countPictures(sight.seenBy('alice'))).toBe(0);
    await expect(sight.alice.call('calls.share', { callId, source: 'no such screen' })).rejects.toMatchObject({
      data: { code: 'device-unavailable' },
    });
    await sight.shows('bob', 10);
    await sight.alice.call('calls.share', { callId, source: 'pattern:1280x720@10' });
    await numbersWhen(sight.bob, callId, 'the screen', ({ peers }) => peers[0]?.video.width === 1280);
    await sight.alice.call('calls.share', { callId, source: null });
    await numbersWhen(sight.bob, callId, 'the camera again', ({ peers }) => peers[0]?.video.width === 320);
    await sight.alice.call('calls.mute', { callId, video: true });
    await numbersWhen(sight.bob, callId, 'no pictures', ({ peers }) => peers[0]?.video.framesPerSecond === 0);
    await sight.end(callId);
  });
});
