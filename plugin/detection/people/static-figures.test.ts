import { expect, test } from 'vitest';
import type { Detected } from '../contract.ts';
import { isStatic, type KnownFigure, learnFigures } from './static-figures.ts';

const figure = (score: number, left = 0.5): Detected => ({
  label: 'person',
  score,
  box: { left, top: 0.5, right: left + 0.15, bottom: 0.8 },
});

/** What is known after a look every so many seconds, each of which saw this figure. */
function learn(scores: readonly number[], everySeconds: number, quiet = true): KnownFigure[] {
  let known: KnownFigure[] = [];
  for (const [index, score] of scores.entries()) {
    known = learnFigures(known, [figure(score)], 1_000_000 + index * everySeconds * 1000, () => quiet);
  }
  return known;
}

test.each<[string, KnownFigure[], Detected, boolean]>([
  ['a chair that is always there', learn([0.16, 0.18, 0.15, 0.17], 3), figure(0.17), true],
  ['a bottle as well', learn([0.29, 0.27, 0.31, 0.28], 3), figure(0.3), true],
  ['what was seen twice is not known yet', learn([0.17, 0.17], 10), figure(0.17), false],
  ['nor what was there for a moment', learn([0.17, 0.17, 0.17, 0.17], 1), figure(0.17), false],
  ['what moves is no furniture', learn([0.17, 0.17, 0.17, 0.17], 3, false), figure(0.17), false],
  ['somebody before the chair is somebody', learn([0.16, 0.18, 0.15, 0.17], 3), figure(0.5), false],
  ['and so is somebody beside it', learn([0.16, 0.18, 0.15, 0.17], 3), figure(0.17, 0.2), false],
  ['a sure figure takes long', learn([0.5, 0.5, 0.5, 0.5], 10), figure(0.5), false],
  ['a statue is known in the end', learn(Array(8).fill(0.5), 20), figure(0.5), true],
])('%s', (_, known, seen, is) => {
  expect(isStatic(known, seen)).toBe(is);
});

test('somebody who stood before the chair does not make it unknown', () => {
  let known = learn([0.16, 0.18, 0.15, 0.17], 3);
  known = learnFigures(known, [figure(0.5)], 1_020_000, () => true);
  expect(isStatic(known, figure(0.16))).toBe(true);
});

test('what was not seen for a day is forgotten, and a clock that was set back forgets as well', () => {
  const known = learn([0.16, 0.18, 0.15, 0.17], 3);
  expect(learnFigures(known, [], 1_000_000 + 2 * 86_400_000, () => true)).toEqual([]);
  expect(learnFigures(known, [], 0, () => true)).toEqual([]);
});
