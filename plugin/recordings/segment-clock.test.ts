import { expect, test } from 'vitest';
import { SegmentClock } from './segment-clock.ts';

const START = 1_790_000_000_000;

/** Ten pictures a second, each as late as it is told; returns the clock and the picture that comes after them. */
function played(seconds: number, lateMs: (time: number) => number) {
  const clock = new SegmentClock(START, { time: 100 });
  const picture = (n: number) => ({ time: 100 + n / 10, at: Math.round(START + n * 100 + lateMs(n / 10)) });
  for (let n = 0; n < seconds * 10; n += 1) clock.push(picture(n));
  return { clock, next: picture(seconds * 10) };
}

test('pictures are dated by media time from the first on', () => {
  const clock = new SegmentClock(START, { time: 100 });
  expect(clock.timeOf({ time: 100 })).toBe(START);
  expect(clock.timeOf({ time: 160.25 })).toBe(START + 60_250);
});

const HOUR = 3_600_000;

test.each([
  ['a steady camera', 300, () => 0, false, 300_000],
  [
    'a network that hesitates for four seconds',
    60,
    (t: number) => (t > 20 && t < 24 ? 3000 : 0),
    false,
    60_000,
  ],
  ['a clock set forward by an hour', 60, (t: number) => (t > 20 ? HOUR : 0), true, 60_000 + HOUR],
  ['a clock set back by an hour', 60, (t: number) => (t > 20 ? -HOUR : 0), true, 60_000 - HOUR],
  ['a clock that was set a moment ago', 24, (t: number) => (t > 20 ? HOUR : 0), false, 24_000],
  ['a clock that was set for a moment', 60, (t: number) => (t > 20 && t < 30 ? HOUR : 0), false, 60_000],
  ['a camera whose clock is slow by one percent', 300, (t: number) => t * 10, true, 303_000],
  ['a camera whose first picture waited for 400 ms', 300, (t: number) => (t > 0 ? -400 : 0), false, 299_850],
  ['a camera that is always 60 ms late', 300, () => 60, false, 300_060],
  ['jitter of the network', 300, (t: number) => 20 * (1 + Math.sin(t)), false, 300_000],
] as const)('%s', (_, seconds, late, departed, next) => {
  const { clock, next: picture } = played(seconds, late);
  expect(clock.departed).toBe(departed);
  expect(clock.nextStart(picture) - START).toBeGreaterThanOrEqual(next - 1);
  expect(clock.nextStart(picture) - START).toBeLessThanOrEqual(next + 1);
});

test('between a step of the clock and its proof the times are in doubt', () => {
  const { clock } = played(24, (t) => (t > 20 ? HOUR : 0));
  expect([clock.doubtful, clock.departed]).toEqual([true, false]);
  clock.push({ time: 126, at: START + 26_000 + HOUR });
  expect([clock.doubtful, clock.departed]).toEqual([false, true]);
});

test('a recording without a picture moves nothing', () => {
  expect(new SegmentClock(START, { time: 5 }).nextStart({ time: 6, at: START + 9000 })).toBe(START + 1000);
});
