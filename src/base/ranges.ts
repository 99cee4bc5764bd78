// Sets of whole numbers as ascending ranges that are apart from each other. Pure: every function returns a new list.

/** First and last, both in it. */
export interface NumberRange {
  readonly first: number;
  readonly last: number;
}

export type Ranges = readonly NumberRange[];

export function rangeOf(ranges: Ranges, value: number): NumberRange | undefined {
  let low = 0;
  let high = ranges.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const range = ranges[middle];
    if (range === undefined) return undefined;
    if (value < range.first) high = middle - 1;
    else if (value > range.last) low = middle + 1;
    else return range;
  }
  return undefined;
}

export function withRange(ranges: Ranges, added: NumberRange): Ranges {
  const last = ranges.at(-1);
  // Nearly always one number more at the end.
  if (last !== undefined && added.first === last.last + 1)
    return [...ranges.slice(0, -1), { ...last, last: added.last }];
  const result: NumberRange[] = [];
  let { first, last: end } = added;
  let placed = false;
  for (const range of ranges) {
    if (range.last + 1 < first) result.push(range);
    else if (range.first > end + 1) {
      if (!placed) result.push({ first, last: end });
      placed = true;
      result.push(range);
    } else {
      first = Math.min(first, range.first);
      end = Math.max(end, range.last);
    }
  }
  if (!placed) result.push({ first, last: end });
  return result;
}

/** What is in `ranges` and not in `taken`. */
export function withoutRanges(ranges: Ranges, taken: Ranges): Ranges {
  const result: NumberRange[] = [];
  for (const range of ranges) {
    let first = range.first;
    for (const hole of taken) {
      if (hole.last < first) continue;
      if (hole.first > range.last) break;
      if (hole.first > first) result.push({ first, last: hole.first - 1 });
      first = hole.last + 1;
    }
    if (first <= range.last) result.push({ first, last: range.last });
  }
  return result;
}
