// A call through a real sound server: what is played into one null sink is the microphone of one, another one the
// loudspeaker of the other. Both sinks are recorded; the difference is the delay.

import { delaysOf } from './call-meetings.ts';
import type { CallEnd } from './processes/call-end.ts';
import { PulseServer } from './support/pulse-server.ts';
import type { Workshop } from './support/workshop.ts';

export interface PulseFindings {
  readonly delaysMs: readonly number[];
  readonly notes: readonly string[];
}

/** Until what is in the way at the start of a call is gone. */
const SETTLING_MS = 2_000;

export async function throughPulse(workshop: Workshop, forMs: number): Promise<PulseFindings> {
  const absent = await PulseServer.missing(workshop);
  if (absent !== undefined) return { delaysMs: [], notes: [`Through PulseAudio nothing was measured: ${absent}`] };
  workshop.progress('a call through PulseAudio');
  const server = await PulseServer.start(workshop);
  try {
    const { env } = server;
    const far = await workshop.process<CallEnd>('call-end');
    const near = await workshop.process<CallEnd>('call-end');
    const common = { speaks: 'always' } as const;
    const { port, peerId } = await far.call('start', {
      ...common,
      name: 'bob',
      dataDir: await workshop.folder(),
      ports: [],
      pulse: { env, input: 'none', output: 'spk' },
    });
    await near.call('start', {
      ...common,
      name: 'alice',
      dataDir: await workshop.folder(),
      ports: [port],
      pulse: { env, input: 'mic.monitor', output: 'none' },
    });
    await near.call('linked', { count: 1 });
    const stop = server.playTones('mic');
    await near.call('call', { peerId });
    await workshop.sleep(SETTLING_MS);
    const [said, heard] = [server.record('mic.monitor'), server.record('spk.monitor')];
    await workshop.sleep(forMs);
    const tones = said.begun();
    const delaysMs = delaysOf(tones.slice(0, -1), heard.begun());
    const { underruns } = await far.call('counts', {});
    await stop();
    await near.call('end', {});
    for (const { process } of [near, far]) await workshop.end(process);
    return {
      delaysMs,
      notes: [
        `Through PulseAudio: ${delaysMs.length} of ${Math.max(0, tones.length - 1)} tones were heard; the loudspeaker ran dry ${underruns} times.`,
      ],
    };
  } finally {
    await server.stop();
  }
}
