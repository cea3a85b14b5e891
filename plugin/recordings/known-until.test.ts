import { expect, test } from 'vitest';
import type { Gap } from '../../protocol/api.ts';
import { knownUntil } from './known-until.ts';

const camera = { id: 'cam-1', name: 'Front door', slug: 'front-door' };
const gap = (from: number, to: number): Gap => ({ camera, from, to, reason: 'camera-offline' });

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
