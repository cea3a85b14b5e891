/** Puts the camera's own times on the clock of one live session, the same for sound and picture. */
import type { Fragment } from '../camera/contract.ts';

/** Times before the session starts are squeezed into this many seconds, one millisecond a picture. */
const CATCH_UP_SECONDS = 0.15;

export interface LiveTimeline {
  /**
   * Seconds since the session began at which this fragment is to be shown; negative for pictures that were already in the
   * ring. Those are needed to decode the next one, but must not put the viewer behind by a whole keyframe distance, so
   * they follow each other at once.
   */
  place(fragment: Pick<Fragment, 'generation' | 'time' | 'at'>): number;
  /** Whether it had arrived before the session began. */
  isBacklog(fragment: Pick<Fragment, 'at'>): boolean;
}

/** @param startedAt epoch ms at which the session began */
export function createLiveTimeline(startedAt: number): LiveTimeline {
  let generation: number | undefined;
  /** Session time minus camera time, known from the first live fragment of a generation on. */
  let shift = 0;
  let caughtUp = 0;
  const isBacklog = ({ at }: { at: number }) => at <= startedAt;
  return {
    isBacklog,
    place(fragment) {
      if (isBacklog(fragment)) {
        return Math.min(-CATCH_UP_SECONDS + caughtUp++ / 1000, -0.001);
      }
      if (fragment.generation !== generation) {
        generation = fragment.generation;
        shift = (fragment.at - startedAt) / 1000 - fragment.time;
      }
      return fragment.time + shift;
    },
  };
}
