/**
 * How many groups of pictures go into one fragment. Home hubs ask for fragments of 4 s, and recordings made of shorter ones come
 * out shorter than what happened (https://github.com/koush/scrypted/issues/53), so short groups are joined.
 */

/** Cameras time their pictures by a clock of their own, so a group of 4 s is sometimes a little longer. */
export const GOP_TOLERANCE_MS = 100;
/** A fragment at least this full counts as full. */
const FULL = 0.875;

/** Whether whole groups of this length fill a fragment: 0.5, 1, 2 and 4 s do, 3 s leaves a quarter empty, 5 s do not fit. */
export function fillsFragments(gopMs: number, fragmentMs: number): boolean {
  const groups = Math.floor((fragmentMs + GOP_TOLERANCE_MS) / gopMs);
  return groups * gopMs >= FULL * fragmentMs;
}

/** Whether a fragment goes out now: another group like the last one would not fit. */
export function isFull(collectedMs: number, lastGopMs: number, fragmentMs: number): boolean {
  return collectedMs + lastGopMs > fragmentMs + GOP_TOLERANCE_MS;
}

/** Whether what is collected goes out before a group that is longer than the ones before it. */
export function mustGoBefore(collectedMs: number, nextGopMs: number, fragmentMs: number): boolean {
  return collectedMs > 0 && isFull(collectedMs, nextGopMs, fragmentMs);
}
