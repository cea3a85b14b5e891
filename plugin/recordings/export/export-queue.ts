/** Exports that take work: one at a time is worked on, a few wait, and each is removed a day after it was asked for. */
import { rm } from 'node:fs/promises';
import type { ExportInfo } from '../../../protocol/api.ts';
import type { Clock } from '../../system/clock.ts';
import { type Log, withoutSecrets } from '../../system/log.ts';
import { ProblemError, reason } from '../../system/problem.ts';
import { exportPath } from './export-files.ts';
import { exportDiskFull, exportFailed, MOST_UNDER_WAY, tooManyExports } from './problems.ts';

/** Makes the file; resolves to its size in bytes. */
export type ExportWork = (onProgress: (share: number) => void, signal: AbortSignal) => Promise<number>;

export interface ExportQueue extends AsyncDisposable {
  /** Throws `too-many-exports`. */
  add(info: ExportInfo, work: ExportWork): ExportInfo;
  /** Newest first. */
  list(): ExportInfo[];
  get(id: string): ExportInfo | undefined;
  /** Ends the work on it, and removes its file. */
  remove(id: string): Promise<void>;
}

interface Job {
  info: ExportInfo;
  stop: AbortController;
  /** Set from when it is worked on. */
  running: boolean;
  done: Promise<void>;
  forget: () => void;
}

const KEPT_MS = 24 * 3_600_000;

export function createExportQueue({
  clock,
  log,
  folder,
}: {
  clock: Clock;
  log: Pick<Log, 'warn'>;
  folder: string;
}): ExportQueue {
  const jobs = new Map<string, Job>();
  let last: Promise<void> = Promise.resolve();

  const run = async (job: Job, work: ExportWork) => {
    const { stop } = job;
    const update = (change: Partial<ExportInfo>) => {
      job.info = { ...job.info, ...change };
    };
    if (stop.signal.aborted) return;
    job.running = true;
    try {
      const bytes = await work((share) => update({ progress: Math.min(1, share) }), stop.signal);
      update({ state: 'ready', progress: 1, bytes });
    } catch (error) {
      if (stop.signal.aborted) return;
      const { problem } = asProblem(error);
      update({ state: 'failed', problem });
      log.warn(`${job.info.fileName} could not be made: ${withoutSecrets(reason(error))}`);
    }
  };

  const remove = async (id: string) => {
    const job = jobs.get(id);
    if (!job) return;
    jobs.delete(id);
    job.forget();
    job.stop.abort(new Error('this export is no longer wanted'));
    if (job.running) await job.done;
    await rm(exportPath(folder, id), { force: true });
  };
  const removeLate = (id: string) =>
    remove(id).catch((error: unknown) => log.warn(`An old export could not be removed: ${reason(error)}`));

  return {
    add(info, work) {
      const underWay = [...jobs.values()].filter((job) => job.info.state === 'working');
      if (underWay.length >= MOST_UNDER_WAY) throw tooManyExports();
      const forget = clock.after(KEPT_MS, () => void removeLate(info.id));
      const job: Job = { info, stop: new AbortController(), running: false, done: last, forget };
      job.done = last.then(() => run(job, work));
      last = job.done;
      jobs.set(info.id, job);
      return info;
    },
    list: () => [...jobs.values()].map(({ info }) => info).reverse(),
    get: (id) => jobs.get(id)?.info,
    remove,
    async [Symbol.asyncDispose]() {
      const all = [...jobs.keys()];
      for (const id of all) jobs.get(id)?.stop.abort(new Error('Doorstep is being closed'));
      await Promise.all(all.map(remove));
    },
  };
}

function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return code === 'ENOSPC' || code === 'EDQUOT' ? exportDiskFull() : exportFailed(reason(error));
}
