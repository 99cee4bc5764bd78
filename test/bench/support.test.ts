// What the numbers of the bench go through: stamps, records, percentiles, tables.
import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reportText, rounded, target } from '../../bench/support/report.ts';
import { microsSince, Records, stampedText } from '../../bench/support/stamp.ts';
import { summarize } from '../../bench/support/statistics.ts';

describe('percentiles', () => {
  it('are measured values, by rank', () => {
    expect(summarize([5, 1, 4, 2, 3])).toEqual({ count: 5, min: 1, p50: 3, p90: 5, p99: 5, max: 5 });
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(summarize(hundred)).toEqual({ count: 100, min: 1, p50: 50, p90: 90, p99: 99, max: 100 });
  });

  it('of nothing are an error', () => {
    expect(() => summarize([])).toThrow(RangeError);
  });
});

describe('stamped texts', () => {
  it('have the wanted length and know how old they are', () => {
    const text = stampedText(64);
    expect(text).toHaveLength(64);
    const micros = microsSince(text);
    expect(micros).toBeGreaterThanOrEqual(0);
    expect(micros).toBeLessThan(60e6);
    expect(microsSince('hello')).toBeUndefined();
  });

  it('come out of a byte stream whole, however it was cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{32}$/), { maxLength: 20 }),
        fc.integer({ min: 1, max: 99 }),
        (texts, cut) => {
          const taken: string[] = [];
          const records = new Records(32, (text) => taken.push(text));
          const bytes = Buffer.from(texts.join(''));
          for (let start = 0; start < bytes.length; start += cut) records.push(bytes.subarray(start, start + cut));
          expect(taken).toEqual(texts);
        },
      ),
    );
  });
});

describe('a report', () => {
  it('for people is tables, targets and remarks', () => {
    const text = reportText({
      question: 'text',
      version: '1.2.3',
      startedAt: '2026-01-01T00:00:00.000Z',
      tookSeconds: 3,
      machine: {
        node: 'v20.0.0',
        platform: 'linux x64',
        cpu: 'a processor',
        cores: 2,
        memoryGiB: 4,
        loadBefore: 0.1,
        loadAfter: 0.2,
        stolenPercent: 3.4,
      },
      tables: [
        {
          title: 'Times',
          columns: { way: 'way', p50: 'p50' },
          rows: [
            { way: 'socket', p50: 12.3456 },
            { way: 'x', p50: null },
          ],
        },
      ],
      targets: [target('p50', 12.3456, 10, 'ms'), target('p90', 9, 10, 'ms')],
      notes: ['All is well.'],
    });
    expect(text).toBe(
      [
        'mmchat-p2p 1.2.3 bench text, 2026-01-01T00:00:00.000Z, 3 s',
        'node v20.0.0, linux x64, 2 x a processor, load 0.1 before, 0.2 after, 3.4 % taken by others on the same hardware',
        '',
        'Times',
        '  way      p50',
        '  socket  12.3',
        '  x          -',
        '',
        'To reach',
        '  NO   p50: 12.3 ms (at most 10 ms)',
        '  yes  p90: 9 ms (at most 10 ms)',
        '',
        'All is well.',
        '',
      ].join('\n'),
    );
  });

  it('has three digits that matter', () => {
    expect([12.3456, 1234.56, 0.0123456, 0, 100_000].map(rounded)).toEqual([12.3, 1235, 0.0123, 0, 100_000]);
  });
});
