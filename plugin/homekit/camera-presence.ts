/** Whether a camera is to be called gone. */
import type { CameraState } from '../camera/contract.ts';
import type { Clock } from '../system/clock.ts';

/** A stream that starts anew within this time was not gone: nobody's automation is to run for it. */
export const GRACE_MS = 5_000;

type Presence = Pick<CameraState, 'online' | 'privacy' | 'problem'>;

/**
 * Whether the camera is known not to answer: it did before, or there is a problem. One that looks away is not gone, and neither is one
 * that nobody has had the time to reach after a start.
 */
export function isMissing({ online, privacy, problem }: Presence, wasOnline: boolean): boolean {
  return !online && !privacy && (wasOnline || problem !== undefined);
}

/** Calls back when the camera is gone, and when it is back. The returned functions take each state, and end it. */
export function createPresence(clock: Clock, show: (gone: boolean) => void) {
  let wasOnline = false;
  let shown = false;
  let waiting = false;
  let cancel = () => {};

  const become = (gone: boolean) => {
    if (gone === shown) return;
    shown = gone;
    show(gone);
  };
  return {
    take(state: Presence): void {
      const missing = isMissing(state, wasOnline);
      // After privacy mode it is as after a start.
      wasOnline = state.online || (wasOnline && !state.privacy);
      if (missing && (waiting || shown)) return;
      cancel();
      waiting = missing;
      if (!missing) become(false);
      else
        cancel = clock.after(GRACE_MS, () => {
          waiting = false;
          become(true);
        });
    },
    stop: () => cancel(),
  };
}
