// Moving pictures drawn as half blocks: milliseconds and bytes of each.

import { HalfBlocks } from '../../src/media/video/half-blocks.ts';
import { sampleFrames } from './picture-path.ts';

export interface DrawingTimes {
  readonly timesMs: readonly number[];
  readonly bytes: readonly number[];
}

const WARM_UP = 100;

export function drawHalfBlocks(columns: number, rows: number, count: number): DrawingTimes {
  const frames = sampleFrames(60);
  const painter = new HalfBlocks({ colours: 'truecolor' });
  const pane = { x: 0, y: 0, columns, rows };
  const timesMs: number[] = [];
  const bytes: number[] = [];
  for (let index = 0; index < WARM_UP + count; index++) {
    const frame = frames[index % frames.length];
    if (frame === undefined) continue;
    const startMs = performance.now();
    const drawn = painter.draw(frame, pane);
    if (index < WARM_UP) continue;
    timesMs.push(performance.now() - startMs);
    bytes.push(drawn.length);
  }
  return { timesMs, bytes };
}
