import { expect, test } from 'vitest';
import type { Area } from '../../protocol/detection.ts';
import { sightZones } from './sight-zones.ts';

const at = (x: number): Area => [
  [x, 0],
  [x + 0.1, 0],
  [x, 0.1],
];

test('what is hidden is told apart from what does not count', () => {
  const zones = { doorstep: [at(0.1)], motion: [at(0.2)], ignore: [at(0.3)], privacy: [at(0.4)] };
  expect(sightZones(zones)).toEqual({
    doorstep: [at(0.1)],
    motion: [at(0.2)],
    ignore: [at(0.3)],
    hidden: [at(0.4)],
  });
});
