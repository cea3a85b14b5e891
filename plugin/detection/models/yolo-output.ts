/**
 * What detectors of the YOLO family give, in the three forms in which they are exported. A model that gives one vector for a picture is
 * refused: that is how faces and people are told apart (RED-LINES.md, 1).
 */
import type { Box } from '../../../protocol/detection.ts';

/** How the numbers lie: `rows` things, each with a box in pixels of the input, and what it is. */
export type YoloForm =
  /** [1, N, 6]: left, top, right, bottom, score, class; the graph has already dropped what was found twice. */
  | { kind: 'finished'; rows: number }
  /** [1, 4 + C, N]: middle and size, then a score for each class; a thing is a column. YOLOv8, YOLO11. */
  | { kind: 'columns'; rows: number; classes: number }
  /** [1, N, 5 + C]: middle and size, how likely it is anything, then a score for each class. YOLOv5, YOLOX, YOLOv7. */
  | { kind: 'rows'; rows: number; classes: number };

/** One thing found, in pixels of the input. */
export interface Found {
  /** Number of its class. */
  label: number;
  score: number;
  box: Box;
}

/** A graph that drops doubles itself gives this many things at most; a raw one gives thousands. */
const FINISHED_MOST = 1000;
const FINISHED_NUMBERS = 6;

/** Whether an output of this shape is one vector for the whole picture, and so no detection. */
export function isVector(shape: readonly number[]): boolean {
  // Also [1, D, 1, 1], as it comes out of a pooling layer.
  return shape.filter((side) => side !== 1).length <= 1 && shape.some((side) => side > 1);
}

/**
 * The form of an output of this shape; undefined where it is none of the known.
 *
 * @param classes how many the model has
 */
export function formOf(shape: readonly number[], classes: number): YoloForm | undefined {
  const [batch, first = 0, second = 0] = shape;
  if (shape.length !== 3 || batch !== 1) return undefined;
  if (first === 4 + classes && second > 0) return { kind: 'columns', rows: second, classes };
  if (second === FINISHED_NUMBERS && first <= FINISHED_MOST) return { kind: 'finished', rows: first };
  if (second === 5 + classes) return { kind: 'rows', rows: first, classes };
  return undefined;
}

/** What scores at least `least`, as the model gives it: the same thing may be there many times. */
export function readYolo(form: YoloForm, numbers: ArrayLike<number>, least: number): Found[] {
  const found: Found[] = [];
  for (let row = 0; row < form.rows; row++) {
    const one = form.kind === 'finished' ? finishedRow(numbers, row) : rawRow(form, numbers, row);
    if (one.score >= least && one.box.right > one.box.left && one.box.bottom > one.box.top) found.push(one);
  }
  return found;
}

function finishedRow(numbers: ArrayLike<number>, row: number): Found {
  const at = (index: number) => numbers[row * FINISHED_NUMBERS + index] ?? Number.NaN;
  return { label: at(5), score: at(4), box: { left: at(0), top: at(1), right: at(2), bottom: at(3) } };
}

function rawRow(
  form: Exclude<YoloForm, { kind: 'finished' }>,
  numbers: ArrayLike<number>,
  row: number,
): Found {
  const byColumns = form.kind === 'columns';
  const at = (index: number) =>
    numbers[byColumns ? index * form.rows + row : row * (5 + form.classes) + index] ?? Number.NaN;
  const scores = byColumns ? 4 : 5;
  let label = 0;
  for (let other = 1; other < form.classes; other++)
    if (at(scores + other) > at(scores + label)) label = other;
  const [x, y, halfWidth, halfHeight] = [at(0), at(1), at(2) / 2, at(3) / 2];
  return {
    label,
    score: at(scores + label) * (byColumns ? 1 : at(4)),
    box: { left: x - halfWidth, top: y - halfHeight, right: x + halfWidth, bottom: y + halfHeight },
  };
}
