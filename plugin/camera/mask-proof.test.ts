import { describe, expect, it } from 'vitest';
import { looksMasked, staysMasked } from './mask-proof.ts';
import type { Polygon } from './masks.ts';

const WIDTH = 96;
const HEIGHT = 54;
const LEFT: Polygon = [
  [0, 0],
  [0.4, 0],
  [0.4, 1],
  [0, 1],
];
const TINY: Polygon = [
  [0.5, 0.5],
  [0.52, 0.5],
  [0.52, 0.52],
];

/** A picture out of what each place of it is, x and y from 0 to 1. */
const picture = (paint: (x: number, y: number) => number) => ({
  width: WIDTH,
  height: HEIGHT,
  luma: Uint8Array.from({ length: WIDTH * HEIGHT }, (_, index) =>
    paint((index % WIDTH) / WIDTH, Math.floor(index / WIDTH) / HEIGHT),
  ),
});

const scene = (x: number, y: number) => 60 + 100 * x + 60 * Math.sin(20 * y);
const noise = (x: number, y: number) => ((x * 1000 + y * 7000) % 7) - 3;
const masked = (x: number, y: number) => (x < 0.4 ? 16 + noise(x, y) : scene(x, y));

describe('a look at whether the camera masks its picture', () => {
  it.each<[string, (x: number, y: number) => number, Polygon[], boolean]>([
    ['finds a mask, with what compression adds', masked, [LEFT], true],
    ['does not take an even wall for a mask', (x, y) => (x < 0.4 ? 130 : scene(x, y)), [LEFT], false],
    ['nor a shadow', (x, y) => (x < 0.4 ? 40 : scene(x, y)), [LEFT], false],
    ['finds a scene where a mask should be', scene, [LEFT], false],
    ['finds a mask that is too small', (x, y) => (x < 0.3 ? 16 : scene(x, y)), [LEFT], false],
    ['misses one of two masks', masked, [LEFT, LEFT.map(([x, y]) => [x + 0.6, y] as const)], false],
    ['cannot tell by a small mask', (x, y) => (x < 0.6 ? 16 : scene(x, y)), [TINY], false],
    ['cannot tell at night', (x, y) => 18 + noise(x, y), [LEFT], false],
    ['finds a place that is only blurred', (x, y) => (x < 0.4 ? 60 + 100 * y : scene(x, y)), [LEFT], false],
  ])('%s', (_, paint, polygons, expected) => {
    expect(looksMasked(picture(paint), polygons)).toBe(expected);
  });
});

describe('each later picture', () => {
  it.each<[string, (x: number, y: number) => number, boolean]>([
    ['shows the mask', masked, true],
    ['may be dark', (x, y) => 18 + noise(x, y), true],
    ['shows that the mask is gone', scene, false],
    ['shows that a part of it is gone', (x, y) => (x < 0.35 ? 16 : scene(x, y)), false],
    ['shows an even wall in its place', (x, y) => (x < 0.4 ? 130 : scene(x, y)), false],
  ])('%s', (_, paint, expected) => {
    expect(staysMasked(picture(paint), [LEFT])).toBe(expected);
  });
});
