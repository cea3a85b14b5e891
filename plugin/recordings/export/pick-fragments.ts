import type { FootageFragment } from './footage-index.ts';

/** Times are seconds from the first picture of the recording. */
export interface Wanted {
  from: number;
  to: number;
  /** Nothing before `from`, or after `to`, since another recording shows that. */
  joinsBefore: boolean;
  joinsAfter: boolean;
}

/** Ends and begins that differ by less are the same moment. */
const SLACK_SECONDS = 0.05;

/**
 * The fragments of a recording that show a part of it: from the last keyframe at or before its begin to the end of the fragment that holds its end. Where
 * it joins another recording, from the first keyframe that is not shown there already, and no further than where that one goes on. May be none.
 */
export function pickFragments(
  fragments: readonly FootageFragment[],
  timescale: number,
  { from, to, joinsBefore, joinsAfter }: Wanted,
): readonly FootageFragment[] {
  const zero = fragments[0]?.time ?? 0;
  const start = ({ time }: FootageFragment) => (time - zero) / timescale;
  const end = ({ time, duration }: FootageFragment) => (time - zero + duration) / timescale;
  const begin = joinsBefore
    ? fragments.findIndex((each) => each.keyframe && start(each) >= from - SLACK_SECONDS)
    : Math.max(
        0,
        fragments.findLastIndex((each) => each.keyframe && start(each) <= from),
      );
  if (begin < 0) return [];
  const beyond = fragments.findIndex((each, index) => {
    if (index < begin) return false;
    return joinsAfter ? end(each) > to + SLACK_SECONDS : start(each) >= to && index > begin;
  });
  return fragments.slice(begin, beyond < 0 ? undefined : beyond);
}
