/** What lies at the target, day by day. */
import { meaningOf } from '../forward/forward-policy.ts';
import { type TargetEntry, TargetError, type TargetFault, type TargetSession } from '../keeper/contract.ts';
import { isTargetPath } from '../layout.ts';

/** The files of a day's folder by name. `day`: `front-door/2026/11/22`. */
export interface TargetDay {
  day: string;
  files: ReadonlyMap<string, TargetEntry>;
}

/** What a folder says that is not for everybody, or went meanwhile. */
const UNREADABLE: readonly TargetFault[] = ['denied', 'not-found'];

const NUMBERS = [/^\d{4}$/, /^\d{2}$/, /^\d{2}$/];

/**
 * Every day of every camera, newest first for each camera. Folders that are not ours are passed over; so is one that may not be looked into, where
 * `isForeign` says that it is somebody else's. Rejects with a `TargetError`.
 */
export async function* walkTarget(
  session: TargetSession,
  signal: AbortSignal,
  isForeign: (folder: string, error: TargetError) => boolean,
): AsyncIterable<TargetDay> {
  for (const { name, folder } of await session.list('', signal)) {
    if (!folder || !isTargetPath(name)) continue;
    if (await mayLook(session, name, signal, isForeign)) yield* walkFolder(session, name, NUMBERS, signal);
  }
}

/** Where the target itself is at fault, its root cannot be read either. */
async function mayLook(
  session: TargetSession,
  name: string,
  signal: AbortSignal,
  isForeign: (folder: string, error: TargetError) => boolean,
): Promise<boolean> {
  try {
    await session.list(name, signal);
    return true;
  } catch (error) {
    if (!(error instanceof TargetError) || !UNREADABLE.includes(error.fault)) throw error;
    await session.list('', signal);
    if (isForeign(name, error)) return false;
    throw error;
  }
}

async function* walkFolder(
  session: TargetSession,
  path: string,
  [next, ...rest]: readonly RegExp[],
  signal: AbortSignal,
): AsyncIterable<TargetDay> {
  signal.throwIfAborted();
  const entries = await session.list(path, signal);
  if (!next) {
    const files = entries.filter(({ folder }) => !folder);
    yield { day: path, files: new Map(files.map((file) => [file.name, file])) };
    return;
  }
  const folders = entries.filter(({ folder, name }) => folder && next.test(name));
  folders.sort((a, b) => (a.name < b.name ? 1 : -1));
  for (const { name } of folders) yield* walkFolder(session, `${path}/${name}`, rest, signal);
}

/** The text of a file at the target; empty when it is not there. Rejects with a `TargetError` when it cannot be read: that says nothing about it. */
export async function textAt(session: TargetSession, path: string, signal: AbortSignal): Promise<string> {
  return (await unlessAbsent(session.readText(path, signal))) ?? '';
}

/** Size and hash of a file at the target; undefined when it is not there. Rejects with a `TargetError` when it cannot be read. */
export async function sealedAt(
  session: TargetSession,
  path: string,
  signal: AbortSignal,
): Promise<{ bytes: number; sha256?: string } | undefined> {
  return unlessAbsent(session.stat(path, { hash: true }, signal));
}

/** What `work` gives; the error where this one file fails, and others need not. Rejects with the other faults of the target. */
export async function orFault<T>(work: Promise<T>): Promise<T | TargetError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof TargetError && meaningOf(error.fault) !== 'target') return error;
    throw error;
  }
}

async function unlessAbsent<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof TargetError && error.fault === 'not-found') return undefined;
    throw error;
  }
}
