/** Reads from the index what has to go: no more rows than that, a page at a time, so that the hub does everything else in between. */
import type { KeptRecording, RecordingIndex } from '../index/contract.ts';
import { type Ages, expiry, isLarge, isPause, type RetentionLimits, roomToMake } from './retention-policy.ts';

export interface RemovalPlan {
  /** Ids, those whose time is over first. */
  remove: string[];
  /** Of them. */
  bytes: number;
  /** Out of so many that are stored or wait. */
  of: number;
  /** Set when not even removing all would leave the wanted room. */
  outOfReach: boolean;
  /** The removal is so large that the owner must allow it. */
  large: boolean;
}

/** Continuous recording is worth least. */
const KINDS = ['continuous', 'clip'] as const;
const PLACES = ['stored', 'spooled'] as const;
const PAGE = 200;

/**
 * What is kept (pinned, held) never goes. What is too old goes, also what waits in the spool; then continuous recording, then clips, the oldest
 * first, until there is room: of what is stored alone, for what waits takes no room there yet.
 *
 * @param busy id of a recording that must not go now
 */
export async function planRemoval(
  index: Pick<RecordingIndex, 'removable' | 'tally'>,
  limits: RetentionLimits,
  busy?: string,
): Promise<RemovalPlan> {
  const { stored, spooled } = index.tally();
  const of = stored.count + spooled.count;
  const going = new Going();
  let expiredThere = 0;
  let pause = true;
  for (const kind of KINDS) {
    const before = expiry(kind, limits);
    if (before === undefined || limits.now === undefined) continue;
    const ages: Ages = { oldest: Number.POSITIVE_INFINITY, newest: Number.NEGATIVE_INFINITY };
    for (const where of PLACES) {
      for await (const each of pages(index, { kind, where, before })) {
        if (each.id === busy) continue;
        going.add(each);
        ages.oldest = Math.min(ages.oldest, each.endedAt);
        ages.newest = Math.max(ages.newest, each.endedAt);
        if (where === 'stored') expiredThere += each.bytes;
      }
    }
    const keepDays = kind === 'clip' ? limits.keepDays : limits.keepContinuousDays;
    if (ages.newest >= ages.oldest) pause &&= isPause(ages, keepDays, limits.now);
  }
  const expired = going.ids.length;
  const { bytes, outOfReach } = roomToMake(
    {
      ...{ all: stored.bytes - expiredThere, removable: stored.removable.bytes - expiredThere },
      expired: expiredThere,
    },
    limits,
  );
  await addForRoom(going, index, limits, bytes);
  const { ids: remove } = going;
  const large = isLarge(remove.length, of) && !(pause && !isLarge(remove.length - expired, of));
  return { remove, bytes: going.bytes, of, outOfReach, large };
}

class Going {
  readonly ids: string[] = [];
  bytes = 0;

  add({ id, bytes }: KeptRecording): void {
    this.ids.push(id);
    this.bytes += bytes;
  }
}

/** Those that are not too old, until they have so many bytes. */
async function addForRoom(
  going: Going,
  index: Pick<RecordingIndex, 'removable'>,
  limits: RetentionLimits,
  bytes: number,
): Promise<void> {
  const enough = going.bytes + bytes;
  for (const kind of KINDS) {
    if (going.bytes >= enough) return;
    const from = expiry(kind, limits);
    const after = from === undefined ? undefined : { endedAt: from, id: '' };
    for await (const each of pages(index, { kind, where: 'stored', ...(after && { after }) })) {
      if (going.bytes >= enough) return;
      going.add(each);
    }
  }
}

async function* pages(
  index: Pick<RecordingIndex, 'removable'>,
  query: Omit<Parameters<RecordingIndex['removable']>[0], 'limit'>,
): AsyncGenerator<KeptRecording> {
  let { after } = query;
  for (;;) {
    const page = index.removable({ ...query, ...(after && { after }), limit: PAGE });
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    after = last;
    await new Promise(setImmediate);
  }
}
