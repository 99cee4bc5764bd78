// How much of everything `bench call` measures.

export interface CallPlan {
  /** Pairs of processes, and calls of each. */
  readonly pairs: number;
  readonly calls: number;
  readonly callMs: number;
  readonly pings: number;
  readonly members: number;
  /** Of a call before its cost is measured. */
  readonly warmUpMs: number;
  readonly costMs: number;
  readonly lossSeconds: number;
  readonly driftMinutes: number;
  readonly echoSeconds: number;
  readonly pulseMs: number;
}

export const CALL_COUNTS: CallPlan = {
  pairs: 3,
  calls: 2,
  callMs: 15_000,
  pings: 100,
  members: 8,
  warmUpMs: 15_000,
  costMs: 8_000,
  lossSeconds: 60,
  driftMinutes: 30,
  echoSeconds: 10,
  pulseMs: 12_000,
};
export const CALL_COUNTS_QUICK: CallPlan = {
  pairs: 1,
  calls: 1,
  callMs: 2_000,
  pings: 20,
  members: 3,
  warmUpMs: 400,
  costMs: 500,
  lossSeconds: 4,
  driftMinutes: 0.5,
  echoSeconds: 1,
  pulseMs: 1_500,
};
