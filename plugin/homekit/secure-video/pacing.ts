/**
 * When the next fragment goes out. A hub that gets too much of the past at once ends the recording, and one that gets nothing for
 * five seconds does so too. So: the first fragment at once, what waits behind it at twice its own pace, and live fragments as
 * they are complete.
 */

const CATCH_UP = 2;
/** A hub waits 5 s at most (homebridge-plugin-utils: 4.5 s); by then it gets what there is. */
export const SEND_BY_MS = 4800;
/** Without any picture for this long the recording ends: the camera stands still. */
export const STALL_MS = 8000;
/** Hubs that never stop have been seen; Scrypted and camera-ui end after the same time. */
export const LONGEST_MS = 180_000;

export interface Sent {
  /** Length of the fragment that went out last, in ms. */
  lengthMs: number;
  /** How long ago it went out, in ms. */
  agoMs: number;
}

/** How long the next fragment, complete as it is, has still to wait, in ms. */
export function pauseMs(last: Sent | undefined): number {
  return last ? Math.max(0, last.lengthMs / CATCH_UP - last.agoMs) : 0;
}

/** Whether the fragment that goes out now must be the last one: there is no room for another before the longest time. */
export function isLastBeforeCap(sentMs: number, fragmentMs: number): boolean {
  return sentMs + fragmentMs > LONGEST_MS;
}
