/** A stretch with footage, in ms from any zero; parts are in order and do not overlap. */
export interface Covered {
  from: number;
  to: number;
}

/**
 * So many moments, spread evenly over the time that has footage; times without are passed over, as if they were not there. Each is in the
 * middle of its share.
 */
export function timelapseMoments(parts: readonly Covered[], count: number): number[] {
  const total = parts.reduce((sum, { from, to }) => sum + (to - from), 0);
  const moments: number[] = [];
  let before = 0;
  for (const { from, to } of parts) {
    const length = to - from;
    for (;;) {
      const wanted = ((moments.length + 0.5) * total) / count - before;
      if (moments.length >= count || wanted >= length) break;
      moments.push(from + wanted);
    }
    before += length;
  }
  return moments;
}
