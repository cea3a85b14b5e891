/** When an event was, by the hub's clock. */

export interface EventTimeInput {
  /** What the camera says, epoch ms by its clock. */
  utcTime?: number | undefined;
  /** How far its clock is ahead, in ms. */
  offsetMs: number;
  /** Arrival. */
  now: number;
}

/** Older ones come from a clock that is not the one the camera told us of, or from a network that was away. */
const OLDEST_MS = 2 * 60_000;

/** Epoch ms. Never later than its arrival; the arrival itself where the camera's time is missing or absurd. */
export function eventTime({ utcTime, offsetMs, now }: EventTimeInput): number {
  if (utcTime === undefined) return now;
  const at = Math.round(utcTime - offsetMs);
  return at > now || at < now - OLDEST_MS ? now : at;
}
