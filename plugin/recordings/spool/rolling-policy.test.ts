import { expect, test } from 'vitest';
import { AWAY_MS, hasRoom, segmentsToMove } from './rolling-policy.ts';

const segment = (n: number, startedAt: number) => ({ id: 'one', n, startedAt, bytes: 10 });
const THREE = [segment(2, 30), segment(0, 10), segment(1, 20)];

test.each([
  ['nothing moves while there is room and the target takes everything', 0, 50, []],
  ['nothing moves while the target is away for a moment', AWAY_MS, 50, []],
  ['everything moves, oldest first, when it stays away', AWAY_MS + 1, 50, [0, 1, 2]],
  ['the oldest make room', 0, 24, [0]],
  ['as many as it takes', 0, 14, [0, 1]],
  ['all, where that is not enough', 0, 0, [0, 1, 2]],
])('%s', (_, awayMs, freeBytes, moved) => {
  expect(segmentsToMove(THREE, { awayMs, freeBytes, totalBytes: 100 }).map(({ n }) => n)).toEqual(moved);
});

test.each([
  [100, true],
  [13, true],
  [12, false],
  [0, false],
])('with %i %% free, a new segment in memory: %s', (freeBytes, expected) => {
  expect(hasRoom({ freeBytes, totalBytes: 100 })).toBe(expected);
});
