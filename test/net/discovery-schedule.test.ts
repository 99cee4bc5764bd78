// When things are sent: a burst, then periods with jitter.

import '../../src/base/platform.ts';
import { describe, expect, it } from 'vitest';
import { BurstSchedule } from '../../src/net/discovery-schedule.ts';
import { ManualClock } from './manual-clock.ts';

function scheduled(fraction = 0.5): {
  clock: ManualClock;
  schedule: BurstSchedule;
  times: number[];
  period: { ms: number };
} {
  const clock = new ManualClock();
  const startMs = clock.monotonicMs();
  const times: number[] = [];
  const period = { ms: 10_000 };
  const schedule = new BurstSchedule({
    clock,
    random: { fraction: () => fraction, bytes: (length) => new Uint8Array(length) },
    burstMs: [0, 1000, 3000],
    periodMs: () => period.ms,
    run: () => times.push(clock.monotonicMs() - startMs),
  });
  return { clock, schedule, times, period };
}

describe('BurstSchedule', () => {
  it('runs at the times of the burst, then every period as it is then', () => {
    const { clock, schedule, times, period } = scheduled();
    schedule.restart();
    expect(times).toEqual([0]);
    clock.advance(12_000);
    period.ms = 30_000;
    clock.advance(31_000);
    expect(times).toEqual([0, 1000, 3000, 13_000, 43_000]);
  });

  it('begins anew when restarted and leaves no timer when stopped', () => {
    const { clock, schedule, times } = scheduled();
    schedule.restart();
    clock.advance(2000);
    schedule.restart();
    expect(clock.timerCount).toBe(1);
    clock.advance(3000);
    expect(times).toEqual([0, 1000, 2000, 3000, 5000]);
    schedule.stop();
    schedule.stop();
    expect(clock.timerCount).toBe(0);
  });

  it('jitters by a fifth at most', () => {
    for (const [fraction, expected] of [
      [0, 11_000],
      [0.999_999, 15_000],
    ] as const) {
      const { clock, schedule, times } = scheduled(fraction);
      schedule.restart();
      clock.advance(15_000);
      expect(Math.round(times[3] ?? 0)).toBe(expected);
    }
  });

  it('may be stopped by what it runs', () => {
    const clock = new ManualClock();
    let runs = 0;
    const schedule = new BurstSchedule({
      clock,
      random: { fraction: () => 0.5, bytes: (length) => new Uint8Array(length) },
      burstMs: [0, 10],
      periodMs: () => 10,
      run: () => {
        runs++;
        schedule.stop();
      },
    });
    schedule.restart();
    clock.advance(1000);
    expect(runs).toBe(1);
    expect(clock.timerCount).toBe(0);
  });
});
