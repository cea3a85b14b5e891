/** When HomeKit's motion sensor shows motion. */
import type { DoorstepEvent } from '../../protocol/event.ts';
import type { Clock } from '../system/clock.ts';

/** A press alone makes no clip in Home: only motion does, and only when it lasts for a while. */
export const RING_MOTION_MS = 10_000;

export interface MotionHold {
  handle(event: Pick<DoorstepEvent, 'kind' | 'phase'>): void;
  /** Forgets all motion: what comes next is news again. */
  clear(): void;
  /** Cancels what is pending; the sensor stays as it is. */
  stop(): void;
}

/** @param show called with each change */
export function createMotionHold(clock: Clock, show: (motion: boolean) => void): MotionHold {
  let moving = false;
  let ringing = false;
  let shown = false;
  let cancel = () => {};

  const update = () => {
    const motion = moving || ringing;
    if (motion === shown) return;
    shown = motion;
    show(motion);
  };

  const ring = () => {
    ringing = true;
    cancel();
    cancel = clock.after(RING_MOTION_MS, () => {
      ringing = false;
      update();
    });
  };

  return {
    handle({ kind, phase }) {
      if (kind === 'doorbell') ring();
      if (kind === 'motion') moving = phase !== 'end';
      // A camera that is gone, or asked not to look, reports no end.
      if (kind === 'camera' && (phase === 'offline' || phase === 'privacy-on')) moving = false;
      if (kind === 'camera' && phase === 'privacy-on') {
        ringing = false;
        cancel();
      }
      update();
    },
    clear() {
      moving = false;
      ringing = false;
      cancel();
      update();
    },
    stop: () => cancel(),
  };
}
