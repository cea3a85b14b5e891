import { expect, test } from 'vitest';
import { isPause, type RetentionLimits, roomForFull, roomToMake } from './retention-policy.ts';

const DAY = 86_400_000;
const NOW = 1000 * DAY;
const target = (freeBytes: number, minFreeBytes = 100, spareBytes = 20) => ({
  target: { freeBytes, minFreeBytes, spareBytes },
});

test.each<[string, number, Partial<RetentionLimits>, number, boolean]>([
  ['nothing is known of the target', 500, {}, 0, false],
  ['there is room', 500, target(100), 0, false],
  ['some is missing', 500, target(90), 10, false],
  ['too much is stored', 500, { maxBytes: 470, ...target(90) }, 30, false],
  ['out of reach, yet the machine has what it needs', 10, target(60), 0, true],
  ['out of reach, and the machine soon lacks it', 20, target(30), 10, true],
  ['only the least is in reach', 5, target(15), 5, true],
  ['nothing that helps is in reach', 5, target(10), 0, true],
  ['no more than is to stay free', 500, target(90, 95), 5, false],
  ['full, and it does not say how full', 500, { fullBytes: 25 }, 25, false],
])('%s', (_, removable, limits, bytes, outOfReach) => {
  const days = { now: NOW, keepDays: 3, keepContinuousDays: 3 };
  expect(roomToMake({ all: 500, removable, expired: 0 }, { ...days, ...limits })).toEqual({
    bytes,
    outOfReach,
  });
});

test('what has gone for its age counts', () => {
  const days = { now: NOW, keepDays: 3, keepContinuousDays: 3 };
  expect(
    roomToMake({ all: 400, removable: 400, expired: 8 }, { ...days, fullBytes: 20, ...target(90) }),
  ).toEqual({
    bytes: 12,
    outOfReach: false,
  });
});

test.each([
  ['a twentieth', 1000, 1000, 10, 50],
  ['twice what waits', 1000, 1000, 100, 200],
  ['a quarter at most', 1000, 1000, 900, 250],
  ['of what may go', 1000, 100, 900, 25],
])('a full target: %s', (_, bytes, removable, waiting, expected) => {
  expect(roomForFull({ bytes, removable }, waiting)).toBe(expected);
});

test.each([
  ['switched off for a week', 10, 7, true],
  ['switched off for two months', 63, 60, true],
  ['a clock that is a year ahead', 368, 365, false],
  ['more days than are kept', 30, 3, false],
])('%s', (_, oldest, newest, pause) => {
  expect(isPause({ oldest: NOW - oldest * DAY, newest: NOW - newest * DAY }, 3, NOW)).toBe(pause);
});
