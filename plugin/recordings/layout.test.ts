import { expect, test } from 'vitest';
import { parseBase, recordingBase } from './layout.ts';

const AT = new Date(2026, 10, 22, 7, 23, 41).getTime();

test.each([
  ['doorbell', 'front-door/2026/11/22/072341-ring-01ABC'],
  ['motion', 'front-door/2026/11/22/072341-motion-01ABC'],
  ['package', 'front-door/2026/11/22/072341-package-01ABC'],
] as const)('a %s lies where its local day and time say, and can be told from there', (kind, base) => {
  expect(recordingBase('front-door', kind, '01ABC', AT)).toBe(base);
  expect(parseBase(base)).toEqual({ slug: 'front-door', kind, id: '01ABC', day: 'front-door/2026/11/22' });
});

test.each([
  ['..', '01ABC'],
  ['.', '01ABC'],
  ['a/b', '01ABC'],
  ['', '01ABC'],
  ['front-door', '../x'],
  ['front-door', ''],
  ['front-door', 'a'.repeat(65)],
])('slug "%s" with id "%s" leads nowhere', (slug, id) => {
  expect(() => recordingBase(slug, 'motion', id, AT)).toThrow(RangeError);
});

test.each([
  'index',
  'front-door/2026/11/22/notes',
  '../2026/11/22/072341-ring-01ABC',
  'a/2026/11/072341-ring-1',
])('%s is none of ours', (base) => {
  expect(parseBase(base)).toBeUndefined();
});
