// One speaker's packets through a network that loses, delays and reorders them, with real Opus at both ends.

import '../../../src/base/platform.ts';
import { describe, expect, it } from 'vitest';
import { callThrough } from './virtual-call.ts';

describe('a call through a bad network', () => {
  it('is whole when nothing is lost', async () => {
    const { symbolsRight, symbols, statistics } = await callThrough({ lossShare: 0, copies: 0, jitterMs: 3 });
    expect(symbolsRight).toBe(symbols);
    expect(statistics).toMatchObject({ packetsRecovered: 0, packetsConcealed: 0, packetsLate: 0, packetsMalformed: 0 });
    expect(statistics.delayMs).toBeLessThan(statistics.targetDelayMs + 7);
  });

  it.each([
    { lossShare: 0.01, copies: 1, leastRight: 0.99, leastRebuilt: 0.8 },
    { lossShare: 0.05, copies: 1, leastRight: 0.98, leastRebuilt: 0.8 },
    { lossShare: 0.2, copies: 2, leastRight: 0.85, leastRebuilt: 0.8 },
    { lossShare: 0.2, copies: 2, leastRight: 0.85, leastRebuilt: 0.8, jitterMs: 20 },
  ])('rebuilds what is lost by copies: %o', async ({ lossShare, copies, leastRight, leastRebuilt, jitterMs = 1 }) => {
    const { symbolsRight, symbols, packetsLost, statistics } = await callThrough({ lossShare, copies, jitterMs });
    expect(packetsLost).toBeGreaterThan(10);
    expect(symbolsRight / symbols).toBeGreaterThanOrEqual(leastRight);
    expect(statistics.packetsRecovered / packetsLost).toBeGreaterThanOrEqual(leastRebuilt);
    expect(statistics.packetsConcealed).toBeLessThan(packetsLost * (1 - leastRebuilt));
  });

  it('conceals what never comes, and counts it as that', async () => {
    const { symbolsRight, symbols, packetsLost, statistics } = await callThrough({
      lossShare: 0.05,
      copies: 0,
      jitterMs: 1,
    });
    expect(symbolsRight / symbols).toBeGreaterThan(0.95);
    expect(statistics.packetsRecovered).toBe(0);
    expect(Math.abs(statistics.packetsConcealed - packetsLost)).toBeLessThanOrEqual(2);
  });

  it('waits longer in a network that is uneven', async () => {
    const even = await callThrough({ lossShare: 0, copies: 0, jitterMs: 1 });
    const uneven = await callThrough({ lossShare: 0, copies: 0, jitterMs: 60 });
    expect(even.statistics.delayMs).toBeLessThan(15);
    expect(uneven.statistics.targetDelayMs).toBeGreaterThan(40);
    expect(uneven.statistics.delayMs).toBeLessThan(uneven.statistics.targetDelayMs + 25);
    expect(uneven.symbolsRight / uneven.symbols).toBeGreaterThan(0.97);
    expect(uneven.statistics.packetsConcealed).toBeLessThan(20);
  });
});
