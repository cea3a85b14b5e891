/** Decides which picture answers a request for a snapshot. */

export interface Candidate {
  takenAt: number;
  width: number;
  height: number;
}

export interface SnapshotChoice {
  now: number;
  maxAgeMs: number;
  /** Wanted size, in pixels. */
  width?: number;
  height?: number;
  /** Newest decoded picture of the main stream. */
  main?: Candidate;
  /** Newest decoded picture of the sub-stream. */
  sub?: Candidate;
  /** When the newest media in the ring arrived; decoding it takes a program start. */
  ringAt?: number;
}

/**
 * A recent decoded picture, of the main stream where there is one, or of the sub-stream where that is large enough and newer;
 * else a picture decoded from the ring if that is recent; else the newest there is.
 */
export function chooseSnapshot(choice: SnapshotChoice): 'main' | 'sub' | 'ring' | 'none' {
  const { main, sub, ringAt, now, maxAgeMs } = choice;
  const recent = (at: number | undefined) => at !== undefined && now - at <= maxAgeMs;
  const fits = sub && choice.width !== undefined && covers(sub, choice);
  if (sub && fits && recent(sub.takenAt) && sub.takenAt > (main?.takenAt ?? 0)) return 'sub';
  if (recent(main?.takenAt)) return 'main';
  if (recent(sub?.takenAt)) return 'sub';
  if (recent(ringAt)) return 'ring';
  const newest = Math.max(main?.takenAt ?? 0, sub?.takenAt ?? 0);
  if (newest === 0) return ringAt === undefined ? 'none' : 'ring';
  return newest === main?.takenAt ? 'main' : 'sub';
}

function covers(picture: Candidate, wanted: { width?: number; height?: number }): boolean {
  return picture.width >= (wanted.width ?? 0) && picture.height >= (wanted.height ?? 0);
}
