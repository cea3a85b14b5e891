/** When a segment has to leave memory for the disk. */
import type { DiskRoom } from '../../system/disk-room.ts';
import type { Segment } from '../recording.ts';

/** A target that is away for a moment is no reason to wear the SD card. */
export const AWAY_MS = 60_000;
/** Part of the memory file system that stays free, so that the next segments find room. */
export const FREE_SHARE = 0.25;

export interface RollingSegment extends Pick<Segment, 'n' | 'startedAt' | 'bytes'> {
  id: string;
}

/** Room is that of the memory file system. */
export interface RollingFacts extends DiskRoom {
  /** For how long the target has not been ready; 0 while it is. */
  awayMs: number;
}

/** Which of these segments move to the disk, oldest first: all while the target is away, else as many as make room. */
export function segmentsToMove<T extends RollingSegment>(
  segments: readonly T[],
  { awayMs, freeBytes, totalBytes }: RollingFacts,
): T[] {
  const oldestFirst = segments.toSorted((a, b) => a.startedAt - b.startedAt || a.n - b.n);
  if (awayMs > AWAY_MS) return oldestFirst;
  let missing = totalBytes * FREE_SHARE - freeBytes;
  return oldestFirst.filter(({ bytes }) => {
    const move = missing > 0;
    missing -= bytes;
    return move;
  });
}

/** Whether memory has room for one more segment; where it has not, the segment goes to the disk at once. */
export function hasRoom({ freeBytes, totalBytes }: DiskRoom): boolean {
  return freeBytes > (totalBytes * FREE_SHARE) / 2;
}
