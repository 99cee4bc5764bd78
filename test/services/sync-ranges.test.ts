// Ranges against the sets that they stand for.

import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SequenceRange } from '../../src/contracts/history.ts';
import {
  beginOfHighest,
  clipRanges,
  countSequences,
  includesSequence,
  intersectRanges,
  lowestSequences,
  subtractRanges,
  uniteRanges,
  type Ranges,
} from '../../src/services/sync/ranges.ts';

const LIMIT = 40;

function rangesOf(sequences: Iterable<number>): SequenceRange[] {
  const ranges: { first: number; last: number }[] = [];
  for (const sequence of [...new Set(sequences)].sort((a, b) => a - b)) {
    const before = ranges.at(-1);
    if (before?.last === sequence - 1) before.last = sequence;
    else ranges.push({ first: sequence, last: sequence });
  }
  return ranges;
}

function sequencesOf(ranges: Ranges): number[] {
  return ranges.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, at) => first + at));
}

const set = fc.array(fc.integer({ min: 1, max: LIMIT })).map((numbers) => [...new Set(numbers)].sort((a, b) => a - b));

describe('ranges', () => {
  it('count, unite, intersect and subtract as sets do', () => {
    fc.assert(
      fc.property(set, set, (left, right) => {
        const [a, b] = [rangesOf(left), rangesOf(right)];
        expect(countSequences(a)).toBe(left.length);
        expect(uniteRanges(a, b)).toEqual(rangesOf([...left, ...right]));
        expect(intersectRanges(a, b)).toEqual(rangesOf(left.filter((one) => right.includes(one))));
        expect(sequencesOf(subtractRanges(a, b))).toEqual(left.filter((one) => !right.includes(one)));
        for (let one = 0; one <= LIMIT + 1; one++) expect(includesSequence(a, one)).toBe(left.includes(one));
      }),
    );
  });

  it('are clipped, and cut from below and above', () => {
    fc.assert(
      fc.property(set, fc.nat(LIMIT), fc.nat(LIMIT), (numbers, one, other) => {
        const ranges = rangesOf(numbers);
        expect(sequencesOf(clipRanges(ranges, one, other))).toEqual(
          numbers.filter((sequence) => one <= sequence && sequence <= other),
        );
        expect(sequencesOf(lowestSequences(ranges, one))).toEqual(numbers.slice(0, one));
        expect(beginOfHighest(ranges, one)).toBe(one === 0 ? undefined : (numbers.at(-one) ?? numbers[0]));
      }),
    );
  });

  it('of 2^53 sequences cost no more than those of one', () => {
    const huge = [{ first: 1, last: Number.MAX_SAFE_INTEGER }];
    expect(countSequences(huge)).toBe(Number.MAX_SAFE_INTEGER);
    expect(subtractRanges(huge, [{ first: 2, last: Number.MAX_SAFE_INTEGER - 1 }])).toEqual([
      { first: 1, last: 1 },
      { first: Number.MAX_SAFE_INTEGER, last: Number.MAX_SAFE_INTEGER },
    ]);
    expect(beginOfHighest(huge, 3)).toBe(Number.MAX_SAFE_INTEGER - 2);
    expect(lowestSequences(huge, 3)).toEqual([{ first: 1, last: 3 }]);
  });
});
