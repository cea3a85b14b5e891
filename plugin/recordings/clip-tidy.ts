import { statfs } from 'node:fs/promises';
import type { Problem } from '../../protocol/api.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { reason } from '../system/problem.ts';
import type { ClipIndex } from './clip-index.ts';
import { removeClip, removeSnapshot } from './clip-removal.ts';
import { planRetention, SteadyClock } from './retention.ts';
import { outOfReachProblem, removalProblem } from './storage-problem.ts';

export interface ClipTidyOptions {
  root: string;
  keepDays: number;
  minFreeBytes: number;
  clock: Clock;
  log: Log;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Removes the clips and snapshots whose time is over. What cannot be removed is passed over, and tried again the next time. */
export class ClipTidy {
  readonly #index: ClipIndex;
  readonly #options: ClipTidyOptions;
  readonly #steady: SteadyClock;
  #problem: Problem | undefined;

  constructor(index: ClipIndex, options: ClipTidyOptions) {
    this.#index = index;
    this.#options = options;
    this.#steady = new SteadyClock(options.clock);
  }

  /** What the last run could not do. */
  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** Never rejects. */
  async run(): Promise<void> {
    const { log } = this.#options;
    try {
      const problem = await this.#remove();
      if (problem && problem.code !== this.#problem?.code) log.warn(`${problem.what} ${problem.cure}`);
      this.#problem = problem;
    } catch (error) {
      log.warn(`Old clips could not be removed: ${reason(error)}`);
    }
  }

  async #remove(): Promise<Problem | undefined> {
    const { root, minFreeBytes, clock, log } = this.#options;
    const now = clock.now();
    // Age means nothing by a clock that may be wrong; room does.
    const keepDays = this.#steady.check() ? this.#options.keepDays : Number.POSITIVE_INFINITY;
    const freeBytes = await freeBytesOf(root);
    const limits = { now, keepDays, freeBytes, minFreeBytes };
    const plan = planRetention(this.#index.kept(), limits);
    const snapshots = this.#index.snapshotsBefore(now - keepDays * DAY_MS);
    const failures: unknown[] = [];
    const attempt = (removal: Promise<void>) => removal.catch((error) => failures.push(error));
    for (const id of plan.remove) await attempt(removeClip(root, this.#index, id, now));
    for (const snapshot of snapshots) await attempt(removeSnapshot(root, this.#index, snapshot));
    if (plan.remove.length > 0) log.debug(`${plan.remove.length} old clips were to go.`);
    if (failures.length > 0) return removalProblem(failures[0], failures.length, root);
    return plan.outOfReach ? outOfReachProblem(root, freeBytes, minFreeBytes) : undefined;
  }
}

/** Room on the disk of `root`, for us. */
export async function freeBytesOf(root: string): Promise<number> {
  const { bavail, bsize } = await statfs(root);
  return bavail * bsize;
}
