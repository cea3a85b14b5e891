import type { Camera } from '../camera/contract.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { MotionDetector } from './motion/motion.ts';
import {
  EPISODE_RULES,
  type Episode,
  episodeEndsAt,
  type MotionInput,
  type MotionLabel,
  stepEpisode,
} from './motion-episode.ts';

export interface MotionWatch {
  /**
   * The camera itself, a webhook or a person says that something moves, at an epoch ms. Returns the id of the `start` event of the
   * episode that this made or extended. Whether it may, while detection is off, is the caller's to decide.
   */
  report(at: number, options: { test: boolean; label?: MotionLabel }): string;
  /** Whether the picture is looked at; it is, unless told otherwise. Motion under way ends when it no longer is. */
  arm(armed: boolean): void;
}

export interface MotionWatchOptions {
  camera: Pick<Camera, 'ref' | 'onSmallFrame'>;
  bus: EventBus;
  clock: Clock;
  log: Log;
}

const AS_SHIPPED = {
  zones: { doorstep: [], motion: [], ignore: [] },
  leanings: { motion: 0, person: 0, package: 0 },
  smallest: 0.1,
  shortestMs: 600,
};

/** Watches one camera for motion and publishes its events, until the signal aborts. */
export function watchMotion(options: MotionWatchOptions, signal: AbortSignal): MotionWatch {
  const { camera, bus, clock, log } = options;
  let detector = new MotionDetector(AS_SHIPPED);
  let armed = true;
  let episode: Episode | undefined;
  let startId = '';
  let cancelTimer = () => {};

  const handle = (input: MotionInput) => {
    const next = stepEpisode(episode, input);
    episode = next.episode;
    for (const { phase, at, label, score, test } of next.steps) {
      const event = bus.publish({
        kind: 'motion',
        phase,
        camera: camera.ref,
        at,
        label,
        ...(score !== undefined && { score: Math.round(score * 100) / 100 }),
        ...(test && { test }),
      });
      if (phase === 'start') startId = event.id;
      if (phase !== 'update') log.debug(`Motion ${phase}`);
    }
    cancelTimer();
    if (!episode) return;
    const left = episodeEndsAt(episode, EPISODE_RULES) - clock.now();
    // No longer than the longest hold, however far the system clock was set back meanwhile.
    cancelTimer = clock.after(Math.min(Math.max(0, left), EPISODE_RULES.triggerHoldMs), tick);
  };
  const tick = () => handle({ type: 'tick', at: clock.now() });

  const stopFrames = camera.onSmallFrame((frame) => {
    if (!armed) return;
    const { motion } = detector.push(frame);
    if (motion) handle({ type: 'pixels', at: frame.at, score: motion.score });
  });
  signal.addEventListener(
    'abort',
    () => {
      stopFrames();
      cancelTimer();
    },
    { once: true },
  );
  return {
    report(at, { test, label = 'motion' }) {
      handle({ type: 'trigger', at, test, label });
      return startId;
    },
    arm(wanted) {
      if (wanted === armed) return;
      armed = wanted;
      // What the picture was before says nothing of what moves now.
      if (armed) detector = new MotionDetector(AS_SHIPPED);
      else handle({ type: 'stop', at: clock.now() });
    },
  };
}
