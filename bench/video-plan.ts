// How much of everything `bench video` measures.

export interface VideoPlan {
  readonly codecSeconds: number;
  readonly lossSeconds: number;
  readonly drawings: number;
  readonly warmUpMs: number;
  readonly callMs: number;
}

export const VIDEO_COUNTS: VideoPlan = {
  codecSeconds: 20,
  lossSeconds: 20,
  drawings: 600,
  warmUpMs: 8_000,
  callMs: 15_000,
};
export const VIDEO_COUNTS_QUICK: VideoPlan = {
  codecSeconds: 1,
  lossSeconds: 1,
  drawings: 60,
  warmUpMs: 1_000,
  callMs: 1_500,
};
