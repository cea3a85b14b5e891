import type { Pictures } from '../mp4/fragment-facts.ts';

/** A camera that sends a keyframe only now and then must not make segments that a power cut loses whole. */
const LONGEST = 2;

/**
 * Whether a new segment begins with this fragment: with the first keyframe once the segment is long enough, or with any fragment when none came for as
 * long again.
 *
 * @param segment what it has so far, in ms
 * @param segmentMs how long is long enough
 */
export function beginsSegment(
  fragment: { pictures?: Pictures },
  segment: { ms: number },
  segmentMs: number,
): boolean {
  if (segment.ms >= LONGEST * segmentMs) return true;
  return segment.ms >= segmentMs && fragment.pictures?.syncTime !== undefined;
}
