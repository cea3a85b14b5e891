import { expect, test } from 'vitest';
import type { Area } from '../../protocol/detection.ts';
import { faultOfZones } from './zones-fault.ts';

const SQUARE: Area = [
  [0.1, 0.1],
  [0.3, 0.1],
  [0.3, 0.3],
  [0.1, 0.3],
];
const none = { doorstep: [], motion: [], ignore: [], privacy: [] };

test.each<[string, Area, string | undefined]>([
  ['a square', SQUARE, undefined],
  ['a shape that crosses itself', [...SQUARE.slice(0, 2), ...SQUARE.slice(2).reverse()], undefined],
  ['a slanted sliver', SQUARE.map(([x]): [number, number] => [x, x]), undefined],
  ['one point', SQUARE.map((): [number, number] => [0.5, 0.5]), 'area 2 of "privacy" is narrower'],
  ['a level line', SQUARE.map(([x]): [number, number] => [x, 0.5]), 'area 2 of "privacy" is narrower'],
  ['an upright line', SQUARE.map(([, y]): [number, number] => [0, y]), 'area 2 of "privacy" is narrower'],
])('%s', (_what, area, fault) => {
  const said = faultOfZones({ ...none, doorstep: [SQUARE], privacy: [SQUARE, area] });
  if (fault === undefined) expect(said).toBeUndefined();
  else expect(said).toContain(fault);
});
