import { expect, test } from 'vitest';
import { SteadyClock } from './steady-clock.ts';

const DAY = 86_400_000;

test('the time of day counts after an hour in which nobody set the clock', () => {
  let now = 100 * DAY;
  let monotonic = 0;
  const steady = new SteadyClock({ now: () => now, monotonic: () => monotonic, after: () => () => {} });
  const pass = (ms: number, step = 0) => {
    now += ms + step;
    monotonic += ms;
    return steady.check();
  };
  expect(pass(0)).toBe(false);
  expect(pass(3_599_000)).toBe(false);
  expect(pass(1000, 5000)).toBe(true);
  expect(pass(1000, 300 * DAY)).toBe(false);
  expect(pass(3_500_000)).toBe(false);
  expect(pass(100_000)).toBe(true);
  expect(pass(1000, -DAY)).toBe(false);
});
