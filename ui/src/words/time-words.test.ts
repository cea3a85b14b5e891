import { describe, expect, it } from 'vitest';
import {
  agoWords,
  dayKey,
  dayWords,
  lengthWords,
  positionWords,
  sizeWords,
  timeStyle,
  whenWords,
} from './time-words.ts';

const style = { locale: 'en-GB', timeZone: 'Europe/Berlin' };
/** Sunday, 14:30 in Berlin. */
const now = Date.parse('2026-11-22T13:30:00Z');

describe('when something happened', () => {
  it.each([
    ['2026-11-22T13:29:58Z', 'just now'],
    ['2026-11-22T13:29:30Z', '30 s ago'],
    ['2026-11-22T12:30:01Z', '59 min ago'],
    ['2026-11-22T12:29:59Z', '13:29'],
    ['2026-11-21T23:00:00Z', '00:00'],
    ['2026-11-21T22:59:00Z', 'Sat 23:59'],
    ['2026-11-16T07:00:00Z', 'Mon 08:00'],
    ['2026-11-15T07:00:00Z', '15 Nov 08:00'],
    // A camera whose clock runs a little ahead.
    ['2026-11-22T13:30:20Z', 'just now'],
    ['2026-11-22T15:00:00Z', '16:00'],
  ])('%s is "%s"', (at, expected) => {
    expect(whenWords(Date.parse(at), now, style)).toBe(expected);
  });

  it('says the clock time of yesterday, not minutes, only when an hour has passed', () => {
    const justAfterMidnight = Date.parse('2026-11-21T23:10:00Z');
    expect(whenWords(Date.parse('2026-11-21T22:50:00Z'), justAfterMidnight, style)).toBe('20 min ago');
    expect(whenWords(Date.parse('2026-11-21T22:00:00Z'), justAfterMidnight, style)).toBe('Sat 23:00');
  });
});

it.each([
  ['2026-11-22T00:00:00Z', 'Today'],
  ['2026-11-21T22:30:00Z', 'Yesterday'],
  ['2026-11-17T12:00:00Z', 'Tuesday'],
  ['2026-11-12T12:00:00Z', '12 November'],
])('the day of %s is headed "%s"', (at, expected) => {
  expect(dayWords(Date.parse(at), now, style)).toBe(expected);
});

it('counts days on the calendar, also over a change of the clocks', () => {
  const monday = Date.parse('2026-10-26T08:00:00Z');
  expect(dayWords(Date.parse('2026-10-25T00:30:00Z'), monday, style)).toBe('Yesterday');
  expect(dayKey(Date.parse('2026-10-24T22:30:00Z'), style)).toBe('2026-10-25');
});

it('gives ages, lengths, positions and sizes one telling unit', () => {
  expect([0, 4_999, 5_000, 59_999, 60_000, 125_000].map(agoWords)).toEqual([
    'just now',
    'just now',
    '5 s ago',
    '59 s ago',
    '1 min ago',
    '2 min ago',
  ]);
  expect([0, 15_000, 100_000, 7_200_000, 259_200_000].map(lengthWords)).toEqual([
    '1 s',
    '15 s',
    '2 min',
    '2 h',
    '3 days',
  ]);
  expect([-1, 7.9, 760].map(positionWords)).toEqual(['0:00', '0:07', '12:40']);
  expect([0, 999_600, 1_240_000, 84_000_000, 2_000_000_000_000].map(sizeWords)).toEqual([
    '0 kB',
    '1 MB',
    '1.2 MB',
    '84 MB',
    '2 TB',
  ]);
});

it('keeps the reader’s own clock where the words are in their language', () => {
  expect(timeStyle('en-US').locale).toBe('en-US');
  expect(timeStyle('de-DE').locale).toBe('en-GB');
});
