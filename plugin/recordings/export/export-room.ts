/** Exports leave the disk to what is recorded: one that would take the room in which recordings wait is ended. */
import type { Clock } from '../../system/clock.ts';
import type { DiskRoom } from '../../system/disk-room.ts';
import { spareBytes } from '../room/room-policy.ts';
import { exportDiskFull } from './problems.ts';

export type LookAtDisk = (folder: string) => Promise<DiskRoom>;

const MARGIN_BYTES = 2 * 2 ** 30;
const MARGIN_SHARE = 0.1;
const LOOK_MS = 1000;

/** Whether an export may go on: below its spare the spool gives up what waits, and this stays well above. */
export function hasExportRoom({ freeBytes, totalBytes }: DiskRoom): boolean {
  return freeBytes >= spareBytes(totalBytes) + Math.min(MARGIN_BYTES, totalBytes * MARGIN_SHARE);
}

/**
 * Does the work while its folder's disk has room; its signal aborts when there is none, or when the given one does. Rejects with
 * `export-disk-full`, or as the work does.
 */
export async function whileRoom<T>(
  { folder, clock, look, signal }: { folder: string; clock: Clock; look: LookAtDisk; signal: AbortSignal },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (!hasExportRoom(await look(folder))) throw exportDiskFull();
  const full = new AbortController();
  let ended = false;
  let cancel = () => {};
  const lookAgain = () => {
    cancel = clock.after(LOOK_MS, () => {
      look(folder)
        .then((room) => hasExportRoom(room) || full.abort(exportDiskFull()))
        // A disk that cannot be looked at does not take the file either, and the work says so.
        .catch(() => {})
        .finally(() => ended || full.signal.aborted || lookAgain());
    });
  };
  lookAgain();
  try {
    return await work(AbortSignal.any([signal, full.signal]));
  } finally {
    ended = true;
    cancel();
  }
}
