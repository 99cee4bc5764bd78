// Pairs of tones: made, read, and not read where there are none.

import '../../../src/base/platform.ts';
import { describe, expect, it } from 'vitest';
import { FRAME_SAMPLES } from '../../../src/media/audio-format.ts';
import { SYMBOL_COUNT, SYMBOL_SAMPLES, symbolAt, symbolFrame, symbolIn } from '../../../src/media/call/symbols.ts';
import { seededRandom } from '../../support/seeded-random.ts';

function sound(symbols: number): Float32Array {
  const all = new Float32Array(symbols * SYMBOL_SAMPLES);
  for (let frame = 0; frame < symbols * 4; frame++) all.set(symbolFrame(frame), frame * FRAME_SAMPLES);
  return all;
}

describe('symbols', () => {
  it('are read as they were made, also off by a quarter of their time and with noise', () => {
    const all = sound(200);
    const random = seededRandom(1);
    const noisy = all.map((sample) => sample + 0.1 * (2 * random.fraction() - 1));
    for (let index = 0; index < 199; index++) {
      const start = index * SYMBOL_SAMPLES;
      expect(symbolIn(all.subarray(start, start + SYMBOL_SAMPLES))).toBe(symbolAt(index));
      expect(symbolIn(all.subarray(start + 480, start + 480 + SYMBOL_SAMPLES))).toBe(symbolAt(index));
      expect(symbolIn(noisy.subarray(start, start + SYMBOL_SAMPLES))).toBe(symbolAt(index));
    }
  });

  it('use the whole grid about equally, in no order', () => {
    const counts = new Array<number>(SYMBOL_COUNT).fill(0);
    let repeated = 0;
    for (let index = 0; index < 3_200; index++) {
      const symbol = symbolAt(index);
      counts[symbol] = (counts[symbol] ?? 0) + 1;
      if (symbol === symbolAt(index + 1)) repeated++;
    }
    expect(Math.min(...counts)).toBeGreaterThan(140);
    expect(Math.max(...counts)).toBeLessThan(260);
    expect(repeated).toBeLessThan(260);
  });

  it('are not found in silence, a single tone or half of them', () => {
    expect(symbolIn(new Float32Array(SYMBOL_SAMPLES))).toBeUndefined();
    const tone = Float32Array.from(
      { length: SYMBOL_SAMPLES },
      (_, at) => 0.2 * Math.sin((2 * Math.PI * 697 * at) / 48_000),
    );
    expect(symbolIn(tone)).toBeUndefined();
  });
});
