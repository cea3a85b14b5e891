/** Where heads are in what MoveNet MultiPose gives. Only to hide them: a place, and nothing of who it is. */
import type { Box } from '../../../protocol/detection.ts';
import { boxAround, heightOf, middleOf, sharedBox, WHOLE, widthOf } from '../places.ts';
import { FIGURES, figuresOf, NUMBERS } from './movenet-output.ts';

/** The first points of a figure: nose, eyes, ears; each is y, x and a score. */
const HEAD_POINTS = 5;
const LEAST_SCORE = 0.1;
/** A head is about so much of the height of somebody. Of a figure without a head that can be seen, this much and more on top counts. */
const HEAD = 0.15;
const TOP = 0.3;

/** A box for each figure, also for faint ones: too much hidden is the lesser fault. Boxes are of the whole picture that was looked at. */
export function headsOf(output: ArrayLike<number>): Box[] {
  const heads: Box[] = [];
  for (let row = 0; row < FIGURES; row++) {
    const numbers = Array.from({ length: NUMBERS }, (_, at) => output[row * NUMBERS + at] ?? Number.NaN);
    const [figure] = figuresOf(numbers, WHOLE);
    if (figure) heads.push(headOf(numbers, figure.box));
  }
  return heads;
}

function headOf(numbers: readonly number[], body: Box): Box {
  const points = Array.from({ length: HEAD_POINTS }, (_, point): Box | undefined => {
    const [y = 0, x = 0, score = 0] = numbers.slice(3 * point, 3 * point + 3);
    return score >= LEAST_SCORE ? { left: x, right: x, top: y, bottom: y } : undefined;
  }).filter((point) => point !== undefined);
  const [first, ...others] = points;
  if (!first) return { ...body, bottom: body.top + TOP * heightOf(body) };
  const seen = others.reduce(boxAround, first);
  const [x, y] = middleOf(seen);
  // Points lie in the face; hair and chin are around them. Of somebody near, only the width tells how large they are.
  const half = {
    x: Math.max(HEAD * heightOf(body), HEAD * widthOf(body)) / 2,
    y: (HEAD * heightOf(body)) / 2,
  };
  const whole = { left: x - half.x, right: x + half.x, top: y - half.y, bottom: y + half.y };
  return sharedBox(boxAround(seen, whole), WHOLE);
}
