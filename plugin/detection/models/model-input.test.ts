import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainFrame } from '../../../test/support/plain-frame.ts';
import { WHOLE } from '../places.ts';
import { innerOf, letterbox, outOfLetterbox } from './letterbox.ts';
import { lookablePart, toRgb, toWhole } from './model-input.ts';
import { inputSize } from './movenet-input.ts';

const side = fc.double({ min: -0.5, max: 1.5, noNaN: true });
const anyBox = fc.record({ left: side, top: side, right: side, bottom: side });
const size = fc.record({ width: fc.integer({ min: 8, max: 640 }), height: fc.integer({ min: 8, max: 640 }) });

describe('colours', () => {
  it.each([
    ['black', [16, 128, 128], [0, 0, 0]],
    ['white', [235, 128, 128], [255, 255, 255]],
    ['gray', [126, 128, 128], [128, 128, 128]],
    ['red', [81, 90, 240], [255, 0, 0]],
    ['green', [145, 54, 34], [0, 255, 0]],
    ['blue', [41, 240, 110], [0, 0, 255]],
  ] as const)('%s stays %s', (_, [luma, cb, cr], rgb) => {
    const pixels = toRgb(plainFrame({ width: 6, height: 4 }, luma, cb, cr), WHOLE, { width: 3, height: 5 });
    expect(pixels).toHaveLength(45);
    for (const [index, value] of pixels.entries())
      expect(Math.abs(value - (rgb[index % 3] ?? 0))).toBeLessThanOrEqual(2);
  });
});

/** Left half dark, right half bright. */
function halves() {
  const frame = plainFrame({ width: 64, height: 32 }, 16);
  for (let at = 0; at < frame.luma.length; at++) if (at % 64 >= 32) frame.luma[at] = 235;
  return frame;
}

describe('a part of a picture', () => {
  it('is what is in it, magnified', () => {
    const rightHalf = { left: 0.52, top: 0, right: 1, bottom: 1 };
    expect(Math.min(...toRgb(halves(), rightHalf, { width: 100, height: 100 }))).toBeGreaterThan(250);
    const pixels = toRgb(halves(), { left: 0.25, top: 0, right: 0.75, bottom: 1 }, { width: 8, height: 1 });
    expect(pixels[3 * 2]).toBeLessThan(5);
    expect(pixels[3 * 5]).toBeGreaterThan(250);
  });

  it('can always be looked at, whatever was asked for', () => {
    fc.assert(
      fc.property(anyBox, size, (box, frame) => {
        const part = lookablePart(box, frame);
        expect(part.left).toBeGreaterThanOrEqual(0);
        expect(part.top).toBeGreaterThanOrEqual(0);
        expect(part.right).toBeLessThanOrEqual(1 + 1e-9);
        expect(part.bottom).toBeLessThanOrEqual(1 + 1e-9);
        expect((part.right - part.left) * frame.width).toBeGreaterThanOrEqual(
          Math.min(32, frame.width) - 1e-6,
        );
        expect((part.bottom - part.top) * frame.height).toBeGreaterThanOrEqual(
          Math.min(32, frame.height) - 1e-6,
        );
      }),
    );
  });

  it('that fits is left as it is', () => {
    const part = { left: 0.25, top: 0.125, right: 0.75, bottom: 0.625 };
    expect(lookablePart(part, { width: 320, height: 180 })).toEqual(part);
    expect(toWhole({ left: 0.5, top: 0, right: 1, bottom: 0.5 }, part)).toEqual({
      ...{ left: 0.5, top: 0.125, right: 0.75, bottom: 0.375 },
    });
  });
});

it.each([
  ['a wide picture', { width: 320, height: 180 }, { width: 288, height: 160 }],
  ['an old picture', { width: 320, height: 240 }, { width: 224, height: 160 }],
  ['a doorbell on end', { width: 320, height: 426 }, { width: 160, height: 224 }],
  ['a square', { width: 90, height: 90 }, { width: 192, height: 192 }],
])('the input for %s has its shape', (_, picture, input) => {
  expect(inputSize(picture)).toEqual(input);
});

it('every input is of 32s and costs no more than one of 288 x 160', () => {
  fc.assert(
    fc.property(size, (picture) => {
      const { width, height } = inputSize(picture);
      expect([width % 32, height % 32]).toEqual([0, 0]);
      expect(width * height).toBeLessThanOrEqual(288 * 160);
      expect(width * height).toBeGreaterThan(0.5 * 288 * 160);
    }),
  );
});

describe('a letterbox', () => {
  it('has the picture in its middle, and gray beside it', () => {
    const inner = innerOf({ width: 64, height: 32 }, { width: 32, height: 32 });
    expect(inner).toEqual({ left: 0, top: 8, width: 32, height: 16 });
    const pixels = letterbox(halves(), WHOLE, { width: 32, height: 32 }, inner);
    const green = (x: number, y: number) => pixels[32 * 32 + y * 32 + x];
    expect([green(3, 0), green(3, 31)]).toEqual([Math.fround(114 / 255), Math.fround(114 / 255)]);
    expect([green(3, 8), green(28, 23)]).toEqual([0, 1]);
  });

  it('gives boxes back to where they were', () => {
    const inner = innerOf({ width: 64, height: 32 }, { width: 32, height: 32 });
    const part = { left: 0.5, top: 0, right: 1, bottom: 0.5 };
    expect(outOfLetterbox({ left: 0, top: 8, right: 16, bottom: 24 }, inner, part)).toEqual({
      ...{ left: 0.5, top: 0, right: 0.75, bottom: 0.5 },
    });
    expect(outOfLetterbox({ left: 0, top: 0, right: 16, bottom: 7 }, inner, part)).toBeUndefined();
  });
});
