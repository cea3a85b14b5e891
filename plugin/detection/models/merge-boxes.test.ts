import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Detected } from '../contract.ts';
import { mergeBoxes } from './merge-boxes.ts';

const person = (score: number, left: number, top: number, right: number, bottom: number): Detected => ({
  ...{ label: 'person', score },
  box: { left, top, right, bottom },
});

it.each([
  ['one found twice', [person(0.4, 0.1, 0.1, 0.3, 0.9), person(0.5, 0.12, 0.1, 0.3, 0.88)], [0.5]],
  ['one and its upper half', [person(0.5, 0.1, 0.1, 0.3, 0.9), person(0.2, 0.1, 0.1, 0.28, 0.4)], [0.5]],
  ['two beside each other', [person(0.4, 0.1, 0.1, 0.3, 0.9), person(0.5, 0.3, 0.1, 0.5, 0.9)], [0.5, 0.4]],
  [
    'two half behind each other',
    [person(0.4, 0.1, 0.1, 0.3, 0.9), person(0.5, 0.2, 0.1, 0.4, 0.9)],
    [0.5, 0.4],
  ],
  [
    'a person who carries a package',
    [person(0.4, 0.1, 0.1, 0.3, 0.9), { ...person(0.6, 0.15, 0.4, 0.25, 0.6), label: 'package' }],
    [0.6, 0.4],
  ],
] as const)('%s', (_, found, scores) => {
  expect(mergeBoxes(found).map(({ score }) => score)).toEqual(scores);
});

it('keeps the best, in the order of their scores, and no more on a second time', () => {
  const part = fc.double({ min: 0, max: 1, noNaN: true });
  const any = fc
    .tuple(part, part, part, part, part)
    .map(([score, left, top, right, bottom]) => person(score, left, top, right, bottom));
  fc.assert(
    fc.property(fc.array(any, { maxLength: 12 }), (found) => {
      const merged = mergeBoxes(found);
      expect(merged[0]?.score).toBe(
        found.length > 0 ? Math.max(...found.map(({ score }) => score)) : undefined,
      );
      expect(mergeBoxes(merged)).toEqual(merged);
      expect(merged.map(({ score }) => score)).toEqual(
        merged.map(({ score }) => score).sort((a, b) => b - a),
      );
    }),
  );
});
