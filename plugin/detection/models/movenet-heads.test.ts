import { expect, test } from 'vitest';
import { headsOf } from './movenet-heads.ts';
import { FIGURES, NUMBERS } from './movenet-output.ts';

/** One figure whose body is in the middle of the picture; `points` are those of its head, with a score. */
function output(points: [x: number, y: number, score: number][], score = 0.6): Float32Array {
  const numbers = new Float32Array(FIGURES * NUMBERS);
  points.forEach(([x, y, sure], point) => {
    numbers.set([y, x, sure], 3 * point);
  });
  numbers.set([0.2, 0.4, 0.8, 0.6, score], 51);
  return numbers;
}

test('a head is around its points, and at least as large as a head is', () => {
  const [head, ...others] = headsOf(
    output([
      [0.5, 0.25, 0.9],
      [0.52, 0.23, 0.9],
      [0.48, 0.23, 0.9],
    ]),
  );
  expect(others).toEqual([]);
  expect(head?.left).toBeLessThan(0.46);
  expect(head?.right).toBeGreaterThan(0.54);
  expect(head?.top).toBeLessThan(0.2);
  expect(head?.bottom).toBeGreaterThan(0.28);
});

test('of somebody whose head cannot be made out, the upper part is one', () => {
  const [head] = headsOf(output([[0.5, 0.25, 0.01]]));
  expect(head?.left).toBeCloseTo(0.4);
  expect(head?.right).toBeCloseTo(0.6);
  expect(head?.top).toBeCloseTo(0.2);
  expect(head?.bottom).toBeCloseTo(0.38);
});

test('faint figures count, noise does not, and nothing is known of what is no number', () => {
  expect(headsOf(output([[0.5, 0.25, 0.9]], 0.1))).toHaveLength(1);
  expect(headsOf(output([[0.5, 0.25, 0.9]], 0.02))).toEqual([]);
  expect(headsOf([])).toEqual([]);
});
