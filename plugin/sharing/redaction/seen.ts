/** What a look at the whole clip found, for each tenth of a second: what moves, and where heads are. */
import type { Box } from '../../../protocol/detection.ts';

/** Pictures a second that are looked at. */
export const LOOKS_A_SECOND = 10;

/** The last picture of a clip may be a little later than the last look. */
const PAST_THE_LAST = 2;

export interface Seen {
  /** What must be hidden at a time of the clip, in ms; undefined where nothing is known of that time. */
  at(ms: number): readonly Box[] | undefined;
}

/**
 * Puts together what was found at each look, each held for a while before and after.
 *
 * @param from time of the first look, in ms of the clip
 */
export function seenOf(
  from: number,
  found: readonly { looks: readonly (readonly Box[])[]; holdMs: number }[],
): Seen {
  return {
    at(ms) {
      const now = Math.floor(((ms - from) * LOOKS_A_SECOND) / 1000);
      const places: Box[] = [];
      for (const { looks, holdMs } of found) {
        if (now < 0 || now >= looks.length + PAST_THE_LAST) return undefined;
        // One more on each side: a picture lies between two looks.
        const held = Math.ceil((holdMs * LOOKS_A_SECOND) / 1000) + 1;
        places.push(...looks.slice(Math.max(0, now - held), now + held + 1).flat());
      }
      return places;
    },
  };
}
