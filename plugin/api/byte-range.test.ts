import { expect, it } from 'vitest';
import { byteRange } from './byte-range.ts';

it.each([
  [undefined, undefined],
  ['bytes=0-', { from: 0, to: 1000 }],
  ['bytes=0-0', { from: 0, to: 1 }],
  ['bytes=200-299', { from: 200, to: 300 }],
  ['bytes=900-5000', { from: 900, to: 1000 }],
  ['bytes=-100', { from: 900, to: 1000 }],
  ['bytes=-5000', { from: 0, to: 1000 }],
  ['bytes=1000-', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=300-200', undefined],
  ['bytes=0-1,5-9', undefined],
  ['bytes=-', undefined],
  ['pictures=0-5', undefined],
])('%s', (header, range) => {
  expect(byteRange(header, 1000)).toEqual(range);
});

it('has nothing to give of an empty file', () => {
  expect(byteRange('bytes=0-', 0)).toBe('unsatisfiable');
});
