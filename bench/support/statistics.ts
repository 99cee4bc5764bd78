// Numbers about numbers: what a table of measurements says of them.

export interface Summary {
  readonly count: number;
  readonly min: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** @throws RangeError when there is nothing to summarize */
export function summarize(values: readonly number[]): Summary {
  if (values.length === 0) throw new RangeError('There are no values to summarize.');
  const sorted = [...values].sort((left, right) => left - right);
  return {
    count: sorted.length,
    min: percentile(sorted, 0),
    p50: percentile(sorted, 0.5),
    p90: percentile(sorted, 0.9),
    p99: percentile(sorted, 0.99),
    max: percentile(sorted, 1),
  };
}

export function median(values: readonly number[]): number {
  return summarize(values).p50;
}

/** Nearest rank: always a value that was really measured. */
function percentile(sorted: readonly number[], fraction: number): number {
  const rank = Math.max(1, Math.ceil(fraction * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}
