/** Which stretches are without footage, and why. */
import type { GapReason } from '../../protocol/event.ts';
import { ProblemError } from '../system/problem.ts';

/** Footage was missing for this reason from `since` (epoch ms) on, until the next cause. */
export interface Cause {
  since: number;
  reason: GapReason;
}

export interface Stretch {
  from: number;
  to: number;
  reason: GapReason;
}

/** Shorter ones are what any reconnect takes; nobody misses them. */
export const SHORTEST_GAP_MS = 1_500;
/** A camera needs so long to be read again after the hub's start or privacy mode; that is no fault of the camera. */
const SETTLING_MS = 15_000;

/**
 * What is missing between the end of one recording and the begin of the next, cut where the reason changed. The first cause holds from the begin.
 * Where the clock was set back there is no stretch, and its new time alone is told.
 */
export function gapsBetween(from: number, to: number, causes: readonly Cause[]): Stretch[] {
  const stepped = causes.some(({ reason }) => reason === 'clock-stepped');
  if (stepped && to < from) return [{ from: to, to, reason: 'clock-stepped' }];
  if (to - from < SHORTEST_GAP_MS) return [];
  if (stepped) return [{ from, to, reason: 'clock-stepped' }];
  const pieces = causes
    .map(({ since, reason }, index) => ({
      from: index === 0 ? from : Math.max(from, since),
      to: Math.min(to, causes[index + 1]?.since ?? to),
      reason,
    }))
    .filter((piece) => piece.to > piece.from);
  const joined: Stretch[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (last && belongsTo(last, piece)) last.to = piece.to;
    else if (last && last.to - last.from < SHORTEST_GAP_MS)
      joined.splice(-1, 1, { ...piece, from: last.from });
    else joined.push(piece);
  }
  return joined;
}

function belongsTo(last: Stretch, { from, to, reason }: Stretch): boolean {
  const shortest = reason === 'camera-offline' ? SETTLING_MS : SHORTEST_GAP_MS;
  return reason === last.reason || to - from < shortest;
}

/** Why a recording could not be written. */
export function gapReasonOf(error: unknown): Extract<GapReason, 'disk-full' | 'disk-error' | 'spool-full'> {
  const code = error instanceof ProblemError ? error.problem.code : undefined;
  return code === 'disk-full' || code === 'spool-full' ? code : 'disk-error';
}
