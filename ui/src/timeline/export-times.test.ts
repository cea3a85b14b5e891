import { expect, test } from 'vitest';
import { suggestedStretch, timeField, timeOfDay } from './export-times.ts';

const AT = new Date(2026, 10, 22, 7, 23, 41, 300).getTime();

test('a time goes into a field and comes back', () => {
  expect(timeField(AT)).toBe('07:23:41');
  expect(timeOfDay(AT + 3_600_000, '07:23:41')).toBe(AT - 300);
  expect(timeOfDay(AT, '00:00')).toBe(new Date(2026, 10, 22).getTime());
});

test.each(['', '7:23', '07', 'soon'])('"%s" is no time', (field) => {
  expect(timeOfDay(AT, field)).toBeUndefined();
});

test.each<[string, Parameters<typeof suggestedStretch>[0], number, number]>([
  [
    'its recording',
    { at: AT, clip: { id: 'c', ready: true, startedAt: AT - 5000, endedAt: AT + 9100 } },
    -5300,
    9700,
  ],
  ['the time around it', { at: AT }, -30_300, 60_700],
  ['the last minutes', undefined, 9_909_700, 10_000_700],
])('of a moment %s is offered', (_name, moment, from, to) => {
  expect(suggestedStretch(moment, AT + 10_000_000)).toEqual({ from: AT + from, to: AT + to });
});
