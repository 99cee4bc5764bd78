// Token buckets: never more than the burst at once and the rate on average, and exact waits.

import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenBucket } from '../../src/base/token-bucket.ts';
import { ManualClock } from '../net/manual-clock.ts';

describe('a token bucket', () => {
  it('gives the burst at once, then the rate', () => {
    const clock = new ManualClock();
    const bucket = new TokenBucket(clock, { perSecond: 10, burst: 5 });
    const taken = (): number => {
      let count = 0;
      while (bucket.tryTake()) count++;
      return count;
    };
    expect(taken()).toBe(5);
    clock.advance(99);
    expect(taken()).toBe(0);
    clock.advance(1);
    expect(taken()).toBe(1);
    clock.advance(250);
    expect(taken()).toBe(2);
    clock.advance(3_600_000);
    expect(taken()).toBe(5);
  });

  it('never gives more than burst + rate × time', () => {
    const steps = fc.array(fc.record({ waitMs: fc.nat(500), count: fc.integer({ min: 1, max: 4 }) }), {
      maxLength: 80,
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 4, max: 50 }), steps, (perSecond, burst, all) => {
        const clock = new ManualClock();
        const bucket = new TokenBucket(clock, { perSecond, burst });
        let [passedMs, taken] = [0, 0];
        for (const { waitMs, count } of all) {
          clock.advance(waitMs);
          passedMs += waitMs;
          if (bucket.tryTake(count)) taken += count;
          expect(taken).toBeLessThanOrEqual(burst + (perSecond * passedMs) / 1000 + 1e-6);
        }
      }),
    );
  });

  it('in debt says how long to wait until it is paid', () => {
    const clock = new ManualClock();
    const bucket = new TokenBucket(clock, { perSecond: 20, burst: 2 });
    expect([bucket.takeWithDebt(), bucket.takeWithDebt()]).toEqual([0, 0]);
    expect(bucket.takeWithDebt()).toBe(50);
    expect(bucket.takeWithDebt(3)).toBe(200);
    expect(bucket.tryTake()).toBe(false);
    clock.advance(200);
    expect(bucket.tryTake()).toBe(false);
    clock.advance(50);
    expect(bucket.tryTake()).toBe(true);
  });

  it('takes new limits from the moment they are given', () => {
    const clock = new ManualClock();
    const bucket = new TokenBucket(clock, { perSecond: 1, burst: 1 });
    bucket.takeWithDebt();
    bucket.setLimits({ perSecond: 1_000, burst: 10 });
    expect(bucket.tryTake()).toBe(false);
    clock.advance(5);
    expect([bucket.tryTake(5), bucket.tryTake()]).toEqual([true, false]);
  });
});
