import { expect, test } from 'vitest';
import { explains, type HouseholdSignal, presenceSignal, verdictOf } from './package-verdict.ts';

const MIN = 60_000;
const GONE = 100 * MIN;
const removal = { at: GONE, decidedAt: GONE + 4000 };
const signal = (kind: HouseholdSignal['kind'], minutes: number): HouseholdSignal => ({
  kind,
  at: GONE + minutes * MIN,
});

test.each([
  ['collected', -2, true],
  ['collected', -2.1, false],
  ['collected', 60, true],
  ['collected', 60.2, false],
  ['door', -1, true],
  ['door', -3, false],
  ['door', 9, true],
  ['door', 11, false],
  ['presence', -1, true],
  ['presence', 2, true],
  ['presence', 3, false],
] as const)('%s at %d min explains it: %s', (kind, minutes, does) => {
  expect(explains(signal(kind, minutes), removal)).toBe(does);
});

test('what went in the dark is explained by anything from then until it was known', () => {
  const night = { at: GONE, decidedAt: GONE + 8 * 60 * MIN };
  expect(explains(signal('door', 200), night)).toBe(true);
  expect(explains(signal('door', 8 * 60 + 11), night)).toBe(false);
});

test.each([
  ['home', [], 'collected'],
  ['home', [signal('door', -60)], 'collected'],
  ['away', [], 'taken'],
  ['away', [signal('door', -60)], 'taken'],
  ['away', [signal('door', -60), signal('door', -1)], 'collected'],
  ['unknown', [], 'unknown'],
  ['unknown', [signal('collected', 0)], 'collected'],
] as const)('somebody is home: %s; signals: %j; verdict: %s', (home, signals, verdict) => {
  expect(verdictOf(removal, { home, signals })).toBe(verdict);
});

test.each([
  ['away', 'home', true],
  ['home', 'away', true],
  ['unknown', 'home', true],
  ['unknown', 'away', false],
  ['away', 'unknown', false],
  ['home', 'home', false],
] as const)('%s, then %s: somebody came or left: %s', (before, now, told) => {
  expect(presenceSignal(before, now, 7)).toEqual(told ? { kind: 'presence', at: 7 } : undefined);
});
