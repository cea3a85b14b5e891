import { expect, it } from 'vitest';
import { momentWords, parcelFacts } from './event-words.ts';

it.each([
  ['spool-full', 'A stretch was not recorded: the room on this machine was full'],
  ['a reason of a newer hub', 'A stretch was not recorded'],
  [undefined, 'A stretch was not recorded'],
])('a gap since %s is "%s"', (reason, text) => {
  const storage = reason === undefined ? {} : { reason };
  expect(
    momentWords({ id: '1', eventIds: ['1'], kind: 'storage', phase: 'gap', at: 1, test: false, storage }),
  ).toBe(text);
});

it.each([
  ['removed', { verdict: 'taken', presentForMs: 3 * 3_600_000 }, ['lay there for 3 h', 'nobody was home']],
  ['removed', { verdict: 'unknown' }, []],
  ['removed', { count: 1 }, ['1 is left']],
  ['corrected', { verdict: 'collected', presentForMs: 3 * 3_600_000 }, ['lay there for 3 h']],
  ['corrected', { count: 1 }, []],
  ['delivered', { presentForMs: 1000 }, []],
  ['delivered', { count: 2 }, ['2 are there now']],
] as const)('of a package that is %s, %j, is told %j', (phase, facts, told) => {
  expect(parcelFacts({ kind: 'package', phase, package: { id: 'p', count: 0, ...facts } })).toEqual(told);
});
