// What a call costs each of those in it: two, and a room where everybody speaks with everybody.

import type { CallPlan } from './call-plan.ts';
import { meeting } from './call-meetings.ts';
import type { CallEnd } from './processes/call-end.ts';
import type { Remote } from './support/remote.ts';
import type { Workshop } from './support/workshop.ts';

export interface CallCosts {
  readonly pairPercent: number;
  readonly meshPercent: number;
  readonly notes: readonly string[];
}

export async function callCosts(workshop: Workshop, plan: CallPlan): Promise<CallCosts> {
  workshop.progress('what a call of two costs');
  const { near, far, farId } = await meeting(workshop, 'always');
  // The first seconds compile what the others run.
  await workshop.sleep(plan.warmUpMs / 3);
  const idle = await percentEach(workshop, [near, far], plan.costMs / 2);
  await near.call('call', { peerId: farId });
  await workshop.sleep(plan.warmUpMs);
  const pairPercent = await percentEach(workshop, [near, far], plan.costMs);
  for (const { process } of [near, far]) await workshop.end(process);

  workshop.progress(`what a call of ${plan.members} costs`);
  const ends: Remote<CallEnd>[] = [];
  const ports: number[] = [];
  for (let index = 0; index < plan.members; index++) {
    const end = await workshop.process<CallEnd>('call-end');
    const dataDir = await workshop.folder();
    const { port } = await end.call('start', { name: `member${index}`, dataDir, ports: [...ports], speaks: 'always' });
    ends.push(end);
    ports.push(port);
  }
  const others = plan.members - 1;
  for (const end of ends) await end.call('linked', { count: others });
  for (const end of ends) await end.call('joinRoom', { room: 'lab' });
  await Promise.all(ends.map((end, index) => end.call('joinCall', { room: 'lab', others, starts: index === 0 })));
  await workshop.sleep(plan.warmUpMs);
  const meshPercent = await percentEach(workshop, ends, plan.costMs);
  const counts = await Promise.all(ends.map((end) => end.call('counts', {})));
  const byUdp = counts.reduce((sum, one) => sum + one.byUdp, 0);
  const byLink = counts.reduce((sum, one) => sum + one.byLink, 0);
  const received = counts.reduce((sum, one) => sum + one.received, 0);
  for (const { process } of ends) await workshop.end(process);
  return {
    pairPercent,
    meshPercent,
    notes: [
      `Processor: of the whole process, all of its threads, everybody speaking all the time, ${plan.warmUpMs / 1e3} s after the call began; a node of the pair without a call takes ${idle.toFixed(1)} %.`,
      `Call of ${plan.members}: ${byUdp} of ${plan.members * others} ways by UDP, ${byLink} over the link, ${received} frames received; each person a process of its own.`,
    ],
  };
}

/** Of one core, on average. */
async function percentEach(workshop: Workshop, ends: readonly Remote<CallEnd>[], forMs: number): Promise<number> {
  const used = async (): Promise<number> =>
    (await Promise.all(ends.map((end) => end.call('cpu', {})))).reduce((sum, micros) => sum + micros, 0);
  const beganMs = performance.now();
  const before = await used();
  await workshop.sleep(forMs);
  const after = await used();
  return (after - before) / ends.length / (performance.now() - beganMs) / 10;
}
