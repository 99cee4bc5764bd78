// Two who call each other again and again: when they hear each other, and how late each tone is.

import type { CallPlan } from './call-plan.ts';
import type { CallEnd } from './processes/call-end.ts';
import type { Remote } from './support/remote.ts';
import type { Workshop } from './support/workshop.ts';

export interface Meetings {
  readonly delaysMs: readonly number[];
  readonly echoesMs: readonly number[];
  readonly setUps: readonly { readonly isFirst: boolean; readonly ms: number }[];
  readonly pings: number;
  readonly frames: Readonly<Record<'received' | 'lost' | 'recovered' | 'concealed', number>>;
  readonly begun: number;
  readonly missed: number;
  readonly standStillMs: number;
}

export interface Pair {
  readonly near: Remote<CallEnd>;
  readonly far: Remote<CallEnd>;
  readonly farId: string;
}

const PING_PACE_MS = 10;
/** Below the shortest pause between two tones. */
const MOST_DELAY_MICROS = 400_000;
/** Longer than any call takes to begin on a machine with other work. */
const NEVER_MS = 20_000;

export async function meeting(workshop: Workshop, speaks: 'always' | 'now and then'): Promise<Pair> {
  const far = await workshop.process<CallEnd>('call-end');
  const near = await workshop.process<CallEnd>('call-end');
  const bob = { name: 'bob', dataDir: await workshop.folder(), ports: [], speaks };
  const { port, peerId } = await far.call('start', bob);
  await near.call('start', { name: 'alice', dataDir: await workshop.folder(), ports: [port], speaks });
  await near.call('linked', { count: 1 });
  return { near, far, farId: peerId };
}

export async function callMeetings(workshop: Workshop, plan: CallPlan): Promise<Meetings> {
  const delaysMs: number[] = [];
  const echoesMs: number[] = [];
  const setUps: { isFirst: boolean; ms: number }[] = [];
  const frames = { received: 0, lost: 0, recovered: 0, concealed: 0 };
  let [begun, missed, standStillMs] = [0, 0, 0];
  for (let round = 0; round < plan.pairs; round++) {
    workshop.progress(`two who call each other, ${round + 1} of ${plan.pairs}`);
    const { near, far, farId } = await meeting(workshop, 'now and then');
    const { port } = await far.call('echo', {});
    for (let call = 0; call < plan.calls; call++) {
      const { atMicros } = await near.call('call', { peerId: farId });
      await workshop.sleep(plan.callMs);
      for (const end of [near, far]) {
        const { standStillMs: still, ...counts } = await end.call('counts', {});
        for (const key of ['received', 'lost', 'recovered', 'concealed'] as const) frames[key] += counts[key];
        standStillMs = Math.max(standStillMs, still);
      }
      await near.call('end', {});
      await far.call('ended', {});
      const [here, there] = [await near.call('times', {}), await far.call('times', {})];
      const firsts = [here, there].map(({ firstHeard }) => (firstHeard ?? Infinity) - atMicros);
      setUps.push({ isFirst: call === 0, ms: Math.min(NEVER_MS, Math.max(...firsts) / 1e3) });
      for (const [said, heard] of [
        [here.begun, there.heard],
        [there.begun, here.heard],
      ] as const) {
        // The last one may have been cut off.
        const delays = delaysOf(said.slice(0, -1), heard);
        begun += said.length - 1;
        missed += said.length - 1 - delays.length;
        delaysMs.push(...delays);
      }
      const pings = await near.call('ping', { port, count: plan.pings, paceMs: PING_PACE_MS });
      echoesMs.push(...pings.map((micros) => micros / 1e3));
    }
    for (const one of [near, far]) await workshop.end(one.process);
  }
  return { delaysMs, echoesMs, setUps, pings: echoesMs.length, frames, begun, missed, standStillMs };
}

/** Milliseconds from each that is said to the next that is heard; those that are not heard have none. */
export function delaysOf(saidMicros: readonly number[], heardMicros: readonly number[]): number[] {
  return saidMicros.flatMap((at) => {
    const heard = heardMicros.find((one) => one > at && one < at + MOST_DELAY_MICROS);
    return heard === undefined ? [] : [(heard - at) / 1e3];
  });
}
