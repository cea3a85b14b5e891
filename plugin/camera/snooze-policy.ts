/** How long detection rests. */
import { SNOOZE_MINUTES } from '../../protocol/api.ts';

/**
 * What is left of a snooze, in ms; 0 when it is over. More than can be asked for means that the time of day was set back meanwhile: then
 * it is over as well, and not never.
 */
export function snoozeLeft(until: number, now: number): number {
  const left = until - now;
  return left > 0 && left <= SNOOZE_MINUTES.max * 60_000 ? left : 0;
}
