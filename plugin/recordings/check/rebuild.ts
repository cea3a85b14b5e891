/** Makes a lost index again from what lies at the target. Nothing there is ever removed or changed for it. */
import type { CameraRef } from '../../../protocol/event.ts';
import type { Log } from '../../system/log.ts';
import type { RecordingIndex } from '../index/contract.ts';
import type { TargetSession } from '../keeper/contract.ts';
import { takeInRecordings, takeInSnapshots } from './take-in.ts';
import { type TargetDay, walkTarget } from './walk-target.ts';

export interface RebuildOptions {
  index: RecordingIndex;
  session: TargetSession;
  log: Log;
  signal: AbortSignal;
  /** Told how many recordings were found so far. */
  onFound?: (found: number) => void;
}

export interface Rebuilt {
  /** Recordings that the index did not know. */
  recordings: number;
  /** Files at the target, without ending, that stay there unlisted: nothing is known of them. */
  unknown: string[];
}

/**
 * Takes every recording and picture at the target into the index; what is in it already stays as it is. What lies in the spool is for `Spool.recover`,
 * which comes before. May be called again after it failed half-way. Rejects with a `TargetError`, or with the reason of the signal.
 */
export async function rebuild({ index, session, log, signal, onFound }: RebuildOptions): Promise<Rebuilt> {
  const at = { index, session, signal, cameras: camerasOf(index) };
  const rebuilt: Rebuilt = { recordings: 0, unknown: [] };
  const later: TargetDay[] = [];
  for await (const day of walkTarget(session, signal)) {
    const { recordings, unknown } = await takeInRecordings(day, at);
    rebuilt.recordings += recordings;
    rebuilt.unknown.push(...unknown);
    if (recordings > 0) onFound?.(rebuilt.recordings);
    if ((await takeInSnapshots(day, at)).length > 0) later.push(day);
  }
  // Their camera may have been named by a recording of another day.
  for (const day of later) rebuilt.unknown.push(...(await takeInSnapshots(day, at)));
  if (rebuilt.unknown.length > 0)
    log.warn(
      `Nothing is known of ${rebuilt.unknown.length} files at the target, such as ${rebuilt.unknown[0]}; they stay there.`,
    );
  return rebuilt;
}

/** Those that recordings in the spool have named already. */
function camerasOf(index: RecordingIndex): Map<string, CameraRef> {
  const recordings = index.list({ limit: 10_000 });
  return new Map(recordings.map(({ camera }) => [camera.slug, camera]));
}
