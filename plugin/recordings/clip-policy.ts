import type { EventDraft } from '../../protocol/event.ts';

/** How much a clip shows before what opened it. */
export const BEFORE_MS = 5_000;
/** How much it shows after its last trigger. */
export const AFTER_MS = 10_000;
/** Longer ones go on in a clip of their own, from the next keyframe on. */
export const MAX_CLIP_MS = 180_000;
/** Motion whose end is never told is over by now. */
const MAX_MOTION_MS = 180_000;

/** What an event does to the clip of its camera. */
export type ClipEffect = 'opens' | 'extends' | 'none';

export function clipEffect({ kind, phase }: Pick<EventDraft, 'kind' | 'phase'>): ClipEffect {
  switch (kind) {
    case 'doorbell':
      return 'opens';
    case 'package':
      return phase === 'corrected' ? 'none' : 'opens';
    case 'motion':
      return phase === 'start' ? 'opens' : 'extends';
    default:
      return 'none';
  }
}

/** Until when a clip goes on, in epoch ms: for what happened at one moment, and for motion that may still be under way. */
export interface Deadlines {
  moment: number;
  motion: number;
}

/** Deadlines after one more event that came at `now`. Only the end of motion brings one nearer. */
export function extendDeadlines(
  before: Deadlines,
  event: Pick<EventDraft, 'kind' | 'phase' | 'at'>,
  now: number,
): Deadlines {
  if (clipEffect(event) === 'none') return before;
  if (event.kind !== 'motion') return { ...before, moment: Math.max(before.moment, now + AFTER_MS) };
  const end = event.phase === 'end' ? Math.min(event.at, now) : now + MAX_MOTION_MS;
  return { ...before, motion: end + AFTER_MS };
}
