import { expect, test } from 'vitest';
import { dayRange, readRange } from './time-range.ts';

const HOUR = 3_600_000;
const NOW = new Date(2026, 10, 22, 14, 30).getTime();
const midnight = (day: number) => new Date(2026, 10, day).getTime();

test('today is until now, yesterday until midnight', () => {
  expect(dayRange(NOW, 0)).toEqual({ from: midnight(22), to: NOW });
  expect(dayRange(NOW, 1)).toEqual({ from: midnight(21), to: midnight(22) - 1 });
});

test.each([
  [3, { from: NOW - 3 * HOUR, to: NOW }],
  ['0.5', { from: NOW - HOUR / 2, to: NOW }],
  [1e12, { from: 0, to: NOW }],
  [{ from: 5 }, { from: 5, to: NOW }],
  [
    { from: '5', to: new Date(9) },
    { from: 5, to: 9 },
  ],
  [
    { from: '1970-01-01T00:00:01Z', to: 2000 },
    { from: 1000, to: 2000 },
  ],
])('%o', (value, range) => {
  expect(readRange(value, NOW)).toEqual(range);
});

test.each([
  ...[undefined, null, '', 'soon', 0, -1, Number.NaN, true, [], {}, { from: 9, to: 5 }, { from: 'x' }],
  ...[{ from: {} }, { from: Symbol('x') }, { from: 1, to: null }, { from: 1e300 }, { from: -1 }],
])('%o is no time', (value) => {
  expect(readRange(value, NOW)).toBeUndefined();
});
