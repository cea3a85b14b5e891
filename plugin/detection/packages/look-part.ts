import type { Box } from '../../../protocol/detection.ts';

/** A person is so much larger than what they stand at, and never smaller than this, in parts of the picture. */
const TIMES = { across: 2.5, along: 3 };
const LEAST = { across: 0.5, along: 0.7 };
/** A person stands rather above a place than below it. */
const HIGHER = 0.15;

/** The part of the picture around a place that a whole person there fits into. */
export function lookPart({ left, top, right, bottom }: Box): Box {
  const width = Math.min(1, Math.max(LEAST.across, (right - left) * TIMES.across));
  const height = Math.min(1, Math.max(LEAST.along, (bottom - top) * TIMES.along));
  const x = within((left + right - width) / 2, 1 - width);
  const y = within((top + bottom - height) / 2 - HIGHER, 1 - height);
  return { left: x, top: y, right: x + width, bottom: y + height };
}

const within = (value: number, most: number) => Math.max(0, Math.min(most, value));
