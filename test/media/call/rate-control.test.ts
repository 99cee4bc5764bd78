// What is sent after which reports.

import '../../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BITS_PER_SECOND, RateControl } from '../../../src/media/call/rate-control.ts';
import type { ReceiverReport, SendingRate } from '../../../src/media/call/rate-control.ts';

function after(count: number, report: ReceiverReport, control = new RateControl()): SendingRate {
  for (let index = 0; index < count; index++) control.report(report);
  return control.rate;
}

describe('rate control', () => {
  it('grows to the most while all is well, not at once', () => {
    expect(after(3, { fractionLost: 0, roundTripMs: 2 }).bitsPerSecond).toBe(BITS_PER_SECOND.start);
    expect(after(100, { fractionLost: 0, roundTripMs: 2 })).toEqual({
      bitsPerSecond: BITS_PER_SECOND.most,
      copies: 0,
      expectedLoss: 0,
    });
  });

  it('answers losses with copies, not with fewer bits', () => {
    expect(after(1, { fractionLost: 0.05, roundTripMs: 2 })).toMatchObject({
      copies: 1,
      bitsPerSecond: BITS_PER_SECOND.start,
    });
    const heavy = after(10, { fractionLost: 0.2, roundTripMs: 2 });
    expect(heavy.copies).toBe(2);
    expect(heavy.bitsPerSecond).toBeGreaterThanOrEqual(BITS_PER_SECOND.start);
    expect(heavy.expectedLoss).toBeCloseTo(0.2, 2);
  });

  it('leaves copies out again when losses have been gone for a while', () => {
    const control = new RateControl();
    after(10, { fractionLost: 0.2 }, control);
    expect(after(8, { fractionLost: 0 }, control).copies).toBe(2);
    expect(after(60, { fractionLost: 0 }, control).copies).toBe(0);
  });

  it('answers a growing queue with fewer bits, down to the least, and comes back', () => {
    const control = new RateControl();
    after(5, { fractionLost: 0, roundTripMs: 5 }, control);
    expect(after(3, { fractionLost: 0, roundTripMs: 200 }, control).bitsPerSecond).toBeLessThan(
      BITS_PER_SECOND.start * 0.6,
    );
    expect(after(20, { fractionLost: 0, roundTripMs: 300 }, control)).toMatchObject({
      copies: 0,
      bitsPerSecond: BITS_PER_SECOND.least,
    });
    expect(after(100, { fractionLost: 0, roundTripMs: 5 }, control).bitsPerSecond).toBe(BITS_PER_SECOND.most);
  });

  it('takes a way that is longer for good as it is', () => {
    const control = new RateControl();
    after(5, { fractionLost: 0, roundTripMs: 5 }, control);
    expect(after(400, { fractionLost: 0, roundTripMs: 100 }, control).bitsPerSecond).toBe(BITS_PER_SECOND.most);
  });

  it('stays within bounds whatever is reported', () => {
    const anything = fc.double();
    fc.assert(
      fc.property(
        fc.array(fc.record({ fractionLost: anything, roundTripMs: anything }), { maxLength: 100 }),
        (reports) => {
          const control = new RateControl();
          for (const report of reports) {
            const { bitsPerSecond, copies, expectedLoss } = control.report(report);
            expect(bitsPerSecond).toBeGreaterThanOrEqual(BITS_PER_SECOND.least);
            expect(bitsPerSecond).toBeLessThanOrEqual(BITS_PER_SECOND.most);
            expect([0, 1, 2]).toContain(copies);
            expect(expectedLoss >= 0 && expectedLoss <= 1).toBe(true);
          }
        },
      ),
    );
  });
});
