/** Puts the camera's own times on the clock of one live session, the same for sound and picture. */
import type { Fragment } from '../camera/contract.ts';

/** Times before the sending starts are squeezed into this many seconds. */
const CATCH_UP_SECONDS = 0.15;
/** Room for 1,500 pictures, and still 9 ticks of the 90 kHz clock from one to the next. */
const CATCH_UP_STEP = 0.0001;

export interface LiveTimeline {
  /**
   * Seconds since the session began at which this fragment is to be shown. Pictures that were already in the ring come right before
   * the moment at which sending began: they are needed to decode the next one, but must not put the viewer behind by a whole
   * keyframe distance, so they follow each other at once.
   */
  place(fragment: Pick<Fragment, 'generation' | 'time' | 'at' | 'track'>): number;
  /**
   * Whether it had arrived before the sending began. What follows a live fragment of its track never had, even where a
   * clock that was set back says so.
   */
  isBacklog(fragment: Pick<Fragment, 'generation' | 'at' | 'track'>): boolean;
}

/**
 * @param startedAt epoch ms at which the session began
 * @param sentFrom epoch ms at which its sending began; later than the session after a change to another stream
 */
export function createLiveTimeline(startedAt: number, sentFrom = startedAt): LiveTimeline {
  const begin = (sentFrom - startedAt) / 1000;
  let generation: number | undefined;
  /** Session time minus camera time, known from the first live fragment of a generation on. */
  let shift = 0;
  let caughtUp = 0;
  /** Generation of the newest live fragment of each track. Sound may be live while the picture still catches up. */
  const live = new Map<number, number>();
  const isBacklog: LiveTimeline['isBacklog'] = ({ at, track, generation }) =>
    at <= sentFrom && live.get(track) !== generation;
  return {
    isBacklog,
    place(fragment) {
      if (isBacklog(fragment)) {
        return begin + Math.min(-CATCH_UP_SECONDS + caughtUp++ * CATCH_UP_STEP, -CATCH_UP_STEP);
      }
      live.set(fragment.track, fragment.generation);
      if (fragment.generation !== generation) {
        generation = fragment.generation;
        shift = (fragment.at - startedAt) / 1000 - fragment.time;
      }
      return fragment.time + shift;
    },
  };
}
