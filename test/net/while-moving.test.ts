// A close waits for what is queued as long as it gets on.

import '../../src/base/platform.ts';
import { describe, expect, it } from 'vitest';
import { whileMoving } from '../../src/net/while-moving.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

describe('waiting while something moves', () => {
  /** When it stopped waiting, if bytes move each 100 ms until then and the work is over at that time. */
  async function stoppedAfterMs(movesUntilMs: number, overAtMs: number): Promise<number> {
    const clock = new VirtualClock();
    const work = new Promise<void>((resolve, reject) =>
      clock.after(overAtMs, overAtMs % 2 === 0 ? resolve : () => reject(new Error('broken'))),
    );
    const bytes = (): number => Math.min(clock.monotonicMs(), movesUntilMs);
    let stoppedMs: number | undefined;
    const waiting = whileMoving(work, bytes, { clock, stillMs: 1_000, mostMs: 5_000 });
    void waiting.then(() => (stoppedMs = clock.monotonicMs()));
    for (let passedMs = 0; passedMs < 10_000; passedMs += 10) await clock.advance(10);
    await waiting;
    await work.catch(() => undefined);
    expect(clock.timerCount).toBe(0);
    return stoppedMs!;
  }

  it('ends with the work, also when that fails', async () => {
    expect(await stoppedAfterMs(10_000, 40)).toBe(40);
    expect(await stoppedAfterMs(10_000, 3_400)).toBe(3_400);
    expect(await stoppedAfterMs(10_000, 41)).toBe(41);
  });

  it('ends when nothing moved for a while, or after too long', async () => {
    expect(await stoppedAfterMs(0, 9_000)).toBe(1_000);
    expect(await stoppedAfterMs(1_500, 9_000)).toBe(3_000);
    expect(await stoppedAfterMs(10_000, 9_000)).toBe(5_000);
  });
});
