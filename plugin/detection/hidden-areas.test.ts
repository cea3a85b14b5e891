import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SmallFrame } from '../camera/contract.ts';
import type { Polygon } from '../camera/masks.ts';
import { HiddenAreas } from './hidden-areas.ts';
import { isInside } from './places.ts';

const frame: SmallFrame = {
  ...{ width: 32, height: 18, at: 5 },
  luma: new Uint8Array(576).fill(200),
  cb: new Uint8Array(144).fill(90),
  cr: new Uint8Array(144).fill(160),
};
const place = fc.integer({ min: 0, max: 500 }).map((one) => one / 500);
const area: fc.Arbitrary<Polygon> = fc.array(fc.tuple(place, place), { minLength: 3, maxLength: 6 });

test('every sample inside is black, the rest of the picture is left, and so is the one that was given', () => {
  fc.assert(
    fc.property(area, (one) => {
      const { luma, cb, cr } = new HiddenAreas([one]).blacken(frame);
      const faults = [...luma.keys()].filter((i) => {
        const middle = [((i % 32) + 0.5) / 32, (Math.floor(i / 32) + 0.5) / 18] as const;
        const colour = Math.floor(i / 64) * 16 + Math.floor((i % 32) / 2);
        // Light and colour are hidden together.
        const isBlack = luma[i] === 16 && cb[colour] === 128 && cr[colour] === 128;
        const isLeft = luma[i] === 200 && cb[colour] === 90 && cr[colour] === 160;
        return isInside([one], middle) ? !isBlack : !isBlack && !isLeft;
      });
      expect(faults).toEqual([]);
      expect(frame.luma.every((value) => value === 200)).toBe(true);
    }),
  );
});

test('no more than needed is black', () => {
  const hidden = new HiddenAreas([
    [
      [0.25, 0],
      [0.5, 0],
      [0.5, 1],
      [0.25, 1],
    ],
  ]);
  const row = [...hidden.blacken(frame).luma.subarray(0, 32)];
  expect(row).toEqual(row.map((_, x) => (x >= 8 && x < 16 ? 16 : 200)));
});

test('where nothing is hidden, the picture is the one that was given', () => {
  const none = new HiddenAreas();
  expect(none.blacken(frame)).toBe(frame);
  expect([none.are([]), none.are(undefined), none.are([[[0, 0]]])]).toEqual([true, true, false]);
});
