import { expect, it } from 'vitest';
import { aroundAt, changed, PASSING_MS, type Surroundings } from './surroundings.ts';

const DAY: Surroundings = { light: 'day', raining: false };

it('has a camera that switches to infrared see little, then too much, then settle', () => {
  const night = changed(DAY, { light: 'infrared' }, 1000);
  const exposures = [1100, 1800, 4000].map((now) => aroundAt(night, now).exposure);
  expect(exposures[0]).toBeLessThan(0.5);
  expect(exposures[1]).toBeGreaterThan(1.2);
  expect(exposures[2]).toBe(1);
});

it('asked for the light that is, it does not switch', () => {
  expect(changed(DAY, { light: 'day' }, 1000)).toEqual(DAY);
});

it('drifts by day by a few percent, slowly', () => {
  const exposures = Array.from({ length: 600 }, (_, picture) => aroundAt(DAY, picture * 200).exposure);
  expect(Math.max(...exposures)).toBeLessThan(1.06);
  expect(Math.min(...exposures)).toBeGreaterThan(0.94);
  const steps = exposures.slice(1).map((exposure, index) => Math.abs(exposure - (exposures[index] ?? 0)));
  expect(Math.max(...steps)).toBeLessThan(0.003);
});

it('lets something pass by once, and rain go on until it is told to stop', () => {
  const wet = changed(changed(DAY, { passing: 'cat' }, 0), { raining: true }, 0);
  expect(aroundAt(wet, PASSING_MS.cat / 2)).toMatchObject({ passing: { what: 'cat', part: 0.5 } });
  const later = aroundAt(wet, PASSING_MS.cat + 1);
  expect(later.passing).toBeUndefined();
  expect(later.rain).toBeDefined();
  expect(aroundAt(changed(wet, { raining: false }, 9000), 9001).rain).toBeUndefined();
});
