import { expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';

const limits = { firstMs: 500, maxMs: 30_000 };

test.each([
  [0, 0, 500],
  [1, 0, 1000],
  [5, 0, 16_000],
  [6, 0, 30_000],
  [5000, 0, 30_000],
  [0, 1, 350],
  [6, 1, 21_000],
])('attempt %i with chance %f waits %i ms', (attempt, chance, ms) => {
  expect(backoffMs(attempt, () => chance, limits)).toBe(ms);
});
