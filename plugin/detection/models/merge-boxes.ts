import type { Box } from '../../../protocol/detection.ts';
import type { Detected } from '../contract.ts';

/** Two boxes mean the same thing when they share this part of their union, … */
const SAME_UNION = 0.5;
/** … or when so much of the smaller lies in the larger, as the upper half of a person found once more. */
const SAME_INSIDE = 0.85;

/** What was found, each thing once: of boxes of one label that mean the same thing, the one with the best score. Best first. */
export function mergeBoxes(found: readonly Detected[]): Detected[] {
  const kept: Detected[] = [];
  for (const one of found.toSorted((a, b) => b.score - a.score)) {
    if (!kept.some((other) => other.label === one.label && isSame(other.box, one.box))) kept.push(one);
  }
  return kept;
}

function isSame(a: Box, b: Box): boolean {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  if (width <= 0 || height <= 0) return false;
  const shared = width * height;
  const [first, second] = [areaOf(a), areaOf(b)];
  return shared > SAME_UNION * (first + second - shared) || shared > SAME_INSIDE * Math.min(first, second);
}

const areaOf = ({ left, top, right, bottom }: Box) => (right - left) * (bottom - top);
