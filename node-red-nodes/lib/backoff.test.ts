import { expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';

const LIMITS = { firstMs: 500, soonMs: 1800, soonForMs: 600_000, maxMs: 30_000 };

test.each([
  [0, 0, 500],
  [1, 600, 1000],
  [2, 1700, 1800],
  [300, 599_999, 1800],
  [400, 600_000, 30_000],
  [5000, 1e9, 30_000],
])('try %i, away for %i ms: at most %i ms, at least 70 %% of it', (attempt, awayMs, most) => {
  expect(backoffMs({ attempt, awayMs }, () => 0, LIMITS)).toBe(most);
  expect(backoffMs({ attempt, awayMs }, () => 1, LIMITS)).toBe(most * 0.7);
});
