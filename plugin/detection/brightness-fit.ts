export interface BrightnessFit {
  gain: number;
  offset: number;
}

/** A camera's exposure changes by no more than this from one picture to the next. */
const MAX_GAIN = 2;
/** Below this variance there is no structure that could tell a gain from an offset. */
const MIN_VARIANCE = 4;
const ROUNDS = 3;

/**
 * How a change of exposure turned `before` into `after`: `after = gain * before + offset`, by least squares. Each round leaves out what
 * differs from the last fit by more than its own spread, so that a moving thing does not pull it.
 */
export function fitBrightness(before: Float32Array, after: Float32Array): BrightnessFit {
  let fit: BrightnessFit = { gain: 1, offset: 0 };
  let limit = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    fit = leastSquares(before, after, fit, limit);
    limit = 1.5 * meanError(before, after, fit) + 1;
  }
  return fit;
}

function leastSquares(
  before: Float32Array,
  after: Float32Array,
  last: BrightnessFit,
  limit: number,
): BrightnessFit {
  let n = 0;
  let sumB = 0;
  let sumA = 0;
  let sumBB = 0;
  let sumAB = 0;
  for (let i = 0; i < before.length; i++) {
    const b = before[i] as number;
    const a = after[i] as number;
    if (Math.abs(a - last.gain * b - last.offset) > limit) continue;
    n++;
    sumB += b;
    sumA += a;
    sumBB += b * b;
    sumAB += a * b;
  }
  if (n === 0) return last;
  const variance = sumBB / n - (sumB / n) ** 2;
  const covariance = sumAB / n - (sumA / n) * (sumB / n);
  const slope = variance < MIN_VARIANCE ? 1 : covariance / variance;
  const gain = Math.min(MAX_GAIN, Math.max(1 / MAX_GAIN, slope));
  return { gain, offset: sumA / n - gain * (sumB / n) };
}

function meanError(before: Float32Array, after: Float32Array, { gain, offset }: BrightnessFit): number {
  let sum = 0;
  for (let i = 0; i < before.length; i++) {
    sum += Math.abs((after[i] as number) - gain * (before[i] as number) - offset);
  }
  return before.length === 0 ? 0 : sum / before.length;
}
