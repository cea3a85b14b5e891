import { expect, it } from 'vitest';
import { longestMissing } from './missing.ts';

const segments = new Map([
  ['a', [{ from: 0, to: 1500 }]],
  ['b', [{ from: 1500, to: 3000 }]],
  ['c', [{ from: 5000, to: 6000 }]],
  ['earlier', [{ from: -3_600_000, to: -3_599_000 }]],
]);

it.each([
  ['nothing', [{ recordings: ['a', 'b'], picturesMs: 3000 }], 0],
  ['what came before a kill', [{ recordings: ['a', 'b'], picturesMs: 3400 }], 400],
  ['a hole', [{ recordings: ['a', 'b', 'c'], picturesMs: 4000 }], 2000],
  [
    'what was between two hubs is not counted',
    [
      { recordings: ['a', 'b'], picturesMs: 3000 },
      { recordings: ['c'], picturesMs: 1100 },
    ],
    100,
  ],
  ['a clock set back', [{ recordings: ['a', 'earlier'], picturesMs: 2500 }], 0],
  ['a recording that was given up', [{ recordings: ['gone', 'a'], picturesMs: 4500 }], 3000],
  ['no run', [], 0],
])('%s', (_, runs, ms) => {
  expect(longestMissing(runs, segments)).toBe(ms);
});
