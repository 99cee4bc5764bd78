// Calls between hosts, by the real program with a real sound server: who rings, who answers, what is heard.

import '../../src/base/platform.ts';
import { expect, it } from 'vitest';
import { medianToneHz } from '../../src/media/goertzel.ts';
import type { NotificationName } from '../support/headless-types.ts';
import type { HeadlessClient } from '../support/headless-client.ts';
import { createLan } from '../support/lan.ts';
import { goesBy, listenTo, numbersWhen, speakInto, talkTogether } from '../support/lan-calls.ts';
import { describeLan } from '../support/lan-test.ts';
import { everybodyMeets, startAll } from '../support/meeting.ts';
import { patient } from '../support/patience.ts';
import { privatePulse } from '../support/pulse.ts';
import { describePulse } from '../support/pulse-test.ts';

const SPEECH = { leastHz: 200, mostHz: 2_000 };
const ALICE_HZ = 440;
const BOB_HZ = 880;
const PULSE = ['--audio-in', 'pulse:mic.monitor', '--audio-out', 'pulse:spk'];
const SILENT = ['--audio-in', 'none', '--audio-out', 'none'];

const told = (client: HeadlessClient, name: NotificationName, callId: string): Promise<unknown> =>
  client.waitFor(name, (one) => 'callId' in one && one.callId === callId);
const ended = (client: HeadlessClient, callId: string, timeoutMs = 10_000): Promise<string> =>
  client.waitFor('call.ended', (one) => one.callId === callId, timeoutMs).then(({ reason }) => reason);

describeLan('a call between two hosts', () => {
  describePulse('with a sound server each', () => {
    it('is heard both ways at the right pitch, and its numbers are true', async () => {
      await using lan = await createLan({ hosts: 2 });
      await using ofAlice = await privatePulse();
      await using ofBob = await privatePulse();
      await using group = await startAll(
        [ofAlice, ofBob].map((pulse, index) => ({
          host: lan.host(index),
          name: index === 0 ? 'alice' : 'bob',
          args: PULSE,
          environment: { PULSE_SERVER: pulse.env['PULSE_SERVER'] ?? '' },
        })),
      );
      const [alice, bob] = [group.at(0), group.at(1)];
      await everybodyMeets(group.clients);
      await using _alice = speakInto(ofAlice, ALICE_HZ);
      await using _bob = speakInto(ofBob, BOB_HZ);
      const callId = await talkTogether(alice, bob);
      const [atAlice, atBob] = await Promise.all([listenTo(ofAlice, 2), listenTo(ofBob, 2)]);
      expect(medianToneHz(atBob, SPEECH)).toBeCloseTo(ALICE_HZ, -1);
      expect(medianToneHz(atAlice, SPEECH)).toBeCloseTo(BOB_HZ, -1);

      for (const client of group.clients) {
        const numbers = await numbersWhen(
          client,
          callId,
          'a round trip',
          (one) => (one.peers[0]?.audio.rttMs ?? 0) > 0,
        );
        expect(numbers).toMatchObject({ state: 'active', mode: 'audio', peers: [{ path: 'udp', encrypted: true }] });
        const { audio } = numbers.peers[0]!;
        expect(audio.rttMs).toBeLessThan(patient(200));
        expect(audio.jitterMs).toBeLessThan(patient(100));
        expect(audio.packetsReceived).toBeGreaterThan(100);
        expect(audio.packetsLost).toBeLessThan(audio.packetsReceived / 3);
      }

      await alice.call('calls.mute', { callId, audio: true });
      // What was on its way is heard first.
      await expect.poll(async () => medianToneHz(await listenTo(ofBob, 0.5), SPEECH)).toBeUndefined();
      await alice.call('calls.mute', { callId, audio: false });
      await expect.poll(async () => medianToneHz(await listenTo(ofBob, 0.5), SPEECH)).toBeCloseTo(ALICE_HZ, -1);
      await bob.call('calls.end', { callId });
      expect(await Promise.all([ended(alice, callId), ended(bob, callId)])).toEqual(['hangup', 'hangup']);
    });
  });

  it('rings, is accepted, rejected, refused, taken back, and hung up: both sides are told', async () => {
    await using lan = await createLan({ hosts: 3 });
    await using group = await startAll(
      ['alice', 'bob', 'carol'].map((name, index) => ({
        host: lan.host(index),
        name,
        args: name === 'carol' ? [...SILENT, '--auto-answer'] : SILENT,
      })),
    );
    const [alice, bob, carol] = [group.at(0), group.at(1), group.at(2)];
    await everybodyMeets(group.clients);

    const rejected = await alice.call('calls.start', { mode: 'audio', to: 'bob' });
    const incoming = await bob.waitFor('call.incoming', (one) => one.callId === rejected.callId);
    expect(incoming).toMatchObject({ from: 'alice', fromPeerId: alice.peerId, mode: 'audio' });
    await bob.call('calls.reject', rejected);
    const refusal = await alice.waitFor('call.rejected', (one) => one.callId === rejected.callId);
    expect(refusal).toMatchObject({ peer: 'bob', peerId: bob.peerId, reason: 'rejected' });
    await Promise.all([ended(alice, rejected.callId), ended(bob, rejected.callId)]);

    const cancelled = await alice.call('calls.start', { mode: 'audio', to: 'bob' });
    await told(bob, 'call.incoming', cancelled.callId);
    await alice.call('calls.end', cancelled);
    await Promise.all([ended(alice, cancelled.callId), ended(bob, cancelled.callId)]);

    const callId = await talkTogether(alice, carol, false);
    await told(alice, 'call.accepted', callId);
    const busy = await bob.call('calls.start', { mode: 'audio', to: 'carol' });
    const answer = await bob.waitFor('call.rejected', (one) => one.callId === busy.callId);
    expect(answer).toMatchObject({ peer: 'carol', reason: 'busy' });
    await numbersWhen(alice, callId, 'direct', goesBy('udp'));
    await alice.call('calls.end', { callId });
    expect(await Promise.all([ended(alice, callId), ended(carol, callId)])).toEqual(['hangup', 'hangup']);

    const unanswered = await alice.call('calls.start', { mode: 'audio', to: 'bob' });
    const reasons = await Promise.all([
      ended(alice, unanswered.callId, 40_000),
      ended(bob, unanswered.callId, 40_000),
      alice.waitFor('call.rejected', (one) => one.callId === unanswered.callId, 40_000).then(({ reason }) => reason),
    ]);
    expect(reasons).toEqual(['timeout', 'timeout', 'timeout']);
  });
});
