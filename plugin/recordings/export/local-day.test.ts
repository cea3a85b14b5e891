import { expect, test } from 'vitest';
import { localDay, timeInName } from './local-day.ts';

test('a day is from midnight to midnight', () => {
  const { from, to } = localDay('2026-11-22') ?? { from: 0, to: 0 };
  expect(timeInName(from)).toBe('2026-11-22 00.00.00');
  expect(timeInName(to)).toBe('2026-11-23 00.00.00');
});

test.each(['2026-02-30', '2026-13-01', '2026-1-1', '', 'today', '2026-00-10', '2026-11-22T00:00'])(
  '"%s" is no day',
  (day) => {
    expect(localDay(day)).toBeUndefined();
  },
);
