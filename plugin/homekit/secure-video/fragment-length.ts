/**
 * How many groups of pictures go into one fragment. Home hubs ask for fragments of 4 s, and recordings made of shorter ones come
 * out shorter than what happened (https://github.com/koush/scrypted/issues/53), so short groups are joined.
 */

import { GOP_TOLERANCE_MS } from '../../camera/homekit-limits.ts';

/** Whether a fragment goes out now: another group like the last one would not fit. */
export function isFull(collectedMs: number, lastGopMs: number, fragmentMs: number): boolean {
  return collectedMs + lastGopMs > fragmentMs + GOP_TOLERANCE_MS;
}

/** Whether what is collected goes out before a group that is longer than the ones before it. */
export function mustGoBefore(collectedMs: number, nextGopMs: number, fragmentMs: number): boolean {
  return collectedMs > 0 && isFull(collectedMs, nextGopMs, fragmentMs);
}
