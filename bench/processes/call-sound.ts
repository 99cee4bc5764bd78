// Calls that are only counted, in a process of their own: nothing else waits for their work.

import { callOfUnequalClocks, callWithLosses, echoTakenOff } from '../inside/virtual-calls.ts';
import type { DriftResult, LossResult } from '../inside/virtual-calls.ts';

export interface CallSound {
  losses(params: { share: number; seconds: number; seed: number }): Promise<LossResult>;
  drift(params: { ppm: number; minutes: number }): Promise<DriftResult>;
  echo(params: { seconds: number }): Promise<{ decibels: number }>;
}

export function callSound(): CallSound {
  return {
    losses: ({ share, seconds, seed }) => callWithLosses(share, seconds, seed),
    drift: async ({ ppm, minutes }) => callOfUnequalClocks(ppm, minutes),
    echo: async ({ seconds }) => ({ decibels: await echoTakenOff(seconds) }),
  };
}
