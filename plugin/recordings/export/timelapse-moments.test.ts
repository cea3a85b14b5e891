import { expect, test } from 'vitest';
import { timelapseMoments } from './timelapse-moments.ts';

test.each<[string, [number, number][], number, number[]]>([
  ['nothing', [], 5, []],
  ['one part', [[0, 100]], 4, [12.5, 37.5, 62.5, 87.5]],
  [
    'a gap is passed over',
    [
      [0, 50],
      [1000, 1050],
    ],
    4,
    [12.5, 37.5, 1012.5, 1037.5],
  ],
  [
    'a part that is too short for one',
    [
      [0, 10],
      [100, 101],
      [200, 289],
    ],
    2,
    [214, 264],
  ],
  [
    'an empty part',
    [
      [5, 5],
      [10, 12],
    ],
    2,
    [10.5, 11.5],
  ],
])('%s', (_name, parts, count, wanted) => {
  const covered = parts.map(([from, to]) => ({ from, to }));
  expect(timelapseMoments(covered, count)).toEqual(wanted);
});

test('always as many as asked for', () => {
  const parts = Array.from({ length: 288 }, (_, n) => ({ from: n * 300_000 + n * 7, to: (n + 1) * 300_000 }));
  expect(timelapseMoments(parts, 1800)).toHaveLength(1800);
});
