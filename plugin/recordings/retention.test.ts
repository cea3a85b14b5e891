import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { type KeptClip, keepTidy, planRetention, type RetentionLimits, SteadyClock } from './retention.ts';

const DAY = 86_400_000;
const NOW = 100 * DAY;
const clip = (id: string, daysAgo: number, bytes = 10): KeptClip => ({
  id,
  endedAt: NOW - daysAgo * DAY,
  bytes,
});
const limits = (parts: Partial<RetentionLimits> = {}): RetentionLimits => ({
  now: NOW,
  keepDays: 3,
  freeBytes: 1000,
  minFreeBytes: 0,
  ...parts,
});

test.each<[string, KeptClip[], Partial<RetentionLimits>, string[], boolean]>([
  ['nothing', [], {}, [], false],
  ['young ones stay', [clip('a', 1), clip('b', 2.9)], {}, [], false],
  ['old ones go, oldest first', [clip('a', 4), clip('b', 1), clip('c', 9)], {}, ['c', 'a'], false],
  ['the oldest go for room', [clip('a', 1), clip('b', 2)], { freeBytes: 5, minFreeBytes: 15 }, ['b'], false],
  ['what expires counts', [clip('a', 1), clip('b', 5)], { freeBytes: 5, minFreeBytes: 15 }, ['b'], false],
  [
    'none for room out of reach',
    [clip('a', 1), clip('b', 5)],
    { freeBytes: 5, minFreeBytes: 99 },
    ['b'],
    true,
  ],
])('%s', (_, clips, parts, remove, outOfReach) => {
  expect(planRetention(clips, limits(parts))).toEqual({ remove, outOfReach });
});

const clips = fc
  .array(fc.record({ endedAt: fc.nat(NOW), bytes: fc.nat(1000) }), { maxLength: 40 })
  .map((list) => list.map((each, index) => ({ ...each, id: String(index) })));
const anyLimits = fc.record({
  now: fc.constant(NOW),
  keepDays: fc.integer({ min: 1, max: 120 }),
  freeBytes: fc.nat(20_000),
  minFreeBytes: fc.nat(20_000),
});

test('whatever the clips: all expired go, no more go than needed, and always the oldest', () => {
  fc.assert(
    fc.property(clips, anyLimits, (all, limits) => {
      const { remove, outOfReach } = planRetention(all, limits);
      const gone = all.filter(({ id }) => remove.includes(id));
      const kept = all.filter(({ id }) => !remove.includes(id));
      const expired = (each: KeptClip) => each.endedAt < limits.now - limits.keepDays * DAY;
      const sum = (list: KeptClip[]) => list.reduce((total, { bytes }) => total + bytes, 0);
      expect(new Set(remove).size).toBe(remove.length);
      expect(kept.some(expired)).toBe(false);
      const oldestKept = Math.min(...kept.map(({ endedAt }) => endedAt));
      expect(gone.every(({ endedAt }) => endedAt <= oldestKept)).toBe(true);
      const free = limits.freeBytes + sum(gone);
      expect(outOfReach).toBe(free + sum(kept) < limits.minFreeBytes);
      if (outOfReach) expect(gone.every(expired)).toBe(true);
      else expect(free >= limits.minFreeBytes).toBe(true);
      const early = gone.filter((each) => !expired(each));
      const last = early.sort((a, b) => b.endedAt - a.endedAt || Number(b.id) - Number(a.id))[0];
      if (last) expect(free - last.bytes < limits.minFreeBytes).toBe(true);
    }),
  );
});

test('tidying runs at once, every hour and when asked, never twice at a time, never after the stop', async () => {
  const clock = new ManualClock();
  let runs = 0;
  let underWay = 0;
  let release = () => {};
  const tidying = keepTidy(clock, async () => {
    runs += 1;
    underWay += 1;
    expect(underWay).toBe(1);
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    underWay -= 1;
  });
  const settle = async () => {
    release();
    await new Promise(setImmediate);
  };
  expect(runs).toBe(1);
  tidying.ask();
  tidying.ask();
  expect(runs).toBe(1);
  await settle();
  expect(runs).toBe(2);
  await settle();
  clock.advance(3_600_000);
  expect(runs).toBe(3);
  const stopped = tidying.stop();
  await settle();
  await stopped;
  clock.advance(36_000_000);
  tidying.ask();
  expect(runs).toBe(3);
});

test('the time of day counts after an hour in which nobody set the clock', () => {
  let now = NOW;
  let monotonic = 0;
  const steady = new SteadyClock({ now: () => now, monotonic: () => monotonic, after: () => () => {} });
  const pass = (ms: number, step = 0) => {
    now += ms + step;
    monotonic += ms;
    return steady.check();
  };
  expect(pass(0)).toBe(false);
  expect(pass(3_599_000)).toBe(false);
  expect(pass(1000, 5000)).toBe(true);
  expect(pass(1000, 300 * DAY)).toBe(false);
  expect(pass(3_500_000)).toBe(false);
  expect(pass(100_000)).toBe(true);
  expect(pass(1000, -DAY)).toBe(false);
});
