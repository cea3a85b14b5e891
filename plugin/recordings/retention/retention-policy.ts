/** Which recordings go because their time or their room is over. */
import type { KeptRecording } from '../index/contract.ts';
import { leastWorthFirst } from '../room/room-policy.ts';

/** What the index lists, by where it is. */
export interface Kept {
  stored: readonly KeptRecording[];
  /** Waiting for the target. Age counts for them too, room does not: they are not there yet. */
  spooled: readonly KeptRecording[];
}

export interface RetentionLimits {
  /** Epoch ms; undefined while the time of day may be wrong: then nothing is too old. */
  now: number | undefined;
  keepDays: number;
  keepContinuousDays: number;
  /** What may be stored, in bytes. */
  maxBytes?: number;
  /** Room at the target, and how much of it is to stay free; absent while it is not known. */
  target?: { freeBytes: number; minFreeBytes: number };
}

export interface RetentionPlan {
  /** Ids, those whose time is over first, each oldest first. */
  remove: string[];
  /** Of them. */
  bytes: number;
  /** Set when not even removing all would leave the wanted room: something else fills the target, so nothing goes for it. */
  outOfReach: boolean;
  /** The removal is so large that the owner must allow it. */
  large: boolean;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** A removal of more than this share of all, and of more than so many recordings, is not done unasked. */
const LARGE_SHARE = 0.5;
const LARGE_COUNT = 20;

/** What is kept (pinned, held) never goes. What is too old goes; then continuous recording, then clips, the oldest first, until there is room. */
export function planRetention({ stored, spooled }: Kept, limits: RetentionLimits): RetentionPlan {
  const all = [...stored, ...spooled];
  const expired = leastWorthFirst(all.filter((each) => isExpired(each, limits)));
  const gone = new Set(expired.map(({ id }) => id));
  const rest = leastWorthFirst(stored).filter(({ id }) => !gone.has(id));
  const expiredThere = stored.filter(({ id }) => gone.has(id));

  const over = (limits.maxBytes ?? Number.POSITIVE_INFINITY) - sum(stored) + sum(expiredThere);
  const { freeBytes, minFreeBytes } = limits.target ?? { freeBytes: 0, minFreeBytes: 0 };
  const missing = minFreeBytes - freeBytes - sum(expiredThere);
  const outOfReach = missing > sum(rest);
  const early = takeUntil(rest, Math.max(-over, outOfReach ? 0 : missing));

  const going = [...expired, ...early];
  return {
    remove: going.map(({ id }) => id),
    bytes: sum(going),
    outOfReach,
    large: going.length > LARGE_COUNT && going.length > all.length * LARGE_SHARE,
  };
}

function isExpired(
  { kind, endedAt, keep }: KeptRecording,
  { now, keepDays, keepContinuousDays }: RetentionLimits,
) {
  if (keep || now === undefined) return false;
  return endedAt < now - (kind === 'clip' ? keepDays : keepContinuousDays) * DAY_MS;
}

function takeUntil(list: readonly KeptRecording[], bytes: number): KeptRecording[] {
  const taken: KeptRecording[] = [];
  let missing = bytes;
  for (const each of list) {
    if (missing <= 0) break;
    taken.push(each);
    missing -= each.bytes;
  }
  return taken;
}

function sum(recordings: readonly KeptRecording[]): number {
  return recordings.reduce((total, { bytes }) => total + bytes, 0);
}
