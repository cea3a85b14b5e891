/** What MoveNet MultiPose gives: six rows of 56 numbers, each a figure that may be somebody. */
import type { Box } from '../../../protocol/detection.ts';
import type { Detected } from '../contract.ts';
import { toWhole } from './model-input.ts';

export const FIGURES = 6;
/** Of one figure: 17 points of the body (y, x, score), then its box and its score. */
export const NUMBERS = 56;
const BOX = 51;
const SCORE = 55;

/** What scores less is noise. What is enough for a person is decided by who asks. */
const LEAST_SCORE = 0.08;

/** The figures as boxes of the whole picture. The points of the body are left behind: nobody outside needs them. */
export function figuresOf(output: ArrayLike<number>, part: Box): Detected[] {
  const found: Detected[] = [];
  for (let row = 0; row < FIGURES; row++) {
    const at = (index: number) => output[row * NUMBERS + index] ?? Number.NaN;
    const score = at(SCORE);
    const box = { top: at(BOX), left: at(BOX + 1), bottom: at(BOX + 2), right: at(BOX + 3) };
    const whole = toWhole(box, part);
    // Also false for what is no number.
    const isThere = score >= LEAST_SCORE && whole.right > whole.left && whole.bottom > whole.top;
    if (isThere) found.push({ label: 'person', score: Math.min(1, score), box: whole });
  }
  return found;
}
