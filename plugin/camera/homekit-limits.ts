/** What HomeKit takes of a stream as it is: for those who send it on, and for the doctor, who tells which setting to change. */

/** Home hubs ask for fragments of this length in ms, and take nothing else. */
export const FRAGMENT_MS = 4000;
/** Cameras time their pictures by a clock of their own, so a group of 4 s is sometimes a little longer. */
export const GOP_TOLERANCE_MS = 100;
/** A fragment at least this full counts as full. */
const FULL = 0.875;
/** H.264 level 4.0, the highest that HomeKit knows, in macroblocks of 16x16 pixels (H.264, table A-1). */
const MAX_MACROBLOCKS = 8192;
/** `profile_idc` of Baseline, Main and High (H.264, annex A.2): all with 8 bits and 4:2:0. */
const PROFILES: ReadonlySet<number> = new Set([66, 77, 100]);

/** Whether whole groups of this length fill a fragment: 0.5, 1, 2 and 4 s do, 3 s leaves a quarter empty, 5 s do not fit. */
export function fillsFragments(gopMs: number, fragmentMs = FRAGMENT_MS): boolean {
  const groups = Math.floor((fragmentMs + GOP_TOLERANCE_MS) / gopMs);
  return groups * gopMs >= FULL * fragmentMs;
}

/** @param profile `profile_idc` of an H.264 stream */
export function isProfileForHomeKit(profile: number): boolean {
  return PROFILES.has(profile);
}

/** Whether an H.264 picture of this size, in pixels, stays within level 4.0. */
export function isSizeForHomeKit({ width, height }: { width: number; height: number }): boolean {
  return Math.ceil(width / 16) * Math.ceil(height / 16) <= MAX_MACROBLOCKS;
}
