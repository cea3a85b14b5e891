/** Pictures of events, and gaps, go by age alone. */
import type { RecordingIndex } from '../index/contract.ts';
import type { StoredSnapshot } from '../recording.ts';
import type { Spool } from '../spool/contract.ts';
import { isLarge, isPause } from './retention-policy.ts';

export interface OldPicturesOptions {
  index: RecordingIndex;
  spool: Spool;
  keepDays: number;
  removeSnapshots(snapshots: readonly StoredSnapshot[]): void;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Gaps are shown beside recordings, and told of for a week. */
const LEAST_GAP_DAYS = 7;
const PAGE = 100;

/** Pictures that are to go, and when that was found; epoch ms. */
export interface OldPictures {
  now: number;
  pictures: StoredSnapshot[];
  of: number;
  large: boolean;
}

/** Those of what is pinned or held stay. */
export async function findOldPictures(
  { index, keepDays }: OldPicturesOptions,
  now: number,
): Promise<OldPictures> {
  const before = now - keepDays * DAY_MS;
  const pictures: StoredSnapshot[] = [];
  for (;;) {
    const after = pictures.at(-1);
    const page = index.removableSnapshots({ before, ...(after && { after }), limit: PAGE });
    pictures.push(...page);
    if (page.length < PAGE) break;
    await new Promise(setImmediate);
  }
  const [oldest, newest] = [pictures[0], pictures.at(-1)];
  const of = index.snapshotCount();
  const pause = oldest && newest && isPause({ oldest: oldest.at, newest: newest.at }, keepDays, now);
  return { now, pictures, of, large: isLarge(pictures.length, of) && !pause };
}

/** Those in the spool go at once, those at the target when it is next there. */
export async function removeOldPictures(
  { index, spool, removeSnapshots }: OldPicturesOptions,
  pictures: readonly StoredSnapshot[],
): Promise<void> {
  for (let from = 0; from < pictures.length; from += PAGE) {
    const page = pictures.slice(from, from + PAGE);
    for (const { id, state } of page) {
      const snapshot = index.getSnapshot(id);
      if (state !== 'closed' || snapshot?.state !== 'closed') continue;
      index.putSnapshot({ ...snapshot, state: 'deleting' });
      await spool.dropSnapshot(id);
    }
    removeSnapshots(page);
    await new Promise(setImmediate);
  }
}

/** `allowed`: the owner said so; else none goes when too many would for no good reason. */
export async function removeOldGaps(
  { index, keepDays }: Pick<OldPicturesOptions, 'index' | 'keepDays'>,
  now: number,
  { allowed = false } = {},
): Promise<void> {
  const days = Math.max(keepDays, LEAST_GAP_DAYS);
  const before = now - days * DAY_MS;
  const { count, of, ...ages } = index.gapsBefore(before);
  if (count === 0 || (!allowed && isLarge(count, of) && !isPause(ages, days, now))) return;
  while (index.removeGapsBefore(before, PAGE) === PAGE) await new Promise(setImmediate);
}
