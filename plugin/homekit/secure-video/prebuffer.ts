/** How much of the past a recording begins with, and how much is kept for it. */

/** A hub asks for its recording soon after the motion; on a slow network this is how late it may be, in ms. */
const LATEST_REQUEST_MS = 4000;

/**
 * How far back from now a recording begins at least, in ms: the hub wants to see what was before the motion, not before its request.
 *
 * @param sinceMotionMs how long ago HomeKit was told of motion, in ms
 */
export function beginMs(prebufferMs: number, sinceMotionMs: number): number {
  return prebufferMs + (sinceMotionMs <= LATEST_REQUEST_MS ? Math.max(0, sinceMotionMs) : 0);
}

/** How much is kept, in ms: recordings begin at a keyframe, which may be as much as a fragment earlier. */
export function keepMs({ prebufferMs, fragmentMs }: { prebufferMs: number; fragmentMs: number }): number {
  return prebufferMs + LATEST_REQUEST_MS + fragmentMs;
}
