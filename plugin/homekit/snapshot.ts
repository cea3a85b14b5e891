/** HomeKit's still picture: always answered, always soon, never an old picture for a new one. */
import type { SnapshotRequest, SnapshotRequestCallback } from 'homebridge';
import type { Camera, Still } from '../camera/contract.ts';
import { type Clock, sleep } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { reason } from '../system/problem.ts';
import { placeholderJpeg } from './placeholder.ts';

/** The Home app gives up after 5 s and a notification earlier; the answer has to travel, too. */
const WAIT_MS = 1500;
/** Older than this, a picture from a camera that does not answer would pass off the past as the present. */
const MAX_AGE_MS = 60_000;

export interface SnapshotDeps {
  camera: Pick<Camera, 'snapshot'>;
  clock: Clock;
  log: Log;
}

/** The newest picture that can be had within 1.5 s, else the last one of the past minute, else a drawn placeholder. */
export function createSnapshots({ camera, clock, log }: SnapshotDeps) {
  let last: Still | undefined;

  const fresh = async (request: SnapshotRequest): Promise<void> => {
    try {
      const still = await camera.snapshot({ width: request.width, height: request.height });
      // Here, so that one that comes too late for this request still serves the next.
      if (still.source !== 'placeholder') last = newer(last, still);
    } catch (error) {
      log.debug(`No snapshot: ${reason(error)}`);
    }
  };

  return async (request: SnapshotRequest, callback: SnapshotRequestCallback): Promise<void> => {
    const waiting = new AbortController();
    await Promise.race([fresh(request), sleep(clock, WAIT_MS, waiting.signal)]);
    waiting.abort();
    const current = last && clock.now() - last.takenAt <= MAX_AGE_MS ? last.jpeg : undefined;
    callback(undefined, current ?? placeholderJpeg());
  };
}

const newer = (last: Still | undefined, still: Still) =>
  last && last.takenAt > still.takenAt ? last : still;
