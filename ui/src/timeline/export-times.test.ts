import { expect, test } from 'vitest';
import { stretchOf, suggestedStretch, timeField, timeOfDay } from './export-times.ts';

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

const DAY = 22;
const at = (date: number, hours: number, minutes = 0, seconds = 0) =>
  new Date(2026, 10, date, hours, minutes, seconds).getTime();
const LATER = at(DAY + 3, 12);

test.each<[string, [string, string], number, number, [number, number] | undefined]>([
  ['within the day', ['07:00', '08:00'], LATER, at(DAY, 7), [at(DAY, 7), at(DAY, 8)]],
  ['over the next midnight', ['23:00', '01:00'], LATER, at(DAY, 7), [at(DAY, 23), at(DAY + 1, 1)]],
  [
    'over the last one, when the next is not yet',
    ['23:00', '01:00'],
    at(DAY, 14),
    at(DAY, 13),
    [at(DAY - 1, 23), at(DAY, 1)],
  ],
  [
    'the last minutes, just after midnight',
    ['23:59:00', '00:00:30'],
    at(DAY, 0, 0, 30),
    at(DAY - 1, 23, 59),
    [at(DAY - 1, 23, 59), at(DAY, 0, 0, 30)],
  ],
  [
    'a clip that began before midnight, long ago',
    ['23:59:55', '00:00:20'],
    LATER,
    at(DAY - 1, 23, 59, 55),
    [at(DAY - 1, 23, 59, 55), at(DAY, 0, 0, 20)],
  ],
  ['no time at all', ['07:00', '07:00'], LATER, at(DAY, 7), undefined],
  ['half a time', ['07:00', ''], LATER, at(DAY, 7), undefined],
])('a stretch is %s', (_name, fields, now, suggested, expected) => {
  const stretch = stretchOf(at(DAY, 12), fields, { now, suggested });
  expect(stretch && [stretch.from, stretch.to]).toEqual(expected);
});
