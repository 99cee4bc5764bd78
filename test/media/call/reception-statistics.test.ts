// The numbers of report blocks, on streams whose numbers are known.

import '../../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReceptionStatistics } from '../../../src/media/call/reception-statistics.ts';

function received(sequences: readonly number[], statistics = new ReceptionStatistics()): ReceptionStatistics {
  for (const [index, sequence] of sequences.entries())
    statistics.receive({ sequence: sequence & 0xffff, timestamp: (sequence * 480) >>> 0 }, index * 10);
  return statistics;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

describe('reception statistics', () => {
  it('have nothing to report before anything came', () => {
    expect(new ReceptionStatistics().report()).toBeUndefined();
  });

  it('count what is missing, in all and since the last report, across a wrap', () => {
    const statistics = received(range(65_500, 65_600).filter((sequence) => sequence % 4 !== 1));
    expect(statistics.report()).toMatchObject({ fractionLost: 64, cumulativeLost: 25, highestSequence: 65_599 });
    received(range(65_600, 65_700), statistics);
    expect(statistics.report()).toMatchObject({ fractionLost: 0, cumulativeLost: 25, highestSequence: 65_699 });
    expect(statistics.report()).toMatchObject({ fractionLost: 0, cumulativeLost: 25 });
    expect(statistics).toMatchObject({ expected: 200, received: 175, lost: 25 });
  });

  it('let duplicates make losses fewer, down to below zero', () => {
    const statistics = received([...range(0, 10), ...range(0, 10)]);
    expect(statistics.report()).toMatchObject({ fractionLost: 0, cumulativeLost: -10 });
  });

  it('do not believe one number that is far off, and two that follow on each other', () => {
    const statistics = received([...range(0, 10), 30_000, ...range(10, 20)]);
    expect(statistics.report()).toMatchObject({ cumulativeLost: 0, highestSequence: 19 });
    received([30_000, 30_001, 30_002], statistics);
    expect(statistics.report()).toMatchObject({ fractionLost: 0, cumulativeLost: 0, highestSequence: 30_002 });
  });

  it('smooth how unevenly packets come: a sixteenth of each change', () => {
    const statistics = new ReceptionStatistics();
    for (let index = 0; index < 2_000; index++)
      statistics.receive(
        { sequence: index & 0xffff, timestamp: (4_294_900_000 + index * 480) >>> 0 },
        index * 10 + (index % 2) * 5,
      );
    expect(statistics.jitterMs).toBeCloseTo(5, 1);
    expect(statistics.report()?.jitter).toBe(240);
  });

  it('stay inside their fields whatever comes', () => {
    const packet = fc.record({ sequence: fc.nat(65_535), timestamp: fc.nat(0xffff_ffff), atMs: fc.nat(1e9) });
    fc.assert(
      fc.property(fc.array(packet, { minLength: 1, maxLength: 200 }), (packets) => {
        const statistics = new ReceptionStatistics();
        for (const each of packets) statistics.receive(each, each.atMs);
        const report = statistics.report()!;
        expect(report.fractionLost).toBeGreaterThanOrEqual(0);
        expect(report.fractionLost).toBeLessThanOrEqual(255);
        expect(Math.abs(report.cumulativeLost)).toBeLessThan(2 ** 23);
        for (const field of [report.highestSequence, report.jitter]) expect(field).toBe(field >>> 0);
      }),
    );
  });
});
