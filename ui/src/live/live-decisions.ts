import { CLOSE } from '../../../protocol/api.ts';

/** What the player knows of its video, in seconds of media time. */
export interface LiveView {
  currentTime: number;
  bufferedStart: number;
  bufferedEnd: number;
  /** How far behind the newest picture it wants to be: little, more after stalls. */
  target: number;
}

export interface LiveStep {
  seekTo?: number;
  playbackRate: number;
  /** Everything before this may be forgotten. */
  trimBefore?: number;
}

export const TARGET = { first: 0.3, most: 1.5, step: 0.3 } as const;

/** Further behind than the target by this, a jump is kinder than catching up. */
const JUMP_AFTER = 1.2;
/** Quick enough to catch up a GOP within seconds, slow enough that nobody sees it. */
const CATCH_UP_RATE = 1.08;
const TRIM_WHEN_LONGER_THAN = 20;
const KEEP = 6;

/** How to stay at the live edge without a stutter. */
export function liveStep({ currentTime, bufferedStart, bufferedEnd, target }: LiveView): LiveStep {
  const behind = bufferedEnd - currentTime;
  const step: LiveStep = { playbackRate: behind > target + 0.4 ? CATCH_UP_RATE : 1 };
  if (currentTime < bufferedStart || behind > target + JUMP_AFTER || behind < 0) {
    step.seekTo = Math.max(bufferedStart, bufferedEnd - target);
    step.playbackRate = 1;
  }
  if (bufferedEnd - bufferedStart > TRIM_WHEN_LONGER_THAN) {
    step.trimBefore = Math.min(currentTime, step.seekTo ?? currentTime) - KEEP;
    if (step.trimBefore <= bufferedStart) delete step.trimBefore;
  }
  return step;
}

/** After a stall the network deserves more room. */
export function targetAfterStall(target: number): number {
  return Math.min(TARGET.most, target + TARGET.step);
}

export type AfterClose = 'sign-in' | 'stop' | 'at-once' | 'back-off' | 'slowly';

/** What a WebSocket's close code asks of us. */
export function afterClose(code: number): AfterClose {
  switch (code) {
    case CLOSE.unauthorized:
      return 'sign-in';
    case CLOSE.forbidden:
    case CLOSE.notFound:
      return 'stop';
    case CLOSE.tooSlow:
      return 'at-once';
    case CLOSE.offline:
      return 'slowly';
    default:
      return 'back-off';
  }
}

/**
 * Milliseconds until attempt number `attempt` (0 is the first retry): 0.5 s doubling up to 15 s, spread by a quarter so that all
 * tiles of a house do not come back in one moment. `random` is in [0, 1).
 */
export function retryDelay(attempt: number, random: number): number {
  const delay = Math.min(15_000, 500 * 2 ** Math.min(attempt, 10));
  return Math.round(delay * (0.75 + random * 0.5));
}

export type Way = 'media-source' | 'stills';

/** Whether this browser can decode the stream itself; else the hub sends still pictures. */
export function wayFor(mime: string, source: { isTypeSupported(type: string): boolean } | undefined): Way {
  return source?.isTypeSupported(mime) ? 'media-source' : 'stills';
}
