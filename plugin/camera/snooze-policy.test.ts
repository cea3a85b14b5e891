import { expect, it } from 'vitest';
import { snoozeLeft } from './snooze-policy.ts';

const DAY_MS = 24 * 60 * 60_000;

it.each([
  ['before its end', 10_000, 4_000, 6_000],
  ['at its end', 10_000, 10_000, 0],
  ['after its end', 10_000, 10_001, 0],
  ['the longest one', DAY_MS, 0, DAY_MS],
  ['after the time of day was set back by years', 2 * DAY_MS, 0, 0],
])('%s', (_what, until, now, left) => {
  expect(snoozeLeft(until, now)).toBe(left);
});
