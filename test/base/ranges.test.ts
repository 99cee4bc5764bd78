// Sets of numbers as ranges: the same as real sets, always in order and apart.

import '../../src/base/platform.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rangeOf, withoutRanges, withRange, type NumberRange, type Ranges } from '../../src/base/ranges.ts';

const LIMIT = 60;
const range = fc
  .tuple(fc.integer({ min: 1, max: LIMIT }), fc.nat(6))
  .map(([first, more]): NumberRange => ({ first, last: Math.min(first + more, LIMIT) }));

function numbersIn(ranges: Ranges): number[] {
  return ranges.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, index) => first + index));
}

const joined = (ranges: readonly NumberRange[]): Ranges => ranges.reduce<Ranges>(withRange, []);
const sorted = (numbers: Iterable<number>): number[] => [...numbers].sort((left, right) => left - right);

test('adding ranges in any order gives the set of their numbers, in order and apart', () => {
  fc.assert(
    fc.property(fc.array(range, { maxLength: 20 }), (added) => {
      const ranges = joined(added);
      expect(numbersIn(ranges)).toEqual(sorted(new Set(numbersIn(added))));
      for (const [index, { first }] of ranges.entries()) {
        const before = ranges[index - 1];
        if (before !== undefined) expect(first).toBeGreaterThan(before.last + 1);
      }
    }),
  );
});

test('taking ranges out leaves the others', () => {
  fc.assert(
    fc.property(fc.array(range, { maxLength: 12 }), fc.array(range, { maxLength: 12 }), (all, taken) => {
      const gone = new Set(numbersIn(taken));
      expect(numbersIn(withoutRanges(joined(all), joined(taken)))).toEqual(
        sorted(new Set(numbersIn(all))).filter((number) => !gone.has(number)),
      );
    }),
  );
});

test('the range around a number is found', () => {
  fc.assert(
    fc.property(fc.array(range, { maxLength: 20 }), fc.integer({ min: 0, max: LIMIT + 2 }), (added, wanted) => {
      const ranges = joined(added);
      expect(rangeOf(ranges, wanted)).toEqual(ranges.find(({ first, last }) => first <= wanted && wanted <= last));
    }),
  );
});
