// Arithmetic of sequence ranges: ascending, apart from each other, first and last in them. Costs grow with the number of
// ranges, never with the numbers in them: claims of 2^53 entries are as cheap as claims of one.

import type { SequenceRange } from '../../contracts/history.ts';

export type Ranges = readonly SequenceRange[];

/** How many sequences are in them. */
export function countSequences(ranges: Ranges): number {
  let count = 0;
  for (const { first, last } of ranges) count += last - first + 1;
  return count;
}

export function includesSequence(ranges: Ranges, sequence: number): boolean {
  return ranges.some(({ first, last }) => first <= sequence && sequence <= last);
}

/** What lies between `first` and `last`, both in it. */
export function clipRanges(ranges: Ranges, first: number, last: number): SequenceRange[] {
  return first > last ? [] : intersectRanges(ranges, [{ first, last }]);
}

export function intersectRanges(left: Ranges, right: Ranges): SequenceRange[] {
  const shared: SequenceRange[] = [];
  let leftIndex = 0;
  let rightIndex = 0;
  for (;;) {
    const a = left[leftIndex];
    const b = right[rightIndex];
    if (a === undefined || b === undefined) return shared;
    const first = Math.max(a.first, b.first);
    const last = Math.min(a.last, b.last);
    if (first <= last) shared.push({ first, last });
    if (a.last < b.last) leftIndex++;
    else rightIndex++;
  }
}

/** What is in `ranges` and not in `without`. */
export function subtractRanges(ranges: Ranges, without: Ranges): SequenceRange[] {
  const rest: SequenceRange[] = [];
  let index = 0;
  for (const range of ranges) {
    let first = range.first;
    while ((without[index]?.last ?? Infinity) < first) index++;
    for (let at = index; first <= range.last; at++) {
      const hole = without[at];
      if (hole === undefined || hole.first > range.last) {
        rest.push({ first, last: range.last });
        break;
      }
      if (hole.first > first) rest.push({ first, last: hole.first - 1 });
      first = hole.last + 1;
    }
  }
  return rest;
}

export function uniteRanges(left: Ranges, right: Ranges): SequenceRange[] {
  const united: { first: number; last: number }[] = [];
  for (const { first, last } of [...left, ...right].sort((a, b) => a.first - b.first)) {
    const before = united.at(-1);
    if (before !== undefined && first <= before.last + 1) before.last = Math.max(before.last, last);
    else united.push({ first, last });
  }
  return united;
}

/** The lowest so many sequences. */
export function lowestSequences(ranges: Ranges, count: number): SequenceRange[] {
  const lowest: SequenceRange[] = [];
  let rest = count;
  for (const { first, last } of ranges) {
    if (rest <= 0) break;
    const taken = Math.min(rest, last - first + 1);
    lowest.push({ first, last: first + taken - 1 });
    rest -= taken;
  }
  return lowest;
}

/** Where the highest so many sequences begin; undefined for none of them. */
export function beginOfHighest(ranges: Ranges, count: number): number | undefined {
  let rest = count;
  let begin: number | undefined;
  for (let index = ranges.length - 1; index >= 0 && rest > 0; index--) {
    const { first, last } = ranges[index] ?? { first: 0, last: -1 };
    begin = Math.max(first, last - rest + 1);
    rest -= last - first + 1;
  }
  return begin;
}
