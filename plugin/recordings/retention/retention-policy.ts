/** Which recordings go because their time or their room is over, and when the owner is asked first. */
import type { KeptRecording } from '../index/contract.ts';

export interface RetentionLimits {
  /** Epoch ms; undefined while the time of day may be wrong: then nothing is too old. */
  now: number | undefined;
  keepDays: number;
  keepContinuousDays: number;
  /** What may be stored, in bytes. */
  maxBytes?: number;
  /** Room at the target, how much of it is to stay free, and what its machine needs to work; absent while it is not known. */
  target?: { freeBytes: number; minFreeBytes: number; spareBytes: number };
  /** The target says that it is full, and not how much room it has: so much is to go. */
  fullBytes?: number;
}

/** What is stored, in bytes, less what has gone for its age. */
export interface StoredBytes {
  all: number;
  /** Of it what is neither pinned nor held. */
  removable: number;
  /** What has gone. */
  expired: number;
}

/** When the first and the last of some things ended that are too old; epoch ms. */
export interface Ages {
  oldest: number;
  newest: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** A removal of more than this share of all, and of more than so many, is a large one. */
const LARGE_SHARE = 0.5;
const LARGE_COUNT = 20;
/** A hub may have been switched off for so long. What is older than that all at once is the fault of a clock. */
const LONGEST_AWAY_MS = 60 * DAY_MS;

/** What ended before is too old; epoch ms. Undefined while nothing is. */
export function expiry(kind: KeptRecording['kind'], limits: RetentionLimits): number | undefined {
  const { now, keepDays, keepContinuousDays } = limits;
  return now === undefined ? undefined : now - (kind === 'clip' ? keepDays : keepContinuousDays) * DAY_MS;
}

/**
 * How many bytes go for room. `outOfReach`: not even removing all would leave the wanted room, because something else fills the disk. Then as much
 * goes as leaves what the machine needs to work, and to record for a while; where that is out of reach too, nothing goes for it.
 */
export function roomToMake(
  { all, removable, expired }: StoredBytes,
  { maxBytes = Number.POSITIVE_INFINITY, target, fullBytes = 0 }: RetentionLimits,
): { bytes: number; outOfReach: boolean } {
  const over = all - maxBytes;
  const full = fullBytes - expired;
  if (!target) return { bytes: Math.max(0, over, full), outOfReach: false };
  const { freeBytes, minFreeBytes, spareBytes } = target;
  const missing = [minFreeBytes, 2 * spareBytes, spareBytes].map((wanted) =>
    Math.max(0, Math.min(wanted, minFreeBytes) - freeBytes - expired),
  );
  const reachable = missing.find((bytes) => bytes <= removable) ?? 0;
  return { bytes: Math.max(0, over, full, reachable), outOfReach: (missing[0] ?? 0) > removable };
}

/**
 * How much goes for a target that is full without saying how full: a twentieth of what is stored, or what waits and as much again, if that is more; and
 * never more than a quarter at once. Bytes.
 */
export function roomForFull(stored: { bytes: number; removable: number }, waitingBytes: number): number {
  return Math.min(stored.removable / 4, Math.max(stored.bytes / 20, 2 * waitingBytes));
}

/** Whether so many of all are more than goes unasked without a reason. */
export function isLarge(count: number, of: number): boolean {
  return count > LARGE_COUNT && count > of * LARGE_SHARE;
}

/**
 * Whether a hub that was switched off for some weeks explains that these are all too old: they are of no more days than are kept, and the last is not
 * older than such a pause makes it. A clock that is years ahead, or a setting that was lowered by mistake, looks otherwise.
 */
export function isPause({ oldest, newest }: Ages, keepDays: number, now: number): boolean {
  const keepMs = keepDays * DAY_MS;
  return newest - oldest <= keepMs + DAY_MS && now - newest <= keepMs + LONGEST_AWAY_MS;
}
