import { expect, test } from 'vitest';
import { hoursLeft, WriteRate } from './hours-left.ts';

const MINUTE = 60_000;

test('nothing written gives no rate', () => {
  expect(new WriteRate().perHour(5 * MINUTE)).toBeUndefined();
});

test('what was written since the start counts for an hour, not for less than a minute', () => {
  const rate = new WriteRate();
  rate.add(0, 100);
  expect(rate.perHour(1000)).toBe(6000);
  rate.add(30 * MINUTE, 100);
  expect(rate.perHour(30 * MINUTE)).toBe(400);
});

test('what is more than an hour old no longer counts', () => {
  const rate = new WriteRate();
  rate.add(0, 1000);
  rate.add(60 * MINUTE, 50);
  rate.add(70 * MINUTE, 50);
  expect(rate.perHour(70 * MINUTE)).toBe(100);
  expect(rate.perHour(300 * MINUTE)).toBeUndefined();
});

test.each([
  [1000, 100, 10],
  [1000, 300, 3.3],
  [-5, 100, 0],
  [1000, undefined, undefined],
  [1000, 0, undefined],
])('room for %s bytes at %s an hour: %s h', (bytes, perHour, hours) => {
  expect(hoursLeft(bytes, perHour)).toBe(hours);
});
