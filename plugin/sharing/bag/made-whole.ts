/** Folders that are there complete, or not at all: made under another name beside their place, then renamed. */
import { lstat, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, syncFolder } from '../../recordings/spool/durable.ts';
import { ProblemError, reason } from '../../system/problem.ts';
import { bagExists, bagUnwritable } from './problems.ts';

const HALF_MADE = /^\.[a-z0-9-]+\.part-\w{6}$/;

/**
 * Makes the folder `name` in `parent`; `fill` writes into a folder that is not there yet for anybody else, and waits for the disk for what it
 * writes. What fails or is called off leaves nothing. Rejects with a `ProblemError` (`bag-exists`, `bag-unwritable`, or that of `fill`),
 * or with the signal's reason.
 */
export async function makeWhole<T>(
  parent: string,
  name: string,
  { fill, signal }: { fill(folder: string): Promise<T>; signal: AbortSignal },
): Promise<T> {
  const target = join(parent, name);
  let made: string | undefined;
  try {
    signal.throwIfAborted();
    await makeFolder(parent);
    if (await isThere(target)) throw bagExists(target);
    made = await mkdtemp(join(parent, `.${name}.part-`));
    const result = await fill(made);
    await syncFolder(made);
    signal.throwIfAborted();
    await rename(made, target);
    made = target;
    await syncFolder(parent);
    return result;
  } catch (error) {
    if (made !== undefined) await rm(made, { recursive: true, force: true }).catch(() => {});
    if (error instanceof ProblemError || signal.aborted) throw error;
    throw bagUnwritable(parent, reason(error), error);
  }
}

/** Removes what a crash left half made. For the start alone: it would remove what is being made just now. */
export async function removeHalfMade(parent: string): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  for (const name of names) {
    if (HALF_MADE.test(name)) await rm(join(parent, name), { recursive: true, force: true });
  }
}

const isThere = (path: string) =>
  lstat(path).then(
    () => true,
    () => false,
  );
