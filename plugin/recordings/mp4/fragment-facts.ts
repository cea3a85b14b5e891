/** What the indexes of a file have to know of each of its fragments. */
import type { Sample } from '../../camera/track-runs.ts';
import { IS_NON_SYNC } from '../../camera/track-runs.ts';

/** Times are in ticks of the video track, from the start of the recording. */
export interface Pictures {
  /** Decode time of the first, and end of the last. */
  from: number;
  to: number;
  /** When the earliest is shown, and when the latest has been. */
  shownFrom: number;
  shownTo: number;
  /** Set when decoding can start with the first: when that is shown. */
  syncTime?: number;
}

/** One `moof` + `mdat`. */
export interface FragmentFacts {
  bytes: number;
  /** Absent where it holds sound alone. */
  pictures?: Pictures;
}

/** What the video samples of one fragment, in order, say about it; undefined when there are none. */
export function picturesOf(
  samples: readonly Pick<Sample, 'dts' | 'compositionOffset' | 'duration' | 'flags'>[],
): Pictures | undefined {
  const first = samples[0];
  const last = samples.at(-1);
  if (!first || !last) return undefined;
  let shownFrom = Number.POSITIVE_INFINITY;
  let shownTo = 0;
  for (const { dts, compositionOffset, duration } of samples) {
    shownFrom = Math.min(shownFrom, dts + compositionOffset);
    shownTo = Math.max(shownTo, dts + compositionOffset + duration);
  }
  return {
    from: first.dts,
    to: last.dts + last.duration,
    shownFrom,
    shownTo,
    ...(!(first.flags & IS_NON_SYNC) && { syncTime: first.dts + first.compositionOffset }),
  };
}
