// Floods on the discovery ports are cut off, each source by itself and all together.

import '../../src/base/platform.ts';
import { describe, expect, it } from 'vitest';
import { OVERALL_LIMITS, SOURCE_LIMITS, SourceLimiter } from '../../src/net/discovery-limiter.ts';
import { ManualClock } from './manual-clock.ts';

function allowed(limiter: SourceLimiter, count: number, source: (index: number) => string): number {
  let taken = 0;
  for (let index = 0; index < count; index++) if (limiter.allows(source(index))) taken++;
  return taken;
}

describe('SourceLimiter', () => {
  it('cuts off one source and leaves the others alone', () => {
    const clock = new ManualClock();
    const limiter = new SourceLimiter(clock);
    expect(allowed(limiter, 10_000, () => '10.0.0.66')).toBe(SOURCE_LIMITS.burst);
    expect(allowed(limiter, 10, (index) => `10.0.0.${index}`)).toBe(10);
    clock.advance(1000);
    expect(allowed(limiter, 1000, () => '10.0.0.66')).toBe(SOURCE_LIMITS.perSecond);
  });

  it('bounds the work and the memory for made-up sources', () => {
    const limiter = new SourceLimiter(new ManualClock());
    expect(allowed(limiter, 50_000, (index) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`)).toBe(
      OVERALL_LIMITS.burst,
    );
    expect(limiter.sourceCount).toBe(256);
  });
});
