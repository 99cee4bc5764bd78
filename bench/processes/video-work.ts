// Work on pictures, in a process of its own: nothing else waits for it.

import { drawHalfBlocks, type DrawingTimes } from '../inside/half-block-times.ts';
import {
  availableCodecs,
  burstOf,
  throughCodec,
  withLosses,
  type CodecTimes,
  type LossOutcome,
  type VideoCodecName,
} from '../inside/picture-path.ts';

export interface VideoWork {
  codecs(params: object): Promise<readonly VideoCodecName[]>;
  codec(params: { codec: VideoCodecName; seconds: number }): Promise<CodecTimes>;
  losses(params: { codec: VideoCodecName; share: number; seconds: number; seed: number }): Promise<LossOutcome>;
  burst(params: { bytes: number }): Promise<number>;
  halfBlocks(params: { columns: number; rows: number; count: number }): Promise<DrawingTimes>;
}

export function videoWork(): VideoWork {
  return {
    codecs: () => availableCodecs(),
    codec: ({ codec, seconds }) => throughCodec(codec, seconds),
    losses: ({ codec, share, seconds, seed }) => withLosses(codec, share, seconds, seed),
    burst: ({ bytes }) => burstOf(bytes),
    halfBlocks: async ({ columns, rows, count }) => drawHalfBlocks(columns, rows, count),
  };
}
