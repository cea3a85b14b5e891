import { expect, test } from 'vitest';
import { lostFootage } from './damage.ts';

const spans = (...pairs: [number, number][]) => pairs.map(([startedAt, endedAt]) => ({ startedAt, endedAt }));
const known = spans([0, 10], [10, 20], [20, 30]);

test.each([
  ['all of it is there', spans([0, 10], [10, 20], [20, 30]), []],
  ['nothing is left', [], [{ from: 0, to: 30 }]],
  ['the middle is missing', spans([0, 10], [20, 30]), [{ from: 10, to: 20 }]],
  ['one is shorter', spans([0, 10], [10, 14], [20, 30]), [{ from: 14, to: 20 }]],
  [
    'beginning and end are missing',
    spans([10, 20]),
    [
      { from: 0, to: 10 },
      { from: 20, to: 30 },
    ],
  ],
  ['there is more than was known', spans([0, 10], [10, 20], [20, 30], [30, 40]), []],
])('%s', (_, left, lost) => {
  expect(lostFootage(known, left)).toEqual(lost);
});
