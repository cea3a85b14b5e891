/** Makes a lost index again from what lies at the target. Nothing there is ever removed or changed for it. */
import type { CameraRef } from '../../../protocol/event.ts';
import type { Log } from '../../system/log.ts';
import type { RecordingIndex } from '../index/contract.ts';
import type { TargetError, TargetSession } from '../keeper/contract.ts';
import { parseBase } from '../layout.ts';
import { takeInRecordings, takeInSnapshots } from './take-in.ts';
import { type TargetDay, walkTarget } from './walk-target.ts';

export interface RebuildOptions {
  index: RecordingIndex;
  session: TargetSession;
  log: Log;
  signal: AbortSignal;
  /** As they are called now; pictures of those that have no recording are theirs by that name. */
  cameras?: readonly CameraRef[];
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
 * which comes before. Where single files cannot be read, all others are taken in, and then it rejects: it may be called again after it failed half-way.
 * Rejects with a `TargetError`, or with the reason of the signal.
 */
export async function rebuild(options: RebuildOptions): Promise<Rebuilt> {
  const { index, session, log, signal, onFound } = options;
  const at = { index, session, signal, cameras: camerasOf(options) };
  const rebuilt: Rebuilt = { recordings: 0, unknown: [] };
  const later: TargetDay[] = [];
  let failed: TargetError | undefined;
  const isForeign = (folder: string, { message }: TargetError) => {
    const foreign = !at.cameras.has(folder);
    if (foreign) log.info(`${folder} at the target is passed over, as it is of no camera here: ${message}`);
    return foreign;
  };
  for await (const day of walkTarget(session, signal, isForeign)) {
    const found = await takeInRecordings(day, at);
    rebuilt.recordings += found.recordings;
    rebuilt.unknown.push(...found.unknown);
    if (found.recordings > 0) onFound?.(rebuilt.recordings);
    const pictures = await takeInSnapshots(day, at);
    if (pictures.unknown.length > 0) later.push(day);
    failed ??= found.failed ?? pictures.failed;
  }
  // Their camera may have been named by a recording of another day.
  for (const day of later) rebuilt.unknown.push(...(await takeInSnapshots(day, at)).unknown);
  if (rebuilt.unknown.length > 0)
    log.warn(
      `Nothing is known of ${rebuilt.unknown.length} files at the target, such as ${rebuilt.unknown[0]}; they stay there.`,
    );
  if (failed) throw failed;
  return rebuilt;
}

/** By the name of their folder: as recordings have it that are in the index already, the newest first, else as the settings have it. */
function camerasOf({ index, cameras = [] }: RebuildOptions): Map<string, CameraRef> {
  const recordings = index.list({ order: 'oldest', limit: Number.MAX_SAFE_INTEGER });
  return new Map([
    ...cameras.map((camera) => [camera.slug, camera] as const),
    ...recordings.map(({ base, camera }) => [parseBase(base)?.slug ?? camera.slug, camera] as const),
  ]);
}
