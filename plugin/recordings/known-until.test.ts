import { expect, test } from 'vitest';
import type { Gap } from '../../protocol/api.ts';
import { DAY, DOOR, IndexHouse } from '../../test/support/index-house.ts';
import { knownUntil } from './known-until.ts';

const camera = { id: 'cam-1', name: 'Front door', slug: 'front-door' };
const gap = (from: number, to: number): Gap => ({ camera, from, to, reason: 'camera-offline' });

test('a recording that begins tomorrow, by a clock that was set back since, does not count', () => {
  using house = new IndexHouse();
  const minute = 60_000;
  const camera = DOOR.id;
  house.store('A', { kind: 'continuous', segments: 6 });
  house.store('B', { kind: 'continuous', at: DAY + 60 * minute });
  expect(knownUntil(house.index, camera, DAY + 2 * minute)).toBe(DAY + minute);
  expect(knownUntil(house.index, camera, DAY + minute / 2)).toBe(DAY + minute / 2);
  expect(knownUntil(house.index, camera, DAY + 90 * minute)).toBe(DAY + 60 * minute + 20_000);
});

test.each<[string, number | undefined, Gap[], number | undefined]>([
  ['never recorded', undefined, [gap(0, 50)], undefined],
  ['the end of the last file', 40, [], 40],
  ['the end of the last gap after it', 40, [gap(40, 60), gap(60, 80)], 80],
  ['a gap of before a clock that was set back is not from tomorrow', 40, [gap(40, 500)], 100],
])('%s', (_, end, gaps, known) => {
  const index = {
    lastContinuousEnd: () => end,
    gaps: ({ from, to }: { from: number; to: number }) =>
      gaps.filter((each) => each.to >= from && each.from <= to),
  };
  expect(knownUntil(index, camera.id, 100)).toBe(known);
});
