/** Removes the recordings and pictures whose time or room is over: only what the index lists, and nothing large unasked. */
import type { Problem, StorageInfo } from '../../../protocol/api.ts';
import type { Clock } from '../../system/clock.ts';
import type { Log } from '../../system/log.ts';
import { ProblemError, reason } from '../../system/problem.ts';
import { dropWaiting } from '../forward/forward-steps.ts';
import type { RecordingIndex } from '../index/contract.ts';
import type { StoredSnapshot } from '../recording.ts';
import type { Ballast } from '../room/ballast.ts';
import { spareBytes } from '../room/room-policy.ts';
import type { Spool } from '../spool/contract.ts';
import { asksProblem, outOfReachProblem } from '../storage-problem.ts';
import { findOldPictures, type OldPictures, removeOldGaps, removeOldPictures } from './old-pictures.ts';
import { planRemoval, type RemovalPlan } from './plan-removal.ts';
import { type RetentionLimits, roomForFull } from './retention-policy.ts';
import { SteadyClock } from './steady-clock.ts';

export interface RetentionOptions {
  keepDays: number;
  keepContinuousDays: number;
  maxBytes: number | undefined;
  minFreeBytes: number;
  /** The target in words. */
  where: string;
  index: RecordingIndex;
  spool: Spool;
  ballast: Ballast;
  clock: Clock;
  log: Log;
  /** Room at the target and when it was looked at (monotonic clock); undefined while it is not ready. */
  room(): { freeBytes: number; totalBytes?: number; seenAt: number } | undefined;
  /** Id of the recording that is on its way to the target now. */
  busy(): string | undefined;
  /** Whether the index does not tell everything yet. */
  rebuilding(): boolean;
  /** Recordings wait to be removed at the target. */
  onRemoval(): void;
  removeSnapshots(snapshots: readonly StoredSnapshot[]): void;
  onNews(): void;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const HOUR_MS = 60 * 60 * 1000;
const LOOK_MS = 60_000;
/** What was removed for a target that is full must have had time to help. */
const FULL_MS = 10 * 60_000;
/** Rows are changed in portions, so that the hub does everything else in between. */
const PORTION = 10;

/** What waits for the owner's word. */
interface Asked {
  plan: RemovalPlan;
  old: OldPictures | undefined;
}

export class Retention implements AsyncDisposable {
  readonly #options: RetentionOptions;
  readonly #steady: SteadyClock;
  #asked: Asked | undefined;
  #outOfReach: Problem | undefined;
  #ranAt = Number.NEGATIVE_INFINITY;
  /** On the monotonic clock: what was seen of the target's room before no longer holds. */
  #roomFrom = Number.NEGATIVE_INFINITY;
  /** On it too: when recordings were last removed, and when for a target that is full. */
  #removedAt: number;
  #fullAt = Number.NEGATIVE_INFINITY;
  #full = false;
  #cancel = () => {};
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(options: RetentionOptions) {
    this.#options = options;
    this.#steady = new SteadyClock(options.clock);
    this.#removedAt = options.clock.monotonic();
  }

  start(): void {
    if (this.#closed) return;
    this.#cancel = this.#options.clock.after(LOOK_MS, () => {
      void this.look().finally(() => this.start());
    });
  }

