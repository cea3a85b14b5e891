import type { RecordingIndex } from './index/contract.ts';

/**
 * Until when it is known what there is of the continuous recording of a camera, in epoch ms: end of its last file, or of the last gap after it; never later
 * than now, whatever a clock that was set back has left. Undefined where there was never any.
 */
export function knownUntil(
  index: Pick<RecordingIndex, 'lastContinuousEnd' | 'gaps'>,
  camera: string,
  now: number,
): number | undefined {
  const last = index.lastContinuousEnd(camera, now);
  if (last === undefined) return undefined;
  const end = Math.min(last, now);
  const gaps = index.gaps({ camera, from: end, to: now });
  return Math.max(end, ...gaps.map(({ to }) => Math.min(to, now)));
}
