import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyText } from '../../../test/support/bag-house.ts';
import { MOST_FILES, refuseFiles, refuseId, TOO_LARGE } from './bag-limits.ts';

it.each(['share-2026-0001', 'a', '7', 'share-k3x9'])('%s names a bag', (id) => {
  expect(refuseId(id)).toBeUndefined();
});

it.each([
  ...[
    '',
    '-a',
    'a-',
    'a--b',
    'A',
    'a/b',
    '..',
    '.',
    'a.b',
    'a b',
    'a\n',
    '~',
    'é',
    'a'.repeat(49),
    'con',
    'com1',
  ],
  ...['01kaqd2zt9h5v8x2m4n6p7q8r9', 'share-01kaqd2zt9h5v8x2m4n6p7q8r9', '\u0000', 'C:', '-rf'],
])('%j names none', (id) => {
  expect(refuseId(id)).toMatch(/^its name .*\.$/);
});

it('takes no name that could be more than one plain name of a folder (T9)', () => {
  fc.assert(
    fc.property(anyText(60), (id) => {
      if (refuseId(id) === undefined) expect(id).toMatch(/^[a-z0-9][a-z0-9-]*$/);
    }),
  );
});

const files = (count: number, bytes: number) =>
  Array.from({ length: count }, (_, n) => ({ path: `data/${n}.mp4`, bytes }));

it.each([
  [MOST_FILES, TOO_LARGE - 1, undefined],
  [MOST_FILES + 1, 1, 'it would have 17 files, and 16 are the most.'],
  [1, TOO_LARGE, 'data/0.mp4 has 2.0 GB, and it must be less than 2.'],
])('%i files of %i bytes', (count, bytes, why) => {
  expect(refuseFiles(files(count, bytes))).toBe(why);
});
