/** What a handful of samples says. Pure. */

export interface Summary {
  count: number;
  median: number;
  p95: number;
  p99: number;
  max: number;
}

/** @throws RangeError without samples: a number out of nothing must not reach a report. */
export function summarize(samples: readonly number[]): Summary {
  if (samples.length === 0) throw new RangeError('There are no samples.');
  const sorted = samples.toSorted((a, b) => a - b);
  return {
    count: sorted.length,
    median: percentile(sorted, 50),
    p95: percentile(sorted, 95),
    p99: percentile(sorted, 99),
    max: percentile(sorted, 100),
  };
}

/** Nearest rank: the smallest sample that at least `percent` of all do not exceed. Never a value that was not measured. */
export function percentile(sorted: readonly number[], percent: number): number {
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}

export function mean(samples: readonly number[]): number {
  return samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
}

/** To so many significant digits; more would pretend to know what noise has decided. */
export function significant(value: number, digits = 3): number {
  return Number(value.toPrecision(digits));
}
