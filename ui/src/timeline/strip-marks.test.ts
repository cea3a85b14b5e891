import { expect, it, vi } from 'vitest';
import type { Moment } from '../moments.ts';
import { endOfDay, startOfDay } from '../words/time-words.ts';
import { stripFootage, stripGaps, stripHours, stripRows } from './strip-marks.ts';

const door = { id: 'c1', name: 'Front door', slug: 'front-door' };
const yard = { id: 'c2', name: 'Yard', slug: 'yard' };
const HOUR = 3_600_000;

const moment = (id: string, at: number, more: Partial<Moment> = {}): Moment => ({
  id,
  eventIds: [id],
  kind: 'motion',
  phase: 'start',
  camera: door,
  at,
  test: false,
  ...more,
});

it('places moments by the hour, a row for each camera, also for one where nothing happened', () => {
  const rows = stripRows(
    [moment('noon', 12 * HOUR, { endedAt: 18 * HOUR }), moment('late', 23 * HOUR, { endedAt: 30 * HOUR })],
    [door, yard],
    0,
    24 * HOUR,
  );
  expect(rows).toEqual([
    {
      camera: door,
      marks: [
        { id: 'noon', sign: 'motion', start: 0.5, width: 0.25 },
        { id: 'late', sign: 'motion', start: 23 / 24, width: 1 - 23 / 24 },
      ],
    },
    { camera: yard, marks: [] },
  ]);
});

it('leaves other days out and fits a day of 25 hours', () => {
  const [row] = stripRows(
    [moment('before', -1), moment('after', 25 * HOUR), moment('in', 24 * HOUR, { endedAt: 24.5 * HOUR })],
    [door],
    0,
    25 * HOUR,
  );
  expect(row?.marks).toEqual([{ id: 'in', sign: 'motion', start: 24 / 25, width: expect.closeTo(0.02, 6) }]);
});

it('shows files of continuous recording as one line, and what lies in another day not at all', () => {
  const file = (from: number, to: number, kind: 'continuous' | 'event' = 'continuous') => ({
    ...{ from: from * HOUR, to: to * HOUR },
    kind,
  });
  const spans = [
    file(-2, -1),
    file(-1, 3),
    { ...file(3, 6), from: 3 * HOUR + 2000 },
    file(4, 5, 'event'),
    file(12, 30),
  ];
  expect(stripFootage(spans, 0, 24 * HOUR)).toEqual([
    { from: -2 * HOUR, to: 6 * HOUR, start: 0, width: 0.25 },
    { from: 12 * HOUR, to: 30 * HOUR, start: 0.5, width: 0.5 },
  ]);
});

it('shows gaps with their reason', () => {
  const gaps = [
    { camera: door, from: -5, to: 0, reason: 'privacy' as const },
    { camera: door, from: 6 * HOUR, to: 12 * HOUR, reason: 'spool-full' as const },
  ];
  expect(stripGaps(gaps, 0, 24 * HOUR)).toEqual([
    { from: 6 * HOUR, to: 12 * HOUR, start: 0.25, width: 0.25, reason: 'spool-full' },
  ]);
});

it.each([
  ['an ordinary day', [2026, 10, 22], [0, 6, 12, 18, 24], 24],
  ['23 hours', [2026, 2, 29], [0, 5, 11, 17, 23], 23],
  ['25 hours', [2026, 9, 25], [0, 7, 13, 19, 25], 25],
] as const)('writes the hours of %s where they are', (_name, [year, month, date], passed, length) => {
  vi.stubEnv('TZ', 'Europe/Berlin');
  try {
    const noon = new Date(year, month, date, 12).getTime();
    const [start, end] = [startOfDay(noon), endOfDay(noon)];
    expect(end - start).toBe(length * HOUR);
    expect(stripHours(start, end)).toEqual(
      [0, 6, 12, 18, 24].map((hour, index) => ({ hour, at: (passed[index] ?? 0) / length })),
    );
  } finally {
    vi.unstubAllEnvs();
  }
});
