// Sets of sequences as ascending ranges that are apart from each other.

import type { SequenceRange } from '../../contracts/history.ts';

/** Index of the first range that ends at `sequence` or later. */
function indexFrom(ranges: readonly SequenceRange[], sequence: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.last ?? 0) < sequence) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function includesSequence(ranges: readonly SequenceRange[], sequence: number): boolean {
  const range = ranges[indexFrom(ranges, sequence)];
  return range !== undefined && range.first <= sequence;
}

/** The ranges with this one added, joined with those that it touches. */
export function withRange(ranges: readonly SequenceRange[], added: SequenceRange): readonly SequenceRange[] {
  const from = indexFrom(ranges, added.first - 1);
  let to = from;
  let { first, last } = added;
  for (let range = ranges[to]; range !== undefined && range.first <= added.last + 1; range = ranges[++to]) {
    first = Math.min(first, range.first);
    last = Math.max(last, range.last);
  }
  return [...ranges.slice(0, from), { first, last }, ...ranges.slice(to)];
}

/** The ranges without one sequence. */
export function withoutSequence(ranges: readonly SequenceRange[], sequence: number): readonly SequenceRange[] {
  return ranges.flatMap(({ first, last }) => {
    if (sequence < first || sequence > last) return [{ first, last }];
    const parts: SequenceRange[] = [];
    if (first < sequence) parts.push({ first, last: sequence - 1 });
    if (last > sequence) parts.push({ first: sequence + 1, last });
    return parts;
  });
}

/** What of these ranges is at `first` or above. */
export function rangesFrom(ranges: readonly SequenceRange[], first: number): readonly SequenceRange[] {
  if ((ranges[0]?.first ?? first) >= first) return ranges;
  return ranges
    .slice(indexFrom(ranges, first))
    .map((range) => (range.first < first ? { first, last: range.last } : range));
}

/** What of this range is at `last` or below, if anything is. */
export function upTo(range: SequenceRange, last: number): SequenceRange | undefined {
  return range.first > last ? undefined : { first: range.first, last: Math.min(range.last, last) };
}