  /** What waits for the owner's word. */
  get asks(): StorageInfo['asks'] {
    if (!this.#asked) return undefined;
    const { remove, of, bytes } = this.#asked.plan;
    return { recordings: remove.length, of, bytes };
  }

  get problems(): Problem[] {
    return [
      ...(this.#asked ? [askProblem(this.#asked)] : []),
      ...(this.#outOfReach ? [this.#outOfReach] : []),
    ];
  }

  /** The owner allows what {@link asks} shows; no more than that. Rejects with a `ProblemError` (`nothing-asked`, `index-rebuilding`). */
  async allow(): Promise<void> {
    const asked = this.#asked;
    if (!asked) {
      throw new ProblemError({
        code: 'nothing-asked',
        what: 'No removal waits to be allowed.',
        cure: 'Look at the storage page again.',
      });
    }
    if (this.#options.rebuilding()) {
      throw new ProblemError({
        code: 'index-rebuilding',
        what: 'The index is being made again from what lies at the target; nothing is removed before it has all.',
        cure: 'Wait until the storage page no longer counts what was found, then allow it again.',
      });
    }
    await this.#running;
    this.#asked = undefined;
    await this.#remove(asked.plan.remove);
    if (asked.old) await this.#removeOld(asked.old, true);
    this.#options.onNews();
  }

  /** Removes what has to go, if it is time to look: hourly, and when there is too much. Never rejects. */
  look(): Promise<void> {
    if (this.#isDue()) return this.run();
    return Promise.resolve();
  }

  /** The target says that it is full: what can go for it goes, whatever it says of its room. Never rejects. */
  full(): Promise<void> {
    this.#full = true;
    return this.run();
  }

  /** Removes what has to go. Never rejects. */
  run(): Promise<void> {
    this.#running ??= this.#run()
      .catch((error: unknown) =>
        this.#options.log.warn(`Old recordings could not be removed: ${reason(error)}`),
      )
      .finally(() => {
        this.#running = undefined;
      });
    return this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#cancel();
    await this.#running;
  }

  #isDue(): boolean {
    const { clock, index, maxBytes, minFreeBytes, rebuilding } = this.#options;
    if (rebuilding()) return false;
    if (clock.monotonic() - this.#ranAt >= HOUR_MS) return true;
    if (this.#asked?.plan.large) return false;
    const room = this.#room();
    if (room && room.freeBytes < minFreeBytes) return true;
    if (maxBytes === undefined) return false;
    const { bytes, removable } = index.tally().stored;
    return bytes > maxBytes && removable.count > 0;
  }

  /** Undefined until what was removed is gone and the target was looked at again: else too much would go. */
  #room(): { freeBytes: number; totalBytes?: number } | undefined {
    if (this.#isRemoving()) this.#roomFrom = this.#options.clock.monotonic();
    const seen = this.#options.room();
    return seen && seen.seenAt > this.#roomFrom ? seen : undefined;
  }

  /** What does not go within an hour is not waited for: a single file that nobody can remove must not fill the disk. */
  #isRemoving(): boolean {
    const { index, clock } = this.#options;
    return clock.monotonic() - this.#removedAt < HOUR_MS && index.toDelete(1).length > 0;
  }

  async #run(): Promise<void> {
    const { index, clock, spool, keepDays, rebuilding, busy, onNews } = this.#options;
    if (rebuilding()) return;
    this.#ranAt = clock.monotonic();
    // Age means nothing by a clock that may be wrong; room does.
    const now = this.#steady.check() ? clock.now() : undefined;
    const plan = await planRemoval(index, this.#limits(now), busy());
    const old = now === undefined ? undefined : await findOldPictures(this.#options, now);
    // Another place may have been set up in between.
    if (rebuilding()) return;
    const asks = plan.large || old?.large === true;
    this.#asked = asks ? { plan: plan.large ? plan : { ...plan, remove: [], bytes: 0 }, old } : undefined;
    if (!plan.large) await this.#remove(plan.remove);
    this.#tellOutOfReach(plan);
    if (now !== undefined && old && !asks) {
      await this.#removeOld(old, false);
      await spool.removeUnreadable(now - keepDays * DAY_MS);
    }
    onNews();
  }

  #tellOutOfReach({ outOfReach }: RemovalPlan): void {
    const { where, minFreeBytes } = this.#options;
    const freeBytes = this.#room()?.freeBytes;
    if (outOfReach && freeBytes === undefined) return;
    this.#outOfReach =
      outOfReach && freeBytes !== undefined ? outOfReachProblem(where, freeBytes, minFreeBytes) : undefined;
  }

  #limits(now: number | undefined): RetentionLimits {
    const { keepDays, keepContinuousDays, maxBytes, minFreeBytes } = this.#options;
    const room = this.#room();
    const usable = room !== undefined && room.freeBytes < minFreeBytes;
    const fullBytes = this.#full && !usable ? this.#bytesForFull() : 0;
    this.#full = false;
    return {
      ...{ now, keepDays, keepContinuousDays, fullBytes },
      ...(maxBytes !== undefined && { maxBytes }),
      ...(room && {
        target: {
          ...{ freeBytes: room.freeBytes, minFreeBytes },
          spareBytes: spareBytes(room.totalBytes ?? Number.POSITIVE_INFINITY),
        },
      }),
    };
  }

  #bytesForFull(): number {
    const { index, clock } = this.#options;
    if (this.#isRemoving() || clock.monotonic() - this.#fullAt < FULL_MS) return 0;
    this.#fullAt = clock.monotonic();
    const { stored } = index.tally();
    return roomForFull(
      { bytes: stored.bytes, removable: stored.removable.bytes },
      index.spoolTotals().spooledBytes,
    );
  }

  /** Rows first; files that wait here go at once, those at the target when it is next there. */
  async #remove(ids: readonly string[]): Promise<void> {
    const { index, spool, ballast, log, clock, busy, onRemoval } = this.#options;
    for (let from = 0; from < ids.length && !this.#closed; from += PORTION) {
      const rows = ids.slice(from, from + PORTION).flatMap((id) => index.get(id) ?? []);
      const stored = rows.filter(({ state }) => state === 'stored').map(({ id }) => id);
      if (stored.length > 0) ballast.use(() => index.deleting(stored));
      for (const row of rows) {
        const waits = row.state === 'closed' || row.state === 'forwarding';
        if (waits && !row.keep && row.id !== busy()) await dropWaiting(row, { index, spool });
      }
      await new Promise(setImmediate);
    }
    if (ids.length === 0) return;
    this.#roomFrom = clock.monotonic();
    this.#removedAt = this.#roomFrom;
    log.debug(`${ids.length} recordings were to go.`);
    onRemoval();
  }

  async #removeOld({ now, pictures }: OldPictures, allowed: boolean): Promise<void> {
    await removeOldPictures(this.#options, pictures);
    await removeOldGaps(this.#options, now, { allowed });
  }
}

function askProblem({ plan, old }: Asked): Problem {
  if (plan.remove.length > 0 || !old) return asksProblem(plan.remove.length, plan.of);
  return asksProblem(old.pictures.length, old.of, 'pictures');
}
