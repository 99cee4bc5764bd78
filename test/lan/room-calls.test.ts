// A call of a room between five hosts: everybody hears everybody else, and who is not in the room learns nothing.

import '../../src/base/platform.ts';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { HeadlessClient } from '../support/headless-client.ts';
import { createLan } from '../support/lan.ts';
import { goesBy, hearsTone, lastHeard, missesTone, numbersWhen } from '../support/lan-calls.ts';
import { describeLan } from '../support/lan-test.ts';
import { eventually, everybodyMeets, startAll } from '../support/meeting.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { amplitudeAt } from '../../src/media/goertzel.ts';

const TONES_HZ = [400, 550, 700, 850, 1_000];

describeLan('a call of a room between five hosts', () => {
  it('is heard by everybody in it, also after one left and came back, and by nobody else', async () => {
    await using lan = await createLan({ hosts: 6 });
    await using folder = await temporaryFolder();
    const recording = (index: number): string => join(folder.path, `heard${index}.wav`);
    await using group = await startAll(
      Array.from({ length: 6 }, (_, index) => ({
        host: lan.host(index),
        name: index === 5 ? 'outsider' : `speaker${index + 1}`,
        args: ['--audio-in', `tone:${TONES_HZ[index] ?? 1_300}`, '--audio-out', `file:${recording(index)}`],
      })),
    );
    await everybodyMeets(group.clients, 40_000);
    const [first, outsider] = [group.at(0), group.at(5)];
    const speakers = group.clients.slice(0, 5);
    await first.call('rooms.create', { room: 'lab' });
    for (const speaker of speakers.slice(1)) await speaker.call('rooms.join', { room: 'lab' });
    const seesAll = async (client: HeadlessClient): Promise<boolean> => {
      const row = (await client.call('rooms.list')).find(({ room }) => room === 'lab');
      return row?.members.length === 5;
    };
    for (const speaker of speakers) await eventually(15_000, 'all five are in the room', () => seesAll(speaker));

    const { callId } = await first.call('calls.start', { mode: 'audio', room: 'lab' });
    await Promise.all(
      speakers.slice(1).map(async (speaker) => {
        const incoming = await speaker.waitFor('call.incoming', (one) => one.callId === callId);
        expect(incoming).toMatchObject({ from: 'speaker1', room: 'lab' });
        await speaker.call('calls.accept', { callId });
      }),
    );
    const everybodyHears = async (): Promise<void> => {
      await Promise.all(
        speakers.flatMap((_, listener) =>
          TONES_HZ.filter((hz) => hz !== TONES_HZ[listener]).map((hz) => hearsTone(recording(listener), hz, 20_000)),
        ),
      );
    };
    await everybodyHears();
    for (const [index, hz] of TONES_HZ.entries())
      expect(
        amplitudeAt(await lastHeard(recording(index), 1), hz),
        `speaker ${index + 1} hears themselves`,
      ).toBeLessThan(0.01);
    for (const speaker of speakers) {
      const { peers } = await numbersWhen(speaker, callId, 'direct', goesBy('udp'));
      expect(peers).toHaveLength(4);
      expect(peers.every(({ encrypted }) => encrypted)).toBe(true);
    }

    await group.at(4).call('calls.end', { callId });
    await Promise.all([0, 1, 2, 3].map((listener) => missesTone(recording(listener), 1_000)));
    const { callId: same } = await group.at(4).call('calls.start', { mode: 'audio', room: 'lab' });
    expect(same).toBe(callId);
    await Promise.all([0, 1, 2, 3].map((listener) => hearsTone(recording(listener), 1_000, 20_000)));

    const words = outsider.notifications.filter(({ method }) => method.startsWith('call.'));
    expect(words).toEqual([]);
    await expect(outsider.call('calls.stats', { callId })).rejects.toMatchObject({ data: { code: 'no-such-call' } });
  });
});
