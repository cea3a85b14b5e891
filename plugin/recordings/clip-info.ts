import type { ClipInfo } from '../../protocol/api.ts';
import type { Recording } from './recording.ts';

/**
 * A recording as the API shows it; undefined where it is none of an event, or on its way out. `namesFile`: whether the target is a place where
 * others can find its file by name.
 */
export function clipInfo(
  recording: Recording | undefined,
  { namesFile }: { namesFile: boolean },
): ClipInfo | undefined {
  if (!recording || recording.state === 'deleting') return undefined;
  const { id, camera, kind, eventIds, startedAt, endedAt, bytes, state, spooled, snapshotId, keep } =
    recording;
  if (kind === 'continuous') return undefined;
  return {
    ...{ id, camera, kind, eventIds: [...eventIds], startedAt, endedAt, bytes },
    ...(state === 'open' ? { state: 'recording' } : { state: 'ready', place: spooled ? 'spool' : 'target' }),
    ...(namesFile && state === 'stored' && { file: `${recording.base}.mp4` }),
    ...(snapshotId !== undefined && { snapshotId }),
    ...(keep && { keep }),
  };
}
