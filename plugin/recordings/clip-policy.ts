import type { EventDraft } from '../../protocol/event.ts';
import type { CameraState } from '../camera/contract.ts';

/** How much a clip shows before what opened it. */
export const BEFORE_MS = 5_000;
/** How much it shows after its last trigger. */
export const AFTER_MS = 10_000;
/** How long a clip waits for a camera that is away when it is opened, from its last trigger on. */
export const COMEBACK_MS = 15_000;
/** Pictures of a camera that is away show what was before the trigger, when they are no older than this. */
export const OLDEST_BEFORE_MS = 15_000;
/** Longer ones go on in a clip of their own, from the next keyframe on. */
export const MAX_CLIP_MS = 180_000;
/** Motion whose end is never told is over by now. */
const MAX_MOTION_MS = 180_000;

/** A camera that has been away for longer will not come back just now. */
const AWAY_MS = 30_000;

/** Whether an event may say that there will be a clip of it: the camera is there, or was a moment ago. */
export function promisesClip(
  { online, privacy, since }: Pick<CameraState, 'online' | 'privacy' | 'since'>,
  now: number,
): boolean {
  return online || (!privacy && now - since < AWAY_MS);
}

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
