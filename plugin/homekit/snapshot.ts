/** HomeKit's still picture: always answered, always soon, never an old picture for a new one. */
import type { SnapshotRequest, SnapshotRequestCallback } from 'homebridge';
import type { Camera, Still } from '../camera/contract.ts';
import { atMost, type Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { reason } from '../system/problem.ts';
import { PERIODIC_SNAPSHOT } from './hap-values.ts';
import { placeholderJpeg } from './placeholder.ts';

/** The Home app gives up after 5 s and a notification earlier; the answer has to travel, too. */
const WAIT_MS = 1500;
/** Older than this, a picture from a camera that does not answer would pass off the past as the present. */
const MAX_AGE_MS = 60_000;
/** A press waits no longer than this for its picture: who presses wants to be heard. */
export const PRESS_WAIT_MS = 300;
/** Within this time a notification asks for the picture of the press that it tells of. */
export const PRESS_PINNED_MS = 5_000;
/** An older picture does not show who pressed. */
const PRESS_PICTURE_AGE_MS = 1_000;

export interface SnapshotDeps {
  camera: Pick<Camera, 'snapshot' | 'state' | 'onState' | 'onForget'>;
  clock: Clock;
  log: Log;
}

export interface Snapshots {
  handle(request: SnapshotRequest, callback: SnapshotRequestCallback): Promise<void>;
  /** Takes the picture of a press. Resolves, never rejects, when it is there, or when the bell should wait no longer. */
  press(): Promise<void>;
  stop(): void;
}

interface Press {
  at: number;
  still?: Still;
}

/**
 * The newest picture that can be had within 1.5 s, else the last one of the past minute, else a drawn placeholder. For a notification
 * after a press, the picture of that press.
 */
export function createSnapshots({ camera, clock, log }: SnapshotDeps): Snapshots {
  let last: Still | undefined;
  let press: Press | undefined;

  const ask = async (options: Parameters<Camera['snapshot']>[0]): Promise<Still | undefined> => {
    try {
      const still = await camera.snapshot(options);
      return still.source === 'placeholder' ? undefined : still;
    } catch (error) {
      log.debug(`No snapshot: ${reason(error)}`);
      return undefined;
    }
  };
  const forget = () => {
    last = undefined;
    press = undefined;
  };
  /** Pictures of before would show in privacy mode what nobody shall see, and after it what nobody should have. */
  const endState = camera.onState(({ privacy }) => {
    if (privacy) forget();
  });
  const endForget = camera.onForget(forget);

  const fresh = async ({ width, height }: SnapshotRequest): Promise<Still | undefined> => {
    const still = await ask({ width, height });
    // Here, so that one that comes too late for this request still serves the next.
    if (still && still.source !== 'privacy' && !camera.state.privacy) last = newer(last, still);
    return still;
  };

  return {
    async handle(request, callback) {
      const pinned = press && clock.now() - press.at <= PRESS_PINNED_MS ? press : undefined;
      const forPress = request.reason === PERIODIC_SNAPSHOT ? undefined : pinned;
      if (forPress?.still && !camera.state.privacy) return callback(undefined, forPress.still.jpeg);
      let privacyPicture: Buffer | undefined;
      await atMost(
        clock,
        WAIT_MS,
        fresh(request).then((still) => {
          if (still?.source === 'privacy') privacyPicture = still.jpeg;
        }),
      );
      if (camera.state.privacy) return callback(undefined, privacyPicture ?? placeholderJpeg());
      const oldest = forPress ? forPress.at - PRESS_PICTURE_AGE_MS : clock.now() - MAX_AGE_MS;
      callback(undefined, last && last.takenAt >= oldest ? last.jpeg : placeholderJpeg());
    },
    async press() {
      const { online, privacy } = camera.state;
      const mine: Press = { at: clock.now() };
      press = privacy ? undefined : mine;
      if (!online || privacy) return;
      const work = ask({ maxAgeMs: PRESS_PICTURE_AGE_MS }).then((still) => {
        if (!still || still.source === 'privacy' || camera.state.privacy) return;
        last = newer(last, still);
        // It may have been taken before the press, if it is all that there is.
        if (still.takenAt >= mine.at - PRESS_PICTURE_AGE_MS) mine.still = still;
      });
      await atMost(clock, PRESS_WAIT_MS, work);
    },
    stop() {
      endState();
      endForget();
    },
  };
}

const newer = (last: Still | undefined, still: Still) =>
  last && last.takenAt > still.takenAt ? last : still;
