import { expect, test } from 'vitest';
import { pickFragments } from './pick-fragments.ts';

/** Ten seconds of fragments of half a second, a keyframe every two seconds; the camera shows its first picture at tick 20. */
const fragments = Array.from({ length: 20 }, (_, n) => ({
  ...{ offset: 100 * n, bytes: 100, time: 20 + 50 * n, duration: 50, keyframe: n % 4 === 0 },
}));

test.each<[string, number, number, 'joinsBefore' | 'joinsAfter' | '', number, number]>([
  ['all of it', -5, 50, '', 0, 20],
  ['from the keyframe before, to the end of the fragment', 3, 5.2, '', 4, 11],
  ['from a keyframe itself', 4, 5, '', 8, 10],
  ['a moment', 4.1, 4.1, '', 8, 9],
  ['goes on where another ends: with the next keyframe', 3, 10, 'joinsBefore', 8, 20],
  ['goes on where another ends: at a keyframe', 4.02, 10, 'joinsBefore', 8, 20],
  ['ends where another goes on', 0, 5.2, 'joinsAfter', 0, 10],
  ['nothing is left', 9, 10, 'joinsBefore', 0, 0],
])('%s', (_name, from, to, joins, first, after) => {
  const wanted = { from, to, joinsBefore: joins === 'joinsBefore', joinsAfter: joins === 'joinsAfter' };
  expect(pickFragments(fragments, 100, wanted)).toEqual(fragments.slice(first, after));
});
