import { describe, expect, it } from 'vitest';
import { createSight } from '../../../plugin/detection/sight.ts';
import { soak } from './soak.ts';
import { growthPerDay } from './soak-report.ts';

const HOUR = 3600;

describe('soak', () => {
  // A few hours, thinned out while nobody is near; all of 72 hours: npm run eval -- --soak 72
  it('an evening from sun to infrared has no false package event', async () => {
    const { events } = await soak({
      ...{ from: 17.12 * HOUR, to: 18.87 * HOUR, seed: 1, calmShare: 0.04, createSight },
    });
    expect(events.wrong.map(({ phase, at }) => `${phase} at ${at}`)).toEqual([]);
    expect(events.found.map(({ act, right }) => [act.phase, right])).toContainEqual(['delivered', true]);
  }, 120_000);
});

describe('growthPerDay', () => {
  it.each([
    ['flat', [5, 5, 5, 5], 0],
    ['an MiB an hour', [1, 2, 3, 4], 24],
    ['what grows only at first', [1, 9, 9, 9, 9, 9, 9, 9], 0],
    ['too few samples', [3], 0],
  ])('%s', (_, values, expected) => {
    expect(growthPerDay(values.map((value, hours) => ({ hours, value })))).toBeCloseTo(expected);
  });
});
