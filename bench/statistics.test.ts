import { describe, expect, it, test } from 'vitest';
import { percentile, significant, summarize } from './statistics.ts';

describe('percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  test.each([
    [[7], 50, 7],
    [[7], 99, 7],
    [[1, 2], 50, 1],
    [[1, 2, 3], 50, 2],
    [[1, 2, 3, 4], 95, 4],
    [hundred, 50, 50],
    [hundred, 95, 95],
    [hundred, 99, 99],
    [hundred, 100, 100],
    [hundred, 0, 1],
  ])('of %j at %d is %d', (sorted, percent, expected) => {
    expect(percentile(sorted, percent)).toBe(expected);
  });
});

describe('summarize', () => {
  it('sorts by size, not as text, and leaves the samples as they are', () => {
    const samples = [100, 9, 20];
    expect(summarize(samples)).toEqual({ count: 3, median: 20, p95: 100, p99: 100, max: 100 });
    expect(samples).toEqual([100, 9, 20]);
  });

  it('makes nothing out of nothing', () => {
    expect(() => summarize([])).toThrow(RangeError);
  });
});

test.each([
  [2051.7, 2050],
  [52.349, 52.3],
  [0.012349, 0.0123],
  [0, 0],
  [-3.4567, -3.46],
])('%d is reported as %d', (value, expected) => {
  expect(significant(value)).toBe(expected);
});
