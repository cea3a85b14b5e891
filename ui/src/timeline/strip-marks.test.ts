import { expect, it } from 'vitest';
import type { Moment } from '../moments.ts';
import { stripRows } from './strip-marks.ts';

const door = { id: 'c1', name: 'Front door', slug: 'front-door' };
const yard = { id: 'c2', name: 'Yard', slug: 'yard' };
const HOUR = 3_600_000;

const moment = (id: string, at: number, more: Partial<Moment> = {}): Moment => ({
  id,
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
