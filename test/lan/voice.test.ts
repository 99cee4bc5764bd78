// A voice note on its way: spoken at one node, heard from the loudspeaker of another, which is a real sound server's.

import '../../src/base/platform.ts';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { medianToneHz } from '../../src/media/goertzel.ts';
import { findCommand } from '../../src/devices/commands.ts';
import { createLan } from '../support/lan.ts';
import { describeLan } from '../support/lan-test.ts';
import { everybodyMeets, startAll } from '../support/meeting.ts';
import { privatePulse, type PrivatePulse } from '../support/pulse.ts';
import { describePulse } from '../support/pulse-test.ts';
import { WavFrames } from '../../src/media/wav-frames.ts';

const SPEECH = { leastHz: 50, mostHz: 4_000 };
const TONE_HZ = 880;

interface Listener {
  /** What came out of the loudspeaker since. */
  stop(): Promise<Float32Array>;
}

/** At the loudspeaker `spk`. */
async function listen(pulse: PrivatePulse): Promise<Listener> {
  const args = [
    '-d',
    'spk.monitor',
    '--format=float32le',
    '--rate=48000',
    '--channels=1',
    '--latency-msec=20',
    '--raw',
  ];
  const child = spawn(findCommand('parec', process.env) ?? 'parec', args, {
    env: pulse.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(child.stdout, 'data');
  return {
    stop: async () => {
      const ended = once(child, 'close');
      child.kill('SIGKILL');
      await ended;
      const bytes = Buffer.concat(chunks);
      return Float32Array.from({ length: bytes.length >> 2 }, (_, index) => bytes.readFloatLE(index * 4));
    },
  };
}

describeLan('voice notes', () => {
  describePulse('with a sound server', () => {
    it('are heard at the other end as they were spoken', async () => {
      await using lan = await createLan({ hosts: 2 });
      await using pulse = await privatePulse();
      await using group = await startAll([
        { host: lan.host(0), name: 'alice', args: ['--audio-in', `tone:${TONE_HZ}`, '--audio-out', 'none'] },
        {
          host: lan.host(1),
          name: 'bob',
          args: ['--audio-in', 'none', '--audio-out', 'pulse:spk'],
          environment: { PULSE_SERVER: pulse.env['PULSE_SERVER'] ?? '' },
        },
      ]);
      const [alice, bob] = [group.at(0), group.at(1)];
      await everybodyMeets(group.clients);

      const { transferId } = await alice.call('voice.send', { seconds: 2, to: 'bob' });
      const note = await bob.waitFor('file.received', (one) => one.transferId === transferId);
      expect(note.kind).toBe('voice');
      expect(note.name).toMatch(/^voice_\d+\.wav$/u);
      expect(basename(note.path)).toBe(note.name);
      const message = await bob.waitFor('message', (one) => one.kind === 'voice');
      expect(message).toMatchObject({ from: { name: 'alice' }, file: { transferId, durationMs: 2_000 } });
      expect(WavFrames.parse(await readFile(note.path)).durationMs).toBe(2_000);

      const ear = await listen(pulse);
      await bob.call('voice.play', { transferId });
      const heard = await ear.stop();
      expect(medianToneHz(heard, SPEECH)).toBeCloseTo(TONE_HZ, -1);
      const loud = heard.filter((sample) => Math.abs(sample) > 0.01).length / 48_000;
      expect(loud).toBeGreaterThan(1.5);
      expect(loud).toBeLessThan(2.2);
    });

    it('say what is missing where nothing can be recorded or played', async () => {
      await using lan = await createLan({ hosts: 2 });
      await using group = await startAll([
        { host: lan.host(0), name: 'alice', args: ['--audio-in', `tone:${TONE_HZ}`] },
        { host: lan.host(1), name: 'bob', environment: { PULSE_SERVER: 'unix:/nowhere/native' } },
      ]);
      const [alice, bob] = [group.at(0), group.at(1)];
      await everybodyMeets(group.clients);
      const { transferId } = await alice.call('voice.send', { seconds: 1, to: 'bob' });
      await bob.waitFor('file.received', (one) => one.transferId === transferId);
      const refusal = { data: { code: 'device-unavailable' }, message: /^[A-Z].*\.$/su };
      // One after the other: a rejection that nobody waits for yet is an error of its own.
      await expect(bob.call('voice.play', { transferId })).rejects.toMatchObject(refusal);
      await expect(bob.call('voice.send', { seconds: 1, to: 'alice' })).rejects.toMatchObject(refusal);
    });
  });
});
