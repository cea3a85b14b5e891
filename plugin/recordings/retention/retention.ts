/** Removes the recordings and pictures whose time or room is over: only what the index lists, and nothing large unasked. */
import type { Problem, StorageInfo } from '../../../protocol/api.ts';
import type { Clock } from '../../system/clock.ts';
import type { Log } from '../../system/log.ts';
import { ProblemError, reason } from '../../system/problem.ts';
import { dropWaiting } from '../forward/forward-steps.ts';
import type { RecordingIndex } from '../index/contract.ts';
import type { StoredSnapshot } from '../recording.ts';
import type { Spool } from '../spool/contract.ts';
import { asksProblem, outOfReachProblem } from '../storage-problem.ts';
import { planRetention, type RetentionPlan } from './retention-policy.ts';
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
  clock: Clock;
  log: Log;
  /** Room at the target and when it was looked at (monotonic clock); undefined while it is not ready. */
  room(): { freeBytes: number; seenAt: number } | undefined;
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
/** Gaps are shown beside recordings, and told of for a week. */
const LEAST_GAP_DAYS = 7;
/** Rows are looked at and changed in portions, so that the hub does everything else in between. */
const PORTION = 200;

export class Retention implements AsyncDisposable {
  readonly #options: RetentionOptions;
  readonly #steady: SteadyClock;
  #asked: { plan: RetentionPlan; of: number } | undefined;
  #outOfReach: Problem | undefined;
  #ranAt = Number.NEGATIVE_INFINITY;
  /** On the monotonic clock: what was seen of the target's room before no longer holds. */
  #roomFrom = Number.NEGATIVE_INFINITY;
  #cancel = () => {};
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(options: RetentionOptions) {
    this.#options = options;
    this.#steady = new SteadyClock(options.clock);
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
    const { plan, of } = this.#asked;
    return { recordings: plan.remove.length, of, bytes: plan.bytes };
  }

  get problems(): Problem[] {
    const { asks } = this;
    return [
      ...(asks ? [asksProblem(asks.recordings, asks.of)] : []),
      ...(this.#outOfReach ? [this.#outOfReach] : []),
    ];
  }

  /** The owner allows what {@link asks} shows; no more than that. Rejects with a `ProblemError` (`nothing-asked`). */
  async allow(): Promise<void> {
    const asked = this.#asked;
    if (!asked) {
      throw new ProblemError({
        code: 'nothing-asked',
        what: 'No removal waits to be allowed.',
        cure: 'Look at the storage page again.',
      });
    }
    await this.#running;
    this.#asked = undefined;
    await this.#remove(asked.plan.remove);
    this.#options.onNews();
  }

  /** Removes what has to go, if it is time to look: hourly, and when there is too much. Never rejects. */
  look(): Promise<void> {
    if (this.#isDue()) return this.run();
    return Promise.resolve();
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
    const room = this.#room();
    if (room && room.freeBytes < minFreeBytes) return true;
    return maxBytes !== undefined && index.totals().bytes > maxBytes;
  }

  /** Undefined until what was removed is gone and the target was looked at again: else too much would go. */
  #room(): { freeBytes: number } | undefined {
    const { index, clock, room } = this.#options;
    if (index.toDelete(1).length > 0) this.#roomFrom = clock.monotonic();
    const seen = room();
    return seen && seen.seenAt > this.#roomFrom ? seen : undefined;
  }

  async #run(): Promise<void> {
    const { index, clock, minFreeBytes, where, busy, onNews } = this.#options;
    this.#ranAt = clock.monotonic();
    // Age means nothing by a clock that may be wrong; room does.
    const now = this.#steady.check() ? clock.now() : undefined;
    const stored = index.kept('stored');
    const spooled = index.kept('spooled').filter(({ id }) => id !== busy());
    const plan = planRetention({ stored, spooled }, this.#limits(now));
    this.#asked = plan.large ? { plan, of: stored.length + spooled.length } : undefined;
    if (!plan.large) await this.#remove(plan.remove);
    const freeBytes = this.#room()?.freeBytes;
    this.#outOfReach =
      plan.outOfReach && freeBytes !== undefined
        ? outOfReachProblem(where, freeBytes, minFreeBytes)
        : undefined;
    if (now !== undefined) await this.#removePictures(now);
    onNews();
  }

  #limits(now: number | undefined): Parameters<typeof planRetention>[1] {
    const { keepDays, keepContinuousDays, maxBytes, minFreeBytes } = this.#options;
    const room = this.#room();
    return {
      ...{ now, keepDays, keepContinuousDays },
      ...(maxBytes !== undefined && { maxBytes }),
      ...(room && { target: { freeBytes: room.freeBytes, minFreeBytes } }),
    };
  }

  /** Rows first; files that wait here go at once, those at the target when it is next there. */
  async #remove(ids: readonly string[]): Promise<void> {
    const { index, spool, log, clock, busy, onRemoval } = this.#options;
    for (let from = 0; from < ids.length && !this.#closed; from += PORTION) {
      const rows = ids.slice(from, from + PORTION).flatMap((id) => index.get(id) ?? []);
      const stored = rows.filter(({ state }) => state === 'stored').map(({ id }) => id);
      if (stored.length > 0) index.deleting(stored);
      for (const row of rows) {
        const waits = row.state === 'closed' || row.state === 'forwarding';
        if (waits && !row.keep && row.id !== busy()) await dropWaiting(row, { index, spool });
      }
      await new Promise(setImmediate);
    }
    if (ids.length === 0) return;
    this.#roomFrom = clock.monotonic();
    log.debug(`${ids.length} recordings were to go.`);
    onRemoval();
  }

  /** Pictures go by age alone, but for those of what is pinned or held. */
  async #removePictures(now: number): Promise<void> {
    const { index, spool, keepDays, removeSnapshots } = this.#options;
    const kept = [...index.kept('stored'), ...index.kept('spooled')].filter(({ keep }) => keep);
    const events = new Set(kept.flatMap(({ id }) => index.get(id)?.eventIds ?? []));
    const old = index.snapshotsBefore(now - keepDays * DAY_MS).filter(({ id }) => !events.has(id));
    for (const snapshot of old.filter(({ state }) => state === 'closed')) {
      index.putSnapshot({ ...snapshot, state: 'deleting' });
      await spool.dropSnapshot(snapshot.id);
    }
    removeSnapshots(old);
    index.removeGapsBefore(now - Math.max(keepDays, LEAST_GAP_DAYS) * DAY_MS);
  }
}
